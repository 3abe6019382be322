package io.bridgehead.load;

import io.bridgehead.load.process.Programs;
import io.bridgehead.load.process.Tool;
import io.bridgehead.load.row.Sampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one must know to read the figures: when, on which machine, with what. */
final class About {
    private About() {}

    static Map<String, String> of(Options options, Programs programs, Sampler sampler) throws IOException {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        about.put(
                "machine",
                processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores, "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version"));
        about.put("load", Files.readString(Path.of("/proc/loadavg")).strip());
        about.put("java", Runtime.version().toString());
        about.put("haproxy", firstLine(programs, Tool.HAPROXY, "-v"));
        about.put("nginx", firstLine(programs, Tool.NGINX, "-v"));
        about.put("stunnel4", firstLine(programs, Tool.STUNNEL, "-version"));
        about.put("measured", options.rounds() + " rounds of " + options.seconds() + " s; " + sampler.meaning());
        if (!options.javaOptions().isEmpty()) {
            about.put("java options of nodes", options.javaOptions());
        }
        return about;
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch", ""));
    }

    private static String firstLine(Programs programs, Tool tool, String option) {
        if (tool.find().isEmpty()) {
            return "not installed";
        }
        return programs.run(List.of(tool.path(), option), Map.of(), 10)
                .lines()
                .filter(line -> line.matches(".*\\d.*"))
                .findFirst()
                .orElse("");
    }
}

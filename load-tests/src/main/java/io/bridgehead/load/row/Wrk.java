package io.bridgehead.load.row;

import io.bridgehead.load.process.Programs;
import io.bridgehead.load.process.Tool;
import io.bridgehead.load.setting.Material;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks as fast as answers come, with one thread. */
final class Wrk {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)(ms|s|m)");
    private static final Pattern ERRORS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)|Socket errors: (.*)");

    private final Programs programs;

    Wrk(Programs programs) {
        this.programs = programs;
    }

    /**
     * What was answered.
     *
     * @param requests well answered
     * @param seconds that it took
     */
    record Answered(long requests, double seconds) {}

    /** @throws IllegalStateException with wrk's report, if one request was not answered well */
    Answered run(HttpLoad load, int port, int seconds) {
        List<String> command = new ArrayList<>(List.of(
                Tool.WRK.path(),
                "-t1",
                "-c" + load.connections(),
                "-d" + seconds + "s",
                "--timeout",
                "10s",
                "-H",
                "Host: " + Material.HOST));
        load.fields().forEach(field -> command.addAll(List.of("-H", field)));
        if (load.upload() > 0) {
            command.addAll(List.of("-s", script(load).toString()));
        }
        command.add("http://127.0.0.1:" + port + load.path());
        String report = programs.run(command, Map.of(), seconds + 30);
        Matcher requests = REQUESTS.matcher(report);
        if (ERRORS.matcher(report).find() || !requests.find()) {
            throw new IllegalStateException("not every request was answered well:\n" + report);
        }
        return new Answered(Long.parseLong(requests.group(1)), seconds(requests.group(2), requests.group(3)));
    }

    private static double seconds(String number, String unit) {
        double factor = switch (unit) {
            case "ms" -> 1e-3;
            case "m" -> 60;
            default -> 1;
        };
        return Double.parseDouble(number) * factor;
    }

    private Path script(HttpLoad load) {
        try {
            return Files.writeString(
                    programs.folder().resolve("post-" + load.upload() + ".lua"),
                    "wrk.method = 'POST'\nwrk.body = string.rep('x', " + load.upload() + ")\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

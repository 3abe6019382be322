package io.bridgehead.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares two Bridgehead nodes with two HAProxy hops: client, entry, HTTP/2 over mutual TLS 1.3, far side, endpoint. Same machine,
 * same run, in turns; CPU of both gateways from the operating system's accounting. Needs haproxy and wrk.
 *
 * <p>Properties: {@code rounds} (5), {@code seconds} of one measurement (6), {@code connections} (64), {@code bytes} of the
 * answer's body (16), {@code bridgehead.home}.
 */
public final class SideBySide {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern ERRORS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)|Socket errors: (.*)");

    private static final int WARM_UPS_MAX = 8;

    private final PrintStream out;
    private final int rounds = Integer.getInteger("rounds", 5);
    private final int seconds = Integer.getInteger("seconds", 6);
    private final int connections = Integer.getInteger("connections", 64);
    private final int bytes = Integer.getInteger("bytes", 16);

    private SideBySide(PrintStream out) {
        this.out = out;
    }

    /** Runs the comparison and prints the table. */
    public static void main(String[] args) throws IOException {
        new SideBySide(System.out).run();
    }

    private void run() throws IOException {
        Path folder = Files.createTempDirectory("bridgehead-compare");
        Material material = Material.make(folder);
        int[] ports = Ports.free(12);
        try (Program endpoint = HaproxyHops.endpoint(folder, ports[0], bytes);
                Setting haproxy = HaproxyHops.start(folder, material, ports[1], ports[2], ports[0]);
                Setting bridgehead =
                        BridgeheadHops.start(folder, material, Arrays.copyOfRange(ports, 3, 12), ports[0])) {
            for (Setting setting : List.of(haproxy, bridgehead)) {
                setting.awaitAnswer();
                warmUp(setting);
            }
            if (!endpoint.alive()) {
                throw new IllegalStateException("the endpoint has ended; see its log in " + folder);
            }
            compare(haproxy, bridgehead);
        }
    }

    /** Until three measurements in a row differ by less than a twentieth: compilers have done their work then. */
    private void warmUp(Setting setting) {
        double before = measure(setting);
        int steady = 0;
        for (int tries = 0; tries < WARM_UPS_MAX && steady < 2; tries++) {
            double now = measure(setting);
            steady = Math.abs(now - before) < before / 20 ? steady + 1 : 0;
            before = now;
        }
    }

    private void compare(Setting baseline, Setting candidate) {
        List<Double> baselineCosts = new ArrayList<>();
        List<Double> candidateCosts = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        out.printf(
                Locale.ROOT, "small GET, %d connections, %d bytes, %d s a measurement%n", connections, bytes, seconds);
        out.printf("%-8s %14s %14s %8s%n", "round", baseline.name(), candidate.name(), "ratio");
        for (int round = 1; round <= rounds; round++) {
            double first = measure(baseline);
            double second = measure(candidate);
            baselineCosts.add(first);
            candidateCosts.add(second);
            ratios.add(second / first);
            out.printf(Locale.ROOT, "%-8d %11.1f us %11.1f us %8.2f%n", round, first, second, second / first);
        }
        out.printf(
                Locale.ROOT,
                "%-8s %11.1f us %11.1f us %8.2f   CPU of both gateways per request%n",
                "median",
                median(baselineCosts),
                median(candidateCosts),
                median(ratios));
        candidate
                .programs()
                .forEach(node ->
                        out.printf(Locale.ROOT, "resident memory of a node: %.0f MiB%n", node.residentMebibytes()));
    }

    /** CPU microseconds of both gateways for one request. */
    private double measure(Setting setting) {
        double before = setting.cpuSeconds();
        String report = Program.run(
                List.of(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "-H",
                        "Host: " + Material.HOST,
                        "http://127.0.0.1:" + setting.entryPort() + "/small"),
                seconds + 30);
        double spent = setting.cpuSeconds() - before;
        if (ERRORS.matcher(report).find()) {
            throw new IllegalStateException(setting.name() + " did not answer every request well:\n" + report);
        }
        Matcher requests = REQUESTS.matcher(report);
        if (!requests.find()) {
            throw new IllegalStateException("no count in wrk's report:\n" + report);
        }
        return spent * 1e6 / Long.parseLong(requests.group(1));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}

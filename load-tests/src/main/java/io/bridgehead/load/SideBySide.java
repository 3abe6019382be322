package io.bridgehead.load;

import io.bridgehead.load.process.Programs;
import io.bridgehead.load.report.Report;
import io.bridgehead.load.report.RowResult;
import io.bridgehead.load.report.Table;
import io.bridgehead.load.row.Row;
import io.bridgehead.load.row.Rows;
import io.bridgehead.load.row.Sampler;
import io.bridgehead.load.setting.Backend;
import io.bridgehead.load.setting.Collector;
import io.bridgehead.load.setting.Ground;
import io.bridgehead.load.setting.Material;
import io.bridgehead.load.setting.Setting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compares two Bridgehead nodes with two hops of its peers: client, near gateway, mutual TLS 1.3, far gateway, backend. Same machine, same
 * run, in turns; CPU of both gateways from the operating system's accounting.
 *
 * <p>{@link Options} says what can be asked; {@code bridgehead.home} is the distribution. Exit code 1 when something did not run, whatever
 * the figures are.
 */
public final class SideBySide {
    private final Options options;
    private final PrintStream out;

    private SideBySide(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** Runs the comparison and prints the table. */
    public static void main(String[] args) {
        try {
            new SideBySide(Options.fromProperties(), System.out).run();
        } catch (IOException | RuntimeException e) {
            System.err.println("the comparison did not run: " + e.getMessage());
            e.printStackTrace(System.err);
            System.exit(1);
        }
    }

    private void run() throws IOException {
        Path folder = Files.createTempDirectory("bridgehead-compare");
        try (Programs programs = new Programs(folder);
                Backend backend = Backend.start();
                Collector collector = Collector.start()) {
            Ground ground = new Ground(
                    programs, Material.make(folder), backend.httpPort(), backend.sinkPort(), collector.port());
            Sampler sampler = new Sampler(programs);
            List<Row> rows = Chosen.of(
                    "compare.rows", options.rows(), Rows.all(programs, sampler, backend, ground.material()), Row::name);
            List<Setting> settings = new ArrayList<>();
            for (Peer peer : Peer.chosen(options.settings())) {
                settings.add(peer.start(ground, options.javaOptions()));
            }
            settings.forEach(Setting::awaitReady);
            Map<String, String> about = About.of(options, programs, sampler);
            about.forEach((name, value) -> out.println(name + ": " + value));
            compare(
                    rows,
                    settings,
                    new Report(about),
                    new Comparison(options, new Recordings(programs, options.jfr())));
        } catch (IOException | RuntimeException e) {
            out.println("logs of all programs: " + folder);
            throw e;
        }
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void compare(List<Row> rows, List<Setting> settings, Report report, Comparison comparison)
            throws IOException {
        for (Row row : rows) {
            RowResult result = comparison.of(row, settings);
            out.println();
            out.print(Table.of(result));
            out.flush();
            report.add(result);
            if (options.report().isPresent()) {
                report.write(options.report().get());
            }
        }
    }
}

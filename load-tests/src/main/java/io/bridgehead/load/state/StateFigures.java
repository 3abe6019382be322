package io.bridgehead.load.state;

import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.SideBySideSites;
import io.bridgehead.load.wan.Sites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How long shared state takes and what it costs: from apply to active on every node, bulk, start, memory, traffic at rest,
 * and what requests notice of it. {@code -Dstate.rows=loopback,far,ten -Dstate.documents=10000 -Dstate.changes=40}; {@code
 * alone}, one node, shows what is a node's own and what comes of three that share the processors; {@code far} and {@code ten} need root, {@code ip} and {@code /dev/net/tun}.
 */
public final class StateFigures {
    private static final int TEN_SITES = 5;
    private static final int THREE_SITES = 3;

    private StateFigures() {}

    /** Runs it with the distribution in {@code bridgehead.home}. */
    public static void main(String[] arguments) throws IOException {
        List<String> rows =
                List.of(System.getProperty("state.rows", "loopback,far,ten").split(",", -1));
        int documents = Integer.getInteger("state.documents", 10_000);
        int changes = Integer.getInteger("state.changes", 40);
        System.out.printf(
                Locale.ROOT,
                "%d processors, %s, %,d documents, %d changes of one document%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vm.version"),
                documents,
                changes);
        if (rows.contains("alone")) {
            loopback("1 site on loopback", 1, documents, changes);
        }
        if (rows.contains("loopback")) {
            loopback("3 sites on loopback", THREE_SITES, documents, changes);
        }
        if (rows.contains("far")) {
            far("3 sites, 80 ms round trip", THREE_SITES, 1, documents, changes);
        }
        if (rows.contains("ten")) {
            far("10 nodes in 5 sites, 80 ms round trip", TEN_SITES, 2, documents, changes);
        }
    }

    private static void loopback(String title, int count, int documents, int changes) throws IOException {
        System.out.printf(Locale.ROOT, "== %s%n", title);
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "bh-state");
        try (FarFabric fabric = FarFabric.start(folder, new SideBySideSites(), count, 1)) {
            new Course(fabric, new SideBySideSites(), documents, changes).run();
        }
    }

    private static void far(String title, int count, int perSite, int documents, int changes) throws IOException {
        System.out.printf(Locale.ROOT, "== %s%n", title);
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "bh-state");
        Sites sites = Sites.up(folder, count, false);
        try (FarFabric fabric = FarFabric.start(folder, sites, count, perSite)) {
            sites.set("*", "delay=40ms");
            Course course = new Course(fabric, sites, documents, changes);
            course.run();
            course.traffic();
            if (perSite == 1) {
                course.cut(sites);
            }
        }
    }
}

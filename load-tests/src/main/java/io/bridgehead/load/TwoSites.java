package io.bridgehead.load;

import io.bridgehead.load.process.Programs;
import io.bridgehead.load.setting.Backend;
import io.bridgehead.load.setting.BridgeheadHops;
import io.bridgehead.load.setting.Ground;
import io.bridgehead.load.setting.Material;
import io.bridgehead.load.setting.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two Bridgehead nodes in two sites and an endpoint at the far one, for as long as a simulation runs. */
public final class TwoSites implements AutoCloseable {
    /** The service's host. */
    public static final String HOST = Material.HOST;

    private final Setting nodes;
    private final Programs programs;
    private final Backend backend;

    private TwoSites(Setting nodes, Programs programs, Backend backend) {
        this.nodes = nodes;
        this.programs = programs;
        this.backend = backend;
    }

    /** Starts them from the distribution in {@code bridgehead.home} and waits until a request is answered. */
    public static TwoSites start() {
        try {
            Path folder = Files.createTempDirectory("bh-load");
            Backend backend = Backend.start();
            Programs programs = new Programs(folder);
            Ground ground = new Ground(programs, Material.make(folder), backend.httpPort(), backend.sinkPort(), 0);
            Setting nodes = BridgeheadHops.startHybrid(ground, "");
            nodes.awaitReady();
            return new TwoSites(nodes, programs, backend);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients ask. */
    public int entryPort() {
        return nodes.doors().http();
    }

    @Override
    public void close() {
        programs.close();
        try {
            backend.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

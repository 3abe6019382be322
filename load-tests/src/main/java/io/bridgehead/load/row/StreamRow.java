package io.bridgehead.load.row;

import io.bridgehead.load.setting.Backend;
import io.bridgehead.load.setting.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/** TCP streams through both gateways to the backend's sink, as fast as they go. */
final class StreamRow implements Row {
    private static final double GIB = 1L << 30;

    private final String name;
    private final int streams;
    private final Sampler sampler;
    private final Backend backend;
    private final AesSpeed aes;

    StreamRow(String name, int streams, Sampler sampler, Backend backend, AesSpeed aes) {
        this.name = name;
        this.streams = streams;
        this.sampler = sampler;
        this.backend = backend;
        this.aes = aes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String meaning() {
        return streams + (streams == 1 ? " TCP stream" : " TCP streams") + " to the far side";
    }

    @Override
    public boolean suits(Setting setting) {
        return setting.doors().tcp() != 0 && !setting.name().equals("hybrid");
    }

    @Override
    public Figure cost() {
        return Figure.CPU_PER_GIB;
    }

    @Override
    public Map<Figure, Double> saturate(Setting setting, int seconds) {
        double aesSpeed = aes.gibibytesPerSecond();
        try (StreamSources sources = StreamSources.start(setting.doors().tcp(), streams)) {
            awaitFirstBytes(sources);
            long before = backend.sunkBytes();
            long start = System.nanoTime();
            Sampler.Running running = sampler.begin(setting);
            sources.runFor(seconds * 1000L);
            Sampler.Spent spent = running.end();
            double elapsed = (System.nanoTime() - start) / 1e9;
            double gibibytes = (backend.sunkBytes() - before) / GIB;
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            figures.put(Figure.CPU_PER_GIB, spent.cpu().total() / gibibytes);
            figures.put(Figure.SYSTEM_PER_GIB, spent.cpu().system() / gibibytes);
            figures.put(Figure.COMPILER_SHARE, spent.compilerShare());
            figures.put(Figure.GIB_PER_SECOND, gibibytes / elapsed);
            figures.put(Figure.AES_SPEED_SHARE, gibibytes / elapsed / aesSpeed);
            figures.put(
                    Figure.AES_CPU_SHARE, 2 * gibibytes / aesSpeed / spent.cpu().total());
            return figures;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** So that connecting is not measured. */
    private void awaitFirstBytes(StreamSources sources) {
        long before = backend.sunkBytes();
        for (int tries = 0; tries < 500 && backend.sunkBytes() == before; tries++) {
            sources.runFor(20);
        }
        if (backend.sunkBytes() == before) {
            throw new IllegalStateException("no byte came through within 10 s");
        }
    }

    @Override
    public Map<Figure, Double> pace(Setting setting, int seconds) {
        return Map.of();
    }
}

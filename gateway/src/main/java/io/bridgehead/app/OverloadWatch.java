package io.bridgehead.app;

import com.sun.management.UnixOperatingSystemMXBean;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.OverloadLimits;
import io.bridgehead.limit.Overload;
import io.bridgehead.limit.OverloadLadder;
import io.bridgehead.limit.OverloadLevel;
import io.bridgehead.limit.OverloadObserver;
import io.bridgehead.limit.Pressure;
import io.bridgehead.loop.DirectMemory;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.telemetry.OverloadMeters;
import io.bridgehead.telemetry.Telemetry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures ten times a second what the node could run out of, and publishes the level of overload. Descriptors are counted once a second,
 * because that reads a directory. The lag of loops is smoothed, so that one long collection does not count as overload.
 */
@OwnedBy(Owner.CONTROL)
final class OverloadWatch {
    static final long SAMPLE_MILLIS = 100;

    private static final int DESCRIPTORS_EVERY = 10;
    private static final double LAG_NEW_SHARE = 0.3;

    private final Overload overload;
    private final OverloadLadder ladder;
    private final OverloadObserver observer;
    private final LongSupplier nanoTime;
    private final List<LagProbe> probes;
    private double lagNanosMax;
    private final DirectMemory direct = new DirectMemory();
    private final @Nullable MemoryPoolMXBean heap = largestHeapPool();
    private final @Nullable UnixOperatingSystemMXBean system =
            ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix ? unix : null;
    private double descriptors;
    private double lag;
    private int samples;
    private long lookedNanos;
    private volatile Pressure pressure = Pressure.NONE;

    OverloadWatch(
            OverloadLimits limits,
            Overload overload,
            OverloadObserver observer,
            List<Loop> loops,
            LongSupplier nanoTime) {
        this.overload = overload;
        this.ladder = new OverloadLadder(thresholds(limits));
        this.observer = observer;
        this.nanoTime = nanoTime;
        this.lagNanosMax = limits.loopLagMax().toNanos();
        this.probes = loops.stream().map(loop -> new LagProbe(loop, nanoTime)).toList();
    }

    private static OverloadLadder.Thresholds thresholds(OverloadLimits limits) {
        return new OverloadLadder.Thresholds(
                limits.shortenIdle(), limits.endConnections(), limits.refuse(), limits.stopAccepting());
    }

    /** Judges by other limits from now on. */
    void use(OverloadLimits limits) {
        ladder.use(thresholds(limits));
        lagNanosMax = limits.loopLagMax().toNanos();
    }

    /** The watch of a node's data path, with its meters. */
    static OverloadWatch of(NodeConfig config, DataPath path, Telemetry telemetry, Loops loops) {
        OverloadMeters meters = new OverloadMeters(telemetry);
        OverloadWatch watch = new OverloadWatch(
                config.limits().protection().overload(),
                path.overload(),
                new OverloadObserver() {
                    @Override
                    public void levelChanged(OverloadLevel before, OverloadLevel after, Pressure pressure) {
                        meters.levelChanged(before, after, pressure);
                        path.listeners().pressed();
                    }

                    @Override
                    public void lagged(long nanos) {
                        meters.lagged(nanos);
                    }
                },
                loops.all(),
                System::nanoTime);
        meters.show(path.overload(), watch::pressure);
        return watch;
    }

    /** The pool that long-lived objects end in; the others are small or empty after a collection. */
    private static @Nullable MemoryPoolMXBean largestHeapPool() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .max(Comparator.comparingLong(pool -> pool.getUsage().getMax()))
                .orElse(null);
    }

    /** What was measured last; from any thread. */
    Pressure pressure() {
        return pressure;
    }

    /** Measures, and publishes the level. */
    void sample() {
        if (samples++ % DESCRIPTORS_EVERY == 0 && system != null) {
            descriptors =
                    (double) system.getOpenFileDescriptorCount() / Math.max(1, system.getMaxFileDescriptorCount());
        }
        long longest = 0;
        for (LagProbe probe : probes) {
            longest = Math.max(longest, probe.look());
        }
        observer.lagged(Math.max(longest, late()));
        lag += LAG_NEW_SHARE * (longest / lagNanosMax - lag);
        Pressure now = new Pressure(heapShare(), direct.share(), descriptors, lag);
        pressure = now;
        OverloadLevel before = overload.level();
        OverloadLevel after = ladder.at(now.max(), nanoTime.getAsLong());
        if (after != before) {
            overload.enter(after);
            observer.levelChanged(before, after, now);
        }
    }

    /** By how much this look comes too late: the loop that looks may have been held up itself. */
    private long late() {
        long now = nanoTime.getAsLong();
        long late = samples == 1 ? 0 : now - lookedNanos - TimeUnit.MILLISECONDS.toNanos(SAMPLE_MILLIS);
        lookedNanos = now;
        return late;
    }

    private double heapShare() {
        MemoryUsage usage = heap == null ? null : heap.getCollectionUsage();
        return usage == null || usage.getMax() <= 0 ? 0 : (double) usage.getUsed() / usage.getMax();
    }
}

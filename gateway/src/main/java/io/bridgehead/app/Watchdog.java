package io.bridgehead.app;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.telemetry.NodeLog;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Ends the process when an event loop makes no progress for too long, so that the supervisor starts it again: a loop that is stuck
 * serves nobody and cannot be mended from outside. A watchdog that was itself held up, as in a machine that slept, judges nothing. A loop
 * that wants to run and hardly gets a processor has six times as long, because another process would not be better off. As long as no loop is
 * stuck, who started the process is told that it lives: the supervisor ends one in which not even the watchdog looks any more.
 *
 * <p><b>Threads</b>: {@link #look} on a thread of its own.
 */
@OwnedBy(Owner.CONFINED)
final class Watchdog {
    static final long LOOK_MILLIS = 250;
    /** Of a process that ends because a loop is stuck: EX_SOFTWARE of sysexits. */
    static final int EXIT_CODE = 70;

    private static final long TELL_NANOS = 2_000_000_000L;
    private static final int STARVED_FACTOR = 6;
    private static final long LATE_NANOS = 2_000_000_000L;

    private final List<LagProbe> probes;
    private final Supplier<Duration> bound;
    private final LongSupplier nanoTime;
    private final Consumer<String> onStuck;
    private final Runnable onWell;
    private long lastLook;
    private long lastTold;
    private boolean ended;

    /**
     * @param bound how long a loop may make no progress, as it is now
     * @param onStuck is given what the log should hold, once; ends the process
     * @param onWell is run every two seconds as long as no loop is stuck
     */
    Watchdog(
            List<Loop> loops,
            Supplier<Duration> bound,
            LongSupplier nanoTime,
            Consumer<String> onStuck,
            Runnable onWell) {
        this.probes = loops.stream().map(loop -> new LagProbe(loop, nanoTime)).toList();
        this.bound = bound;
        this.nanoTime = nanoTime;
        this.onStuck = onStuck;
        this.onWell = onWell;
        this.lastLook = nanoTime.getAsLong();
        this.lastTold = lastLook - TELL_NANOS;
    }

    /** Has the loops of a node watched: those of the data path and that of the control side. */
    static void over(Loops loops, LiveLimits limits, NodeThreads threads, NodeLog log) {
        List<Loop> all = new ArrayList<>(loops.all());
        all.add(loops.control());
        Watchdog watchdog = new Watchdog(
                all,
                () -> limits.now().protection().loopStuckExit(),
                System::nanoTime,
                why -> {
                    log.loopStuck(why);
                    NodeLog.end();
                    Runtime.getRuntime().halt(EXIT_CODE);
                },
                loops.supervisor()::alive);
        threads.watch(watchdog::look, LOOK_MILLIS);
    }

    /** Looks whether every loop answers; every {@value #LOOK_MILLIS} ms. */
    void look() {
        long now = nanoTime.getAsLong();
        boolean late = now - lastLook > LATE_NANOS;
        lastLook = now;
        boolean anyStuck = false;
        long boundNanos = bound.get().toNanos();
        for (LagProbe probe : probes) {
            if (late) {
                probe.forgive();
            }
            long waited = probe.look();
            boolean stuck =
                    waited > boundNanos && (waited > STARVED_FACTOR * boundNanos || !probe.isStarved(boundNanos / 2));
            anyStuck |= stuck;
            if (stuck && !ended) {
                ended = true;
                onStuck.accept("event loop " + probe.loop().index() + " made no progress for "
                        + Duration.ofNanos(boundNanos).toMillis() + " ms; the process ends\n" + threads());
            }
        }
        if (!anyStuck && now - lastTold >= TELL_NANOS) {
            lastTold = now;
            onWell.run();
        }
    }

    private static String threads() {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        StringBuilder dump = new StringBuilder();
        for (ThreadInfo thread : bean.dumpAllThreads(bean.isObjectMonitorUsageSupported(), false)) {
            dump.append('"')
                    .append(thread.getThreadName())
                    .append("\" ")
                    .append(thread.getThreadState())
                    .append('\n');
            for (StackTraceElement frame : thread.getStackTrace()) {
                dump.append("    at ").append(frame).append('\n');
            }
        }
        return dump.toString();
    }
}

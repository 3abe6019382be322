package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Netty's leak detector at its strictest, with what it finds in a list. The build names {@link ListingLeakDetector} to Netty. */
public final class LeakWatch {
    private static final long GC_MILLIS_MAX = 10_000;
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    private LeakWatch() {}

    /** Forgets what was found before. */
    static void load() {
        LEAKS.clear();
    }

    /** Starts watching; to be called after Vert.x has started, which switches the detector off. */
    public static void start() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        LEAKS.clear();
    }

    /** Collects garbage so that lost buffers show, and fails if there are any. */
    public static void assertNone() {
        for (int round = 0; round < 3; round++) {
            collect();
            ByteBuf probe = ByteBufAllocator.DEFAULT.directBuffer(16);
            probe.release();
        }
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(LEAKS).isEmpty();
    }

    /** Collects garbage and waits until references to it have been queued. */
    private static void collect() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        PhantomReference<Object> lost = new PhantomReference<>(new Object(), queue);
        System.gc();
        try {
            assertThat(queue.remove(GC_MILLIS_MAX)).isSameAs(lost);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes note of a leak. */
    static void found(String leak) {
        LEAKS.add(leak);
    }
}

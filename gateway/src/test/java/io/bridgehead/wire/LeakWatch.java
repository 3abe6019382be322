package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * Netty's leak detector at its strictest, as an extension: a test class that loses a buffer fails. The build names {@link ListingLeakDetector} to
 * Netty, and the strictest level to it and to Vert.x, which else switches it off.
 *
 * <p><b>Whose leak</b>: a lost buffer shows when garbage is collected, whichever class runs then. So each is marked when it is made with the class
 * that its thread works for: that of the test, or of the thread that started it. What is found is kept until that class asks.
 */
public final class LeakWatch implements TestInstancePreConstructCallback, AfterAllCallback {
    private static final long GC_MILLIS_MAX = 10_000;
    private static final String MARK = "made for ";
    private static final InheritableThreadLocal<@Nullable String> OWNER = new InheritableThreadLocal<>();
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext context) {
        OWNER.set(MARK + factory.getTestClass().getName() + ";");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        try {
            assertNone();
        } finally {
            OWNER.remove();
        }
    }

    /** Starts watching; to be called after Vert.x has started, which switches the detector off when nothing else is said. */
    public static void start() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    /** Collects garbage so that lost buffers show, and fails if any have been lost for the class of this test since this was asked last. */
    static void assertNone() {
        settle();
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        String owner = owner();
        assertThat(owner).as("the class that is watched").isNotNull();
        List<String> own = new ArrayList<>();
        LEAKS.removeIf(leak -> leak.contains(String.valueOf(owner)) && own.add(leak));
        assertThat(own).as("buffers that nobody released").isEmpty();
    }

    /** Collects garbage, and has what shows by it told. */
    static void settle() {
        for (int round = 0; round < 3; round++) {
            collect();
            ByteBuf probe = ByteBufAllocator.DEFAULT.directBuffer(16);
            probe.release();
        }
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

    /** The class that this thread works for, as leaks are marked; null when that is not watched. */
    static @Nullable String owner() {
        return OWNER.get();
    }

    /** Takes note of a leak of a class that is watched. */
    static void found(String leak) {
        if (leak.contains(MARK)) {
            LEAKS.add(leak);
        }
    }
}

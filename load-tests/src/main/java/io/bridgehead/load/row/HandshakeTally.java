package io.bridgehead.load.row;

import io.netty.bootstrap.Bootstrap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Counts handshakes and says whether there shall be another one. Used on one event loop, but for the start and the end. */
final class HandshakeTally {
    static final String SUITE = "TLS_AES_128_GCM_SHA256";

    private final String group;
    private final long start = System.nanoTime();
    private final long nanosMax;
    private final CountDownLatch running;
    private final AtomicReference<@Nullable String> problem = new AtomicReference<>();
    private volatile long count;

    HandshakeTally(String group, int concurrent, long nanosMax) {
        this.group = group;
        this.nanosMax = nanosMax;
        this.running = new CountDownLatch(concurrent);
    }

    /** Connects once more, or ends this line of calls when time is up. */
    void next(Bootstrap bootstrap) {
        if (problem.get() != null || System.nanoTime() - start > nanosMax) {
            running.countDown();
            return;
        }
        bootstrap.connect().addListener(future -> {
            if (!future.isSuccess()) {
                failed("could not connect: " + future.cause());
                running.countDown();
            }
        });
    }

    /** A handshake was accepted. Called on the loop only. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void accepted() {
        count++;
    }

    /** Checks what a handshake has agreed on. */
    void agreed(String suite, String keyExchange) {
        if (!suite.equals(SUITE) || !keyExchange.equalsIgnoreCase(group)) {
            failed("agreed on " + suite + " with " + keyExchange + "; expected " + SUITE + " with " + group);
        }
    }

    /** A handshake was refused, or is not what was wanted; the first one is told. */
    void failed(String what) {
        problem.compareAndSet(null, what);
    }

    HandshakeCaller.Done await(int secondsMax) {
        try {
            if (!running.await(secondsMax, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "handshakes hang" + (problem.get() == null ? "" : ": " + problem.get()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (problem.get() != null) {
            throw new IllegalStateException("a handshake failed: " + problem.get());
        }
        return new HandshakeCaller.Done(count, (System.nanoTime() - start) / 1e9);
    }
}

package io.bridgehead.e2e.traffic;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A client that asks without end on one HTTP/2 connection that must never end. */
public final class SteadyHttp2 implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int COLD = 10;

    private final RawHttp2 connection;
    private final String host;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Thread thread;

    private SteadyHttp2(RawHttp2 connection, String host) {
        this.connection = connection;
        this.host = host;
        this.thread = Thread.ofPlatform().daemon().name("steady-http2").start(this::run);
    }

    /** Sends GETs, each 5 ms after the last answer. */
    public static SteadyHttp2 gets(RawHttp2 connection, String host) {
        return new SteadyHttp2(connection, host);
    }

    private void run() {
        try {
            while (!stopped.get()) {
                long start = System.nanoTime();
                RawHttp2.Answer answer = connection.get(host, "/steady");
                if (answered.get() >= COLD) {
                    longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
                }
                if (answer.status() != 200) {
                    failures.add("answered by " + answer.status());
                }
                answered.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            if (!stopped.get()) {
                failures.add("after " + answered + " answers: " + e);
            }
        }
    }

    /** Requests that were answered. */
    public long answered() {
        return answered.get();
    }

    /** What went wrong, in words. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** The longest wait for an answer, but for the first {@value #COLD}: for those nodes load what they need. */
    public long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
    }

    @Override
    public void close() throws IOException {
        stopped.set(true);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}

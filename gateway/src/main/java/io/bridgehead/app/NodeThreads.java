package io.bridgehead.app;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a node that are not event loops: the blocking pool, the threads that judge tokens, the watchdog's thread, and the factory of the
 * exporter's thread. The one place that makes them.
 */
final class NodeThreads implements AutoCloseable {
    private static final int BLOCKING_THREADS = 2;
    private static final int TOKEN_THREADS_MAX = 4;

    private final ExecutorService blocking =
            Executors.newFixedThreadPool(BLOCKING_THREADS, factory("bridgehead-blocking-"));

    private final OneByOne files = new OneByOne(blocking);

    private final ExecutorService fetching = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("bridgehead-fetch-", 0).factory());

    private final ExecutorService tokens = Executors.newFixedThreadPool(
            Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, TOKEN_THREADS_MAX),
            factory("bridgehead-tokens-"));

    private final ScheduledExecutorService watchdog =
            Executors.newSingleThreadScheduledExecutor(factory("bridgehead-watchdog-"));

    /** Has the watchdog's thread do something again and again. */
    void watch(Runnable look, long everyMillis) {
        watchdog.scheduleWithFixedDelay(look, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    }

    /** Before the loops end, which the watchdog would take for being stuck. */
    void stopWatching() {
        watchdog.shutdownNow();
    }

    /** Judges tokens of requests, so that a flood of bad ones holds up nothing else. */
    ExecutorService tokens() {
        return tokens;
    }

    ExecutorService blocking() {
        return blocking;
    }

    /**
     * Reads configuration, key files and the like, and puts in force what they say: one task at a time, so that none takes back what another has read
     * since. On the blocking pool.
     */
    Executor files() {
        return files;
    }

    /** Waits for others over the network, each task on a thread of its own; who gives tasks bounds how many. */
    ExecutorService fetching() {
        return fetching;
    }

    ThreadFactory exporter() {
        return factory("bridgehead-exporter-");
    }

    private static ThreadFactory factory(String prefix) {
        return Thread.ofPlatform().daemon().name(prefix, 0).factory();
    }

    @Override
    public void close() {
        stopWatching();
        fetching.shutdownNow();
        tokens.shutdownNow();
        blocking.shutdown();
        try {
            if (!blocking.awaitTermination(2, TimeUnit.SECONDS)) {
                blocking.shutdownNow();
            }
        } catch (InterruptedException e) {
            blocking.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}

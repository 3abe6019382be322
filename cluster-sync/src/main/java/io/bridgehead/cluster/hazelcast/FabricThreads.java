package io.bridgehead.cluster.hazelcast;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The threads of a Hazelcast fabric. They are made here and nowhere else, because almost every call of Hazelcast can
 * block for seconds while a link is cut: each kind of waiting has its own few threads and a bounded queue, so that
 * none keeps another from its work.
 *
 * @param timer only what never waits: deadlines, delays
 * @param worker one thread: starting the member, and comparing with the blackboard
 * @param intake one thread, so that records are taken in order
 * @param commits two threads: comparisons and sets
 * @param spread one thread: puts on the blackboard
 * @param tls two threads: what TLS engines delegate
 */
record FabricThreads(
        ScheduledThreadPoolExecutor timer,
        ExecutorService worker,
        ThreadPoolExecutor intake,
        ThreadPoolExecutor commits,
        ThreadPoolExecutor spread,
        ThreadPoolExecutor tls) {
    private static final int INTAKE_MAX = 10_000;
    private static final int COMMITS_MAX = 64;
    private static final int SPREAD_MAX = 1_000;
    private static final int TLS_MAX = 1_000;

    static FabricThreads create(String node) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named(node, "timer"));
        timer.setRemoveOnCancelPolicy(true);
        return new FabricThreads(
                timer,
                pool(node, "worker", 1, 16, new ThreadPoolExecutor.DiscardPolicy()),
                pool(node, "intake", 1, INTAKE_MAX, new ThreadPoolExecutor.AbortPolicy()),
                pool(node, "commit", 2, COMMITS_MAX, new ThreadPoolExecutor.AbortPolicy()),
                pool(node, "spread", 1, SPREAD_MAX, new ThreadPoolExecutor.DiscardPolicy()),
                pool(node, "tls", 2, TLS_MAX, new ThreadPoolExecutor.CallerRunsPolicy()));
    }

    /** Ends all; what still waits is interrupted and its threads are daemons. */
    void close() {
        Stream.of(worker, intake, commits, spread, tls, timer).forEach(ExecutorService::shutdownNow);
    }

    private static ThreadPoolExecutor pool(
            String node, String purpose, int threads, int waitingMax, RejectedExecutionHandler full) {
        BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>(waitingMax);
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, waiting, named(node, purpose), full);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory named(String node, String purpose) {
        return Thread.ofPlatform()
                .daemon()
                .name("cluster-" + purpose + "-" + node + "-", 0)
                .factory();
    }
}

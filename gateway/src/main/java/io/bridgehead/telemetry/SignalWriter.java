package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One way out for signals, with a thread of its own, so that none waits for another one and no event loop waits at all. The queue is bounded;
 * what does not fit is dropped and counted, so that a slow disk or collector changes nothing for traffic. A sink that fails loses what it was given,
 * and is given what comes next.
 *
 * @param <T> what is written
 */
@OwnedBy(Owner.ANY_THREAD)
final class SignalWriter<T> implements Runnable {
    /** What may wait to be written. */
    static final int QUEUE_MAX = 16_384;

    private static final int BATCH_MAX = 512;
    private static final long POLL_MILLIS = 200;
    private static final long LOOK_MILLIS = 10;

    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");

    private final ArrayBlockingQueue<T> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final AtomicLong dropped;
    private final Sink<T> sink;
    private final Repeats failures;
    private final Thread thread;
    private volatile List<SignalWriter<?>> before = List.of();
    private volatile boolean closing;
    private volatile boolean abandoned;
    private volatile boolean ended;

    /** Where signals go; called by one thread. */
    interface Sink<T> {
        /**
         * Writes; may block for seconds.
         *
         * @param batch not to be kept
         * @return how many of it are lost
         */
        int write(List<T> batch);

        /** About how many milliseconds more may come before a batch is written that is not full: for sinks to which a batch costs more than what is in it. */
        default long gatherMillis() {
            return 0;
        }

        /** Before each batch is written, and now and then when there is none. */
        default void beforeBatch() {
            // most write where they did before
        }

        /** The last call. */
        void close();
    }

    /**
     * @param failures holds back what is said of the sink again and again
     * @param threads makes the thread
     */
    SignalWriter(Sink<T> sink, Repeats failures, ThreadFactory threads) {
        this(sink, new AtomicLong(), failures, threads);
    }

    /** @param dropped counts what is not written, perhaps by several writers */
    SignalWriter(Sink<T> sink, AtomicLong dropped, Repeats failures, ThreadFactory threads) {
        this.dropped = dropped;
        this.sink = sink;
        this.failures = failures;
        this.thread = threads.newThread(this);
    }

    void start() {
        thread.start();
    }

    /** In place of {@link #start}: writes nothing before another one has ended, to whose file this one appends as well. */
    void startAfter(List<SignalWriter<?>> others) {
        before = List.copyOf(others);
        thread.start();
    }

    /** Takes one; never waits. */
    void offer(T one) {
        offer(one, 0);
    }

    /**
     * Takes one unless that would leave less than so much room for others; never waits.
     *
     * @return whether it was taken; else it is counted as dropped
     */
    boolean offer(T one, int reserve) {
        boolean taken = !ended && queue.remainingCapacity() > reserve && queue.offer(one);
        if (!taken) {
            dropped.incrementAndGet();
        }
        return taken;
    }

    /** Whether its thread is no more. */
    boolean hasEnded() {
        return !thread.isAlive();
    }

    /** How many were not written. */
    long dropped() {
        return dropped.get();
    }

    /** Has what is queued be written, and the thread end. */
    void close() {
        closing = true;
    }

    /** Has what is still queued be given up and counted as dropped, and the thread end after the batch that it is at. */
    void abandon() {
        abandoned = true;
        closing = true;
    }

    /** In place of {@link #start}: gives up the sink of a writer that is not needed. */
    void drop() {
        sink.close();
    }

    /** Waits until that has happened, at most so long. */
    void join(long millis) throws InterruptedException {
        thread.join(Math.max(1, millis));
    }

    @Override
    public void run() {
        List<T> batch = new ArrayList<>(BATCH_MAX);
        if (!isAlone()) {
            closing = true;
            return;
        }
        while (!abandoned && (!closing || !queue.isEmpty())) {
            try {
                T first = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                sink.beforeBatch();
                if (first != null) {
                    batch.add(first);
                    gather();
                    queue.drainTo(batch, BATCH_MAX - 1);
                    dropped.addAndGet(write(batch));
                    batch.clear();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closing = true;
                return;
            }
        }
        ended = true;
        List<T> left = new ArrayList<>();
        dropped.addAndGet(queue.drainTo(left));
        sink.close();
    }

    /** Waits until there is a batch, as long as the sink wants that; nothing wakes it, so that what comes costs nothing more. */
    private void gather() {
        long looks = sink.gatherMillis() / LOOK_MILLIS;
        for (long i = 0; i < looks && queue.size() < BATCH_MAX - 1 && !closing; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }

    /** Waits for those before it, however long they take: two at one file would tear each other's lines. */
    private boolean isAlone() {
        try {
            for (SignalWriter<?> other : before) {
                other.thread.join();
            }
            before = List.of();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @return how many of it are lost */
    private int write(List<T> batch) {
        try {
            return sink.write(batch);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            // An error of one batch, such as jars that were replaced under the process, must not end all that comes
            // after.
            failed(e);
            return batch.size();
        }
    }

    private void failed(Throwable cause) {
        String sort = sink.getClass().getName();
        long repeated = failures.passes("signals", sort, cause.toString());
        if (repeated >= 0) {
            LOG.atError()
                    .addKeyValue("repeated", repeated)
                    .setCause(cause)
                    .log("signals: {} failed, and what it was given is lost: {}", sort, cause.toString());
        }
    }
}

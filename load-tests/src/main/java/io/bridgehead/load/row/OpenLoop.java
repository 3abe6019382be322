package io.bridgehead.load.row;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Requests that are due at a fixed rate, whatever became of those before: each is timed from the moment it was due, so a gateway that
 * stalls is not spared the requests that it kept from being sent. One thread; it looks every 50 microseconds.
 */
final class OpenLoop implements AutoCloseable {
    private static final long NAP_NANOS = 50_000;
    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(5);

    /** How long answers may take beyond the end. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Selector selector = Selector.open();
    private final List<OpenLoopConnection> connections = new ArrayList<>();
    private final Deque<OpenLoopConnection> idle = new ArrayDeque<>();
    private final Histogram micros = new Histogram(HIGHEST_MICROS, 3);

    private OpenLoop(HttpLoad load, int port) throws IOException {
        byte[] request = load.request();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < load.connections(); i++) {
            OpenLoopConnection connection = OpenLoopConnection.open(selector, address, request);
            connections.add(connection);
            idle.add(connection);
        }
    }

    /**
     * Runs it.
     *
     * @return microseconds from when a request was due to the last byte of its answer; a request that was not sent or answered
     *     within ten seconds after the end counts as long as it has waited
     * @throws IllegalStateException if an answer is not 200
     */
    static Histogram run(HttpLoad load, int port, int rate, int seconds) {
        try (OpenLoop loop = new OpenLoop(load, port)) {
            loop.askEachOnce();
            loop.askAtRate(rate, seconds);
            return loop.micros;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** So that connecting is not measured. */
    private void askEachOnce() throws IOException {
        long now = System.nanoTime();
        while (!idle.isEmpty()) {
            idle.remove().send(now);
        }
        long deadline = now + GRACE_NANOS;
        while (idle.size() < connections.size() && System.nanoTime() - deadline < 0) {
            step();
        }
        micros.reset();
    }

    private void askAtRate(int rate, int seconds) throws IOException {
        long start = System.nanoTime();
        long count = (long) rate * seconds;
        long deadline = start + TimeUnit.SECONDS.toNanos(seconds) + GRACE_NANOS;
        long next = 0;
        while ((next < count || idle.size() < connections.size()) && System.nanoTime() - deadline < 0) {
            long elapsed = System.nanoTime() - start;
            while (next < count && due(next, rate) <= elapsed && !idle.isEmpty()) {
                idle.remove().send(start + due(next++, rate));
            }
            step();
        }
        long end = System.nanoTime();
        for (; next < count; next++) {
            record(end - start - due(next, rate));
        }
        for (OpenLoopConnection connection : connections) {
            if (!idle.contains(connection)) {
                record(end - connection.dueNanos());
            }
        }
    }

    private static long due(long index, int rate) {
        return index * TimeUnit.SECONDS.toNanos(1) / rate;
    }

    private void step() throws IOException {
        if (selector.selectNow() == 0) {
            LockSupport.parkNanos(NAP_NANOS);
            return;
        }
        for (SelectionKey key : selector.selectedKeys()) {
            OpenLoopConnection connection = (OpenLoopConnection) key.attachment();
            if (connection.go(key)) {
                record(System.nanoTime() - connection.dueNanos());
                idle.add(connection);
            }
        }
        selector.selectedKeys().clear();
    }

    private void record(long nanos) {
        micros.recordValue(Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
    }

    @Override
    public void close() throws IOException {
        for (OpenLoopConnection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}

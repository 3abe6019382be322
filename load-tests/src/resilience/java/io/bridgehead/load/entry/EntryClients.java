package io.bridgehead.load.entry;

import io.bridgehead.load.wan.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that keep a connection and send a GET every {@value #PERIOD_MILLIS} ms. One that fails they send again on a new connection, to the next address
 * if there is one, until it is answered. To be started where clients are.
 */
final class EntryClients implements AutoCloseable {
    private static final int PERIOD_MILLIS = 20;
    private static final int CONNECT_MILLIS = 1_000;
    private static final int ANSWER_MILLIS = 2_000;

    private final String way;
    private final List<InetSocketAddress> to;
    private final String host;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final ConcurrentLinkedQueue<Long> waits = new ConcurrentLinkedQueue<>();
    private final LongAdder lost = new LongAdder();
    private final LongAdder unreached = new LongAdder();
    private final LongAdder bad = new LongAdder();

    private EntryClients(String way, List<InetSocketAddress> to, String host) {
        this.way = way;
        this.to = to;
        this.host = host;
    }

    /**
     * Starts so many.
     *
     * @param way what it is called in figures
     * @param to the addresses in the order in which they are tried
     */
    static EntryClients start(String way, List<InetSocketAddress> to, String host, int clients) {
        EntryClients started = new EntryClients(way, to, host);
        for (int i = 0; i < clients; i++) {
            Thread.ofPlatform().daemon().name(way + "-" + i).start(started::run);
        }
        return started;
    }

    private void run() {
        @Nullable Socket socket = null;
        int next = 0;
        while (!stopped.get()) {
            long due = System.nanoTime();
            boolean answered = false;
            while (!answered && !stopped.get()) {
                if (socket == null) {
                    socket = connect(to.get(next % to.size()));
                    next = socket == null ? next + 1 : next;
                } else {
                    socket = exchange(socket);
                    answered = socket != null;
                    lost.add(answered ? 0 : 1);
                }
            }
            if (answered) {
                waits.add(System.nanoTime() - due);
            }
            socket = socket != null && socket.isClosed() ? null : socket;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS));
        }
        close(socket);
    }

    private @Nullable Socket connect(InetSocketAddress address) {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, CONNECT_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            return socket;
        } catch (IOException e) {
            unreached.increment();
            close(socket);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS));
            return null;
        }
    }

    /** The connection, closed when the server wants no more on it; null when no answer came. */
    private @Nullable Socket exchange(Socket socket) {
        try {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nhost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            Answer answer = Answer.read(socket);
            bad.add(answer.isGood() ? 0 : 1);
            if (answer.isLast()) {
                close(socket);
            }
            return socket;
        } catch (IOException e) {
            close(socket);
            return null;
        }
    }

    private static void close(@Nullable Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                assert socket.isClosed();
            }
        }
    }

    /** Begins to count anew. */
    void forget() {
        waits.clear();
        lost.reset();
        unreached.reset();
        bad.reset();
    }

    /** GETs that were answered. */
    int answered() {
        return waits.size();
    }

    /** GETs that were sent and whose answer did not come; each was sent again. */
    long lost() {
        return lost.sum();
    }

    /** Connections that could not be made within a second. */
    long unreached() {
        return unreached.sum();
    }

    /** Answers that were not 200. */
    long bad() {
        return bad.sum();
    }

    /** The longest time from the moment a GET was due to its answer, whatever was tried in between. */
    double longestMillis() {
        return waits.stream().mapToLong(Long::longValue).max().orElse(0) / 1e6;
    }

    @Override
    public String toString() {
        return way + ": " + answered() + " answered, longest " + Math.round(longestMillis()) + " ms, " + lost() + " lost and sent again, "
                + unreached() + " connections not made, " + bad() + " answers not 200";
    }

    @Override
    public void close() {
        stopped.set(true);
    }
}

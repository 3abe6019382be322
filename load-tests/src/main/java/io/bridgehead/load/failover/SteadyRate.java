package io.bridgehead.load.failover;

import io.bridgehead.load.wan.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that together send so many requests a second, each on a connection that it keeps, every tenth request a POST; nothing is sent
 * again, and each request has a path of its own. To be started in their site.
 */
public final class SteadyRate implements AutoCloseable {
    private static final int READ_MILLIS = 30_000;
    private static final int POSTS_ONE_IN = 10;
    private static final long PAUSE_LOOK_NANOS = 5_000_000;

    private final String host;
    private final InetSocketAddress to;
    private final long periodNanos;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final ConcurrentLinkedQueue<Long> getNanos = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failedGets = new ConcurrentLinkedQueue<>();
    private final LongAdder goodPosts = new LongAdder();
    private final LongAdder failedPosts = new LongAdder();
    private final LongAccumulator longestPauseNanos = new LongAccumulator(Long::max, 0);
    private final Map<String, LongAdder> servedBy = new ConcurrentHashMap<>();

    private SteadyRate(InetSocketAddress to, String host, long periodNanos) {
        this.to = to;
        this.host = host;
        this.periodNanos = periodNanos;
    }

    /** Starts so many clients that send so many requests a second in all. */
    public static SteadyRate start(InetSocketAddress to, String host, int clients, int perSecond) {
        long period = TimeUnit.SECONDS.toNanos(clients) / perSecond;
        SteadyRate rate = new SteadyRate(to, host, period);
        for (int i = 0; i < clients; i++) {
            int number = i;
            rate.threads.add(Thread.ofPlatform().daemon().name("client-" + i).start(() -> rate.run(number)));
        }
        rate.threads.add(Thread.ofPlatform().daemon().name("client-pauses").start(rate::watchPauses));
        return rate;
    }

    private void run(int number) {
        @Nullable Socket socket = null;
        long due = System.nanoTime();
        for (int i = 0; !stopped.get(); i++) {
            String method = (number + i) % POSTS_ONE_IN == 0 ? "POST" : "GET";
            long start = System.nanoTime();
            try {
                socket = socket == null ? connected() : socket;
                exchange(socket, method, "/" + number + "-" + i);
                if (method.equals("GET")) {
                    getNanos.add(System.nanoTime() - start);
                } else {
                    goodPosts.increment();
                }
            } catch (IOException e) {
                failed(method, i, start, e);
                close(socket);
                socket = null;
            }
            due = Math.max(due + periodNanos, System.nanoTime() - periodNanos);
            LockSupport.parkNanos(due - System.nanoTime());
        }
        close(socket);
    }

    /** How long the machine kept this process from going on, which is no fault of those who are asked. */
    private void watchPauses() {
        long before = System.nanoTime();
        while (!stopped.get()) {
            LockSupport.parkNanos(PAUSE_LOOK_NANOS);
            long now = System.nanoTime();
            longestPauseNanos.accumulate(now - before - PAUSE_LOOK_NANOS);
            before = now;
        }
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(to, READ_MILLIS);
        socket.setSoTimeout(READ_MILLIS);
        return socket;
    }

    private void failed(String method, int i, long start, IOException e) {
        if (method.equals("GET")) {
            failedGets.add("GET " + i + " after " + (System.nanoTime() - start) / 1_000_000 + " ms: " + e.getMessage());
        } else {
            failedPosts.increment();
        }
    }

    private void exchange(Socket socket, String method, String path) throws IOException {
        String length = method.equals("POST") ? "content-length: 2\r\n\r\nhi" : "\r\n";
        socket.getOutputStream()
                .write((method + " " + path + " HTTP/1.1\r\nhost: " + host + "\r\n" + length)
                        .getBytes(StandardCharsets.US_ASCII));
        Answer answer = Answer.read(socket);
        if (!answer.isGood()) {
            throw new IOException("answered by '" + answer.status() + "'");
        }
        servedBy.computeIfAbsent(answer.servedBy(), _ -> new LongAdder()).increment();
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

    /** GETs that were not answered well, in words. */
    public List<String> failedGets() {
        return List.copyOf(failedGets);
    }

    /** How many requests endpoints answered whose names begin so. */
    public long servedBy(String beginning) {
        return servedBy.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(beginning))
                .mapToLong(entry -> entry.getValue().sum())
                .sum();
    }

    /** The share {@code part} (0 to 1) of GETs was answered within so many milliseconds, since {@link #forget}. */
    public double millis(double part) {
        long[] sorted = getNanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(part * (sorted.length - 1))] / 1e6;
    }

    /** Begins to count times and failures anew. */
    public void forget() {
        getNanos.clear();
        failedGets.clear();
        longestPauseNanos.reset();
    }

    @Override
    public String toString() {
        return getNanos.size() + " GETs, p50 " + Math.round(millis(0.5)) + " ms, p99 " + Math.round(millis(0.99))
                + " ms, longest " + Math.round(millis(1)) + " ms (pause of the clients' own process at most "
                + longestPauseNanos.get() / 1_000_000 + " ms), served by " + servedBy + ", failed GETs " + failedGets()
                + ", POSTs " + goodPosts + " good and " + failedPosts + " failed";
    }

    /** Ends all clients and waits for them. */
    @Override
    public void close() {
        stopped.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}

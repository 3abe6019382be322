package io.bridgehead.load.wan;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that send GETs without end, each on a connection that it keeps, and that send none again: what fails is seen. To be started
 * in their site.
 */
public final class SteadyGets implements AutoCloseable {
    private static final int PERIOD_MILLIS = 20;
    private static final int READ_MILLIS = 30_000;

    private final String host;
    private final InetSocketAddress to;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> servedBy = new ConcurrentHashMap<>();

    /**
     * A GET that was not answered well.
     *
     * @param beganNanos when, by {@link System#nanoTime}
     * @param endedNanos when it was known
     * @param answer the status line of the answer; empty when there was none
     * @param how in words
     */
    public record Failure(long beganNanos, long endedNanos, String answer, String how) {}

    /** An answer that is not good. */
    private static final class BadAnswerException extends IOException {
        private static final long serialVersionUID = 1;

        BadAnswerException(String status) {
            super(status);
        }
    }

    private SteadyGets(String host, InetSocketAddress to) {
        this.host = host;
        this.to = to;
    }

    /** Starts so many clients. */
    public static SteadyGets start(String address, int port, String host, int clients) {
        SteadyGets gets = new SteadyGets(host, new InetSocketAddress(address, port));
        for (int i = 0; i < clients; i++) {
            Thread.ofPlatform().daemon().name("get-" + i).start(gets::run);
        }
        return gets;
    }

    /** An endpoint on loopback that answers every GET with a line and its name. */
    public static HttpServer endpoint(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = "served\n".getBytes(StandardCharsets.US_ASCII);
                exchange.getResponseHeaders().set("x-served-by", name);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.setExecutor(
                Executors.newFixedThreadPool(8, Thread.ofPlatform().daemon().factory()));
        server.start();
        return server;
    }

    private void run() {
        @Nullable Socket socket = null;
        while (!stopped.get()) {
            long start = System.nanoTime();
            try {
                if (socket == null) {
                    socket = new Socket();
                    socket.setTcpNoDelay(true);
                    socket.connect(to, READ_MILLIS);
                    socket.setSoTimeout(READ_MILLIS);
                }
                exchange(socket);
                nanos.add(System.nanoTime() - start);
            } catch (IOException e) {
                failures.add(failure(start, e));
                close(socket);
                socket = null;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS));
        }
        close(socket);
    }

    private static Failure failure(long start, IOException e) {
        long end = System.nanoTime();
        String answer = e instanceof BadAnswerException ? String.valueOf(e.getMessage()) : "";
        String what = answer.isEmpty() ? e.toString() : "answered by '" + answer + "'";
        return new Failure(start, end, answer, what + " after " + (end - start) / 1_000_000 + " ms");
    }

    private void exchange(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nhost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        Answer answer = Answer.read(socket);
        if (!answer.isGood()) {
            throw new BadAnswerException(answer.status());
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

    /** What failed, in words. */
    public List<String> failures() {
        return failures.stream().map(Failure::how).toList();
    }

    /** What failed, and when. */
    public List<Failure> failed() {
        return List.copyOf(failures);
    }

    /** How many GETs this endpoint answered. */
    public long servedBy(String endpoint) {
        LongAdder count = servedBy.get(endpoint);
        return count == null ? 0 : count.sum();
    }

    /** The share {@code part} (0 to 1) of answers came within so many milliseconds, since {@link #forget}. */
    public double millis(double part) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(part * (sorted.length - 1))] / 1e6;
    }

    /** Answers since {@link #forget}. */
    public int answered() {
        return nanos.size();
    }

    /** Begins to count times anew. */
    public void forget() {
        nanos.clear();
    }

    @Override
    public String toString() {
        return answered() + " answers, p50 " + Math.round(millis(0.5)) + " ms, p99 " + Math.round(millis(0.99))
                + " ms, longest " + Math.round(millis(1)) + " ms, by " + servedBy + ", failed "
                + failures();
    }

    @Override
    public void close() {
        stopped.set(true);
    }
}

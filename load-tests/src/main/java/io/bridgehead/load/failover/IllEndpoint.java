package io.bridgehead.load.failover;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An HTTP endpoint on loopback that notes every request but checks in a file, before it answers, and that can fall ill. As a program it lives
 * in a process of its own, so that it can be killed.
 */
public final class IllEndpoint implements AutoCloseable {
    /** Where checks ask. */
    public static final String CHECK = "/ready";

    private static final int WARM_UP = 200;
    private static final int WARM_UP_MILLIS_MAX = 10_000;

    private final String name;
    private final Path notes;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Mood mood = Mood.WELL;

    /** How it behaves. */
    public enum Mood {
        WELL,
        /** Answers checks with 503, and requests well. */
        UNFIT,
        /** Answers requests with 503, and checks well. */
        FAILING,
        /** Takes everything and answers nothing. */
        HANGING
    }

    private IllEndpoint(String name, Path notes, HttpServer server) {
        this.name = name;
        this.notes = notes;
        this.server = server;
    }

    /**
     * Starts one.
     *
     * @param port 0 for any that is free
     * @param notes the file of requests: method and path, a line each
     */
    public static IllEndpoint start(String name, int port, Path notes) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
        IllEndpoint endpoint = new IllEndpoint(name, notes, server);
        server.createContext("/", endpoint::answer);
        server.setExecutor(endpoint.threads);
        server.start();
        return endpoint;
    }

    /** Runs one until the process ends: name, port, notes. It answers some requests of its own before it opens its port. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        warmUp();
        try (IllEndpoint _ = start(arguments[0], Integer.parseInt(arguments[1]), Path.of(arguments[2]))) {
            new CountDownLatch(1).await();
        }
    }

    private static void warmUp() throws IOException {
        Path nowhere = Path.of("/dev/null");
        try (IllEndpoint first = start("warm-up", 0, nowhere)) {
            byte[] request =
                    "GET /warm HTTP/1.1\r\nhost: warm\r\nconnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < WARM_UP; i++) {
                try (Socket socket = new Socket()) {
                    socket.connect(first.server.getAddress(), WARM_UP_MILLIS_MAX);
                    socket.setSoTimeout(WARM_UP_MILLIS_MAX);
                    socket.getOutputStream().write(request);
                    socket.getInputStream().readAllBytes();
                }
            }
        }
    }

    /** Its host:port, for documents. */
    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Behaves like this from now on. */
    public void mood(Mood now) {
        mood = now;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            boolean check = path.equals(CHECK);
            exchange.getRequestBody().readAllBytes();
            if (!check) {
                note(exchange.getRequestMethod() + " " + path + "\n");
            }
            while (mood == Mood.HANGING) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            boolean ill = mood == (check ? Mood.UNFIT : Mood.FAILING);
            byte[] body = name.getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().set("x-served-by", name);
            exchange.sendResponseHeaders(ill ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void note(String line) throws IOException {
        Files.writeString(notes, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void close() {
        mood = Mood.WELL;
        server.stop(0);
        threads.shutdownNow();
    }
}

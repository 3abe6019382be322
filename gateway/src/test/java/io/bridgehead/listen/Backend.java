package io.bridgehead.listen;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bridgehead.model.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** An endpoint on loopback that sends back what it gets, and keeps the fields of requests. */
public final class Backend implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    final BlockingQueue<List<String>> forwardedFor = new LinkedBlockingQueue<>();
    public final BlockingQueue<Headers> fields = new LinkedBlockingQueue<>();

    public Backend() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        List<String> from = exchange.getRequestHeaders().get("X-Forwarded-For");
        fields.add(exchange.getRequestHeaders());
        forwardedFor.add(from == null ? List.of() : from);
        try (InputStream body = exchange.getRequestBody()) {
            if (exchange.getRequestURI().getPath().equals("/cut")) {
                exchange.sendResponseHeaders(200, 1000);
                exchange.getResponseBody().write(new byte[10]);
                exchange.getResponseBody().flush();
                throw new IOException("cut off");
            }
            byte[] echo = body.readAllBytes();
            exchange.sendResponseHeaders(200, echo.length == 0 ? -1 : echo.length);
            exchange.getResponseBody().write(echo);
        }
        exchange.close();
    }

    public Endpoint endpoint() {
        return Endpoint.parse("127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

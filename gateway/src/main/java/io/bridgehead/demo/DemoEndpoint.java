package io.bridgehead.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;

/**
 * A real HTTP endpoint of the demonstration: answers GET, keeps the id of each POST in a file (so that one that was done twice is
 * found even after the process was killed), and says in {@code x-served-by} who it is.
 */
public final class DemoEndpoint {
    private final String name;
    private final Path posts;

    private DemoEndpoint(String name, Path posts) {
        this.name = name;
        this.posts = posts;
    }

    /**
     * Serves until the process ends.
     *
     * @param name what {@code x-served-by} says, such as {@code aws-use1/1}
     * @param port on 127.0.0.1
     * @param posts the file that takes a line for each POST
     * @param executor runs the exchanges
     * @throws IOException when the port is taken
     */
    public static HttpServer start(String name, int port, Path posts, Executor executor) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
        server.createContext("/", new DemoEndpoint(name, posts)::handle);
        server.setExecutor(executor);
        server.start();
        return server;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] sent = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("POST")) {
                keep(sent);
            }
            byte[] body = (name + " " + exchange.getRequestURI() + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().set("x-served-by", name);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void keep(byte[] id) {
        byte[] line = new byte[id.length + 1];
        System.arraycopy(id, 0, line, 0, id.length);
        line[id.length] = '\n';
        try {
            Files.write(posts, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

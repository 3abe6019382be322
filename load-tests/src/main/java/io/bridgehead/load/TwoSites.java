package io.bridgehead.load;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Two Bridgehead nodes in two sites and an endpoint at the far one, for as long as a simulation runs. */
public final class TwoSites implements AutoCloseable {
    /** The service's host. */
    public static final String HOST = Material.HOST;

    private final Setting nodes;
    private final HttpServer endpoint;
    private final ExecutorService exchanges;

    private TwoSites(Setting nodes, HttpServer endpoint, ExecutorService exchanges) {
        this.nodes = nodes;
        this.endpoint = endpoint;
        this.exchanges = exchanges;
    }

    /** Starts them from the distribution in {@code bridgehead.home} and waits until a request is answered. */
    public static TwoSites start() {
        try {
            Path folder = Files.createTempDirectory("bh-load");
            ExecutorService exchanges = Executors.newVirtualThreadPerTaskExecutor();
            HttpServer endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
            endpoint.createContext("/", exchange -> {
                try (exchange) {
                    exchange.getRequestBody().readAllBytes();
                    byte[] body = "served\n".getBytes(StandardCharsets.US_ASCII);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            endpoint.setExecutor(exchanges);
            endpoint.start();
            int[] ports = Ports.free(8);
            Setting nodes = BridgeheadHops.start(
                    folder, Material.make(folder), ports, endpoint.getAddress().getPort());
            nodes.awaitAnswer();
            return new TwoSites(nodes, endpoint, exchanges);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients ask. */
    public int entryPort() {
        return nodes.entryPort();
    }

    @Override
    public void close() {
        nodes.close();
        endpoint.stop(0);
        exchanges.close();
    }
}

package io.bridgehead.load.setting;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A collector of spans that takes everything and keeps nothing, on a thread of the measuring program. */
public final class Collector implements AutoCloseable {
    private final HttpServer server;

    private Collector(HttpServer server) {
        this.server = server;
    }

    /** Begins to listen on a port of loopback that the system chooses. */
    public static Collector start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return new Collector(server);
    }

    /** For {@code telemetry.otlp.endpoint}. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

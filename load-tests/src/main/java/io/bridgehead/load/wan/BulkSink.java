package io.bridgehead.load.wan;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;

/** A TCP endpoint that reads everything, drops it and counts. To be started in its site. */
public final class BulkSink implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;

    private final ServerSocket server;
    private final LongAdder bytes = new LongAdder();

    private BulkSink(ServerSocket server) {
        this.server = server;
    }

    /** Listens on loopback. */
    public static BulkSink start() throws IOException {
        BulkSink sink = new BulkSink(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().daemon().name("bulk-sink").start(sink::accept);
        return sink;
    }

    /** Where. */
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** What all connections brought so far. */
    public long bytes() {
        return bytes.sum();
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> read(socket));
            }
        } catch (IOException e) {
            assert server.isClosed() : e;
        }
    }

    private void read(Socket socket) {
        byte[] buffer = new byte[BUFFER];
        try (socket;
                InputStream in = socket.getInputStream()) {
            for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
                bytes.add(size);
            }
        } catch (IOException e) {
            // A sender that goes away says no more.
            bytes.add(0);
        }
    }

    /** Sends zeros to a port until the socket is closed by somebody. */
    public static Socket source(String host, int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(host, port), 5_000);
        Thread.ofPlatform().daemon().name("bulk-source").start(() -> {
            byte[] buffer = new byte[BUFFER];
            try {
                while (true) {
                    socket.getOutputStream().write(buffer);
                }
            } catch (IOException e) {
                assert socket.isClosed() || !e.toString().isEmpty();
            }
        });
        return socket;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

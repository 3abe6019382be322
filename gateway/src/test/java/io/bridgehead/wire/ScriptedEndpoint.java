package io.bridgehead.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import javax.net.ServerSocketFactory;

/** A server on a plain socket that serves each connection by a script, on a virtual thread of its own. */
final class ScriptedEndpoint implements AutoCloseable {
    private final ServerSocket listening;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    /** What to do with a connection, which is closed afterwards. */
    interface Script {
        void serve(RawHttp peer) throws IOException;
    }

    ScriptedEndpoint(Script script) throws IOException {
        this(ServerSocketFactory.getDefault(), script);
    }

    ScriptedEndpoint(ServerSocketFactory sockets, Script script) throws IOException {
        listening = sockets.createServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket socket = listening.accept();
                    Thread.ofVirtual().start(() -> serve(script, socket));
                } catch (IOException e) {
                    return; // closed
                }
            }
        });
    }

    private void serve(Script script, Socket socket) {
        try (RawHttp peer = new RawHttp(socket)) {
            script.serve(peer);
        } catch (IOException | RuntimeException e) {
            failure.complete(e);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}

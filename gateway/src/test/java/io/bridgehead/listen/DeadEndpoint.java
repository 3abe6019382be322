package io.bridgehead.listen;

import io.bridgehead.model.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** An endpoint on loopback that refuses every connection: its port is bound, so that nobody else gets it, and not listened on. */
final class DeadEndpoint implements AutoCloseable {
    private final Socket socket = new Socket();

    DeadEndpoint() throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    Endpoint endpoint() {
        return Endpoint.parse("127.0.0.1:" + socket.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

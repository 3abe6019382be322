package io.bridgehead.e2e.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** An endpoint that sends each datagram back. */
public final class UdpEcho implements AutoCloseable {
    private static final int BYTES_MAX = 65_507;

    private final DatagramSocket socket;

    private UdpEcho(DatagramSocket socket) {
        this.socket = socket;
        Thread.ofVirtual().start(this::serve);
    }

    /** Starts on a free port of loopback. */
    public static UdpEcho start() {
        try {
            return new UdpEcho(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[BYTES_MAX], BYTES_MAX);
        while (!socket.isClosed()) {
            try {
                packet.setLength(BYTES_MAX);
                socket.receive(packet);
                socket.send(packet);
            } catch (IOException e) {
                // closed, or the answer found nobody
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}

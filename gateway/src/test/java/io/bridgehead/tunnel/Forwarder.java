package io.bridgehead.tunnel;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A TCP forwarder between two nodes that can fall silent, and can cut what it carries with a reset. Volatile flags, virtual threads. */
@OwnedBy(Owner.ANY_THREAD)
final class Forwarder implements Stoppable {
    private final ServerSocket server;
    private volatile int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean silent;
    private volatile boolean closed;
    private volatile long lastBack = System.nanoTime();

    Forwarder(int target) {
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        this.target = target;
        Thread.startVirtualThread(this::accept);
    }

    HostPort address() {
        return new HostPort("127.0.0.1", server.getLocalPort());
    }

    /** From now on bytes stay here; connections are accepted still, as by a kernel whose process is stopped. */
    void silence(boolean now) {
        silent = now;
    }

    /** When bytes went to whoever dialed last, as {@link System#nanoTime} has it. */
    long lastBack() {
        return lastBack;
    }

    /** New connections go to this port. */
    void target(int port) {
        target = port;
    }

    /** Resets every connection. */
    void cut() {
        for (Socket socket : List.copyOf(sockets)) {
            reset(socket);
        }
        sockets.clear();
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            assert socket.isClosed();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket one = server.accept();
                Socket other = new Socket(InetAddress.getLoopbackAddress(), target);
                one.setTcpNoDelay(true);
                other.setTcpNoDelay(true);
                sockets.add(one);
                sockets.add(other);
                Thread.startVirtualThread(() -> carry(one, other, false));
                Thread.startVirtualThread(() -> carry(other, one, true));
            } catch (IOException e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private void carry(Socket from, Socket to, boolean back) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
                while (silent && !closed) {
                    LockSupport.parkNanos(1_000_000);
                }
                if (back) {
                    lastBack = System.nanoTime();
                }
                out.write(buffer, 0, size);
            }
        } catch (IOException e) {
            // The other direction ends with this one.
            sockets.remove(from);
        }
        sockets.remove(from);
        sockets.remove(to);
    }

    @Override
    public void close() {
        closed = true;
        cut();
        try {
            server.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

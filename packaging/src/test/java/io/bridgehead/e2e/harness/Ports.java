package io.bridgehead.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Free ports of loopback, each given once. They lie below the range from which the system takes the ports of outgoing connections, so that
 * a stopped process finds its port free when it is started again.
 */
public final class Ports {
    private static final int FIRST = 12_000;
    private static final int LAST = 32_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST, LAST));

    private Ports() {}

    /** A port on which nobody listens. */
    public static int next() {
        for (int tries = 0; tries < LAST - FIRST; tries++) {
            int port = NEXT.updateAndGet(last -> last + 1 > LAST ? FIRST : last + 1);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " to " + LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (java.net.BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

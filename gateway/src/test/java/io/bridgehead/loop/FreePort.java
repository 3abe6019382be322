package io.bridgehead.loop;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports on loopback for what has to know its port before it opens it. They lie below those that the system gives to whoever asks for any, so that
 * no connection or server of another test gets one in between.
 */
public final class FreePort {
    private static final int FIRST_MIN = 20_000;
    private static final int FIRST_MAX = 30_000;
    private static final int LAST = 32_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST_MIN, FIRST_MAX));

    private FreePort() {}

    /** One that nobody uses, and that is given to nobody else. */
    public static int next() throws IOException {
        BindException last = new BindException("no port was tried");
        for (int tries = 0; tries < 100; tries++) {
            int port = NEXT.getAndUpdate(before -> before == LAST ? FIRST_MIN : before + 1);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException taken) {
                last = taken;
            }
        }
        throw last;
    }
}

package io.bridgehead.app;

import io.bridgehead.loop.Transport;
import io.bridgehead.telemetry.LogSetup;
import io.bridgehead.tls.handshake.TunnelTls;

/**
 * What every node needs and no configuration changes: the log, and the native libraries of the loops and of TLS. Made beside the reading of the
 * configuration, which takes about as long. Nobody may say anything to the log until it is done: a logger that is asked for while the log is set up is
 * not the one that is there later.
 *
 * <p><b>Threads</b>: one of its own, which ends with it.
 */
public final class Groundwork {
    private final Thread thread;

    private Groundwork(Thread thread) {
        this.thread = thread;
    }

    /** Begins it. */
    public static Groundwork begin() {
        return new Groundwork(
                Thread.ofPlatform().daemon().name("bridgehead-groundwork").start(Groundwork::lay));
    }

    /** Waits until all is there. */
    public void await() throws InterruptedException {
        thread.join();
    }

    private static void lay() {
        done(LogSetup::begin);
        done(Transport::best);
        done(TunnelTls::loadLibrary);
    }

    private static void done(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException | LinkageError e) {
            // Whoever needs what is missing finds it missing, and says so.
            return;
        }
    }
}

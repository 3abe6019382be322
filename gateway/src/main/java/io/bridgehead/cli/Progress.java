package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Says on a terminal what a command is at when it takes longer than a second; elsewhere nothing. <b>Threads</b>: any; it has one of its own. */
@OwnedBy(Owner.ANY_THREAD)
final class Progress implements AutoCloseable {
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    private final long begin = System.nanoTime();
    private volatile String doing;
    private volatile boolean over;
    private final Thread thread;

    private Progress(String doing, boolean shown) {
        this.doing = doing;
        this.thread = Thread.ofVirtual().unstarted(this::show);
        if (shown) {
            thread.start();
        }
    }

    /** Begins with this. */
    static Progress of(String doing) {
        return new Progress(doing, isTerminal());
    }

    /** Whether somebody looks on: both ends are a terminal. */
    static boolean isTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    /** Now it is at this. */
    void at(String now) {
        doing = now;
    }

    private void show() {
        boolean shown = false;
        while (!over) {
            LockSupport.parkNanos(QUIET.toNanos());
            long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
            if (!over && seconds >= 1) {
                err.print(CLEAR + doing + " (" + seconds + " s)");
                err.flush();
                shown = true;
            }
        }
        if (shown) {
            err.print(CLEAR);
            err.flush();
        }
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(thread);
        try {
            if (thread.isAlive()) {
                thread.join(QUIET);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

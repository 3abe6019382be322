package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says on standard error what a command is at when it takes longer than a second, if that is a terminal; elsewhere nothing. <b>Threads</b>: any; it has one of its own. */
@OwnedBy(Owner.ANY_THREAD)
final class Progress implements AutoCloseable {
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final Path ERROR = Path.of("/proc/self/fd/2");
    private static final Pattern TERMINAL = Pattern.compile("/dev/(pts/\\d+|tty\\w*|console)");
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

    /** Begins with this; with null it says nothing. */
    static Progress of(@Nullable String doing) {
        return new Progress(doing == null ? "" : doing, doing != null && isSeen());
    }

    /** Whether standard error is a terminal. */
    private static boolean isSeen() {
        try {
            return TERMINAL.matcher(Files.readSymbolicLink(ERROR).toString()).matches();
        } catch (IOException e) {
            return false;
        }
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

package io.bridgehead.demo;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a person sees: a line for each thing that happens and, on a terminal, a live line below with who serves now. Any thread: every
 * method takes the one lock.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Screen {
    private static final String CLEAR_LINE = "\r\u001b[2K";
    private static final int BAR_WIDTH = 24;

    private final PrintWriter out;
    private final boolean terminal;
    private final ReentrantLock lock = new ReentrantLock();
    private final long startNanos;
    private String live = "";

    Screen(PrintWriter out, boolean terminal, long startNanos) {
        this.out = out;
        this.terminal = terminal;
        this.startNanos = startNanos;
    }

    /** Something happened. */
    void say(String what, long nowNanos) {
        lock.lock();
        try {
            String clock = String.format(Locale.ROOT, "%5.1f s", (nowNanos - startNanos) / 1e9);
            out.println((terminal ? CLEAR_LINE : "") + clock + "  " + what);
            redraw();
        } finally {
            lock.unlock();
        }
    }

    /** Who served lately, and how it goes altogether. */
    void show(Map<String, Long> recent, Tally.Sum sum) {
        lock.lock();
        try {
            long all = Math.max(
                    1, recent.values().stream().mapToLong(Long::longValue).sum());
            StringBuilder line = new StringBuilder();
            for (String site : new String[] {"aws-use1", "azure-weu", "gcp-euw4"}) {
                long share = recent.getOrDefault(site, 0L);
                line.append(site)
                        .append(' ')
                        .append(bar((int) (share * BAR_WIDTH / 3 / all)))
                        .append(String.format(Locale.ROOT, " %3d %%   ", share * 100 / all));
            }
            live = line + "requests " + sum.requests() + "  failed " + sum.failed() + "  longest "
                    + sum.longestStallMillis() + " ms";
            if (terminal) {
                out.print(CLEAR_LINE);
                redraw();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the live line. */
    void close() {
        lock.lock();
        try {
            live = "";
            if (terminal) {
                out.print(CLEAR_LINE);
            }
            out.flush();
        } finally {
            lock.unlock();
        }
    }

    private void redraw() {
        if (terminal) {
            out.print(live);
            out.flush();
        }
    }

    private static String bar(int filled) {
        int width = BAR_WIDTH / 3;
        return "[" + "#".repeat(Math.min(filled, width)) + ".".repeat(width - Math.min(filled, width)) + "]";
    }
}

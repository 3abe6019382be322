package io.bridgehead.load.state;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the system's scheduler counts of event loops: how long they ran, and how long they were ready to and had no processor. What a task waited
 * beyond both is time in which the virtual machine let no thread run, as in a collection.
 *
 * @param ranNanos of all loops together
 * @param waitedNanos of all loops together
 */
record LoopTime(long ranNanos, long waitedNanos) {
    static final LoopTime NONE = new LoopTime(0, 0);

    /** Linux cuts names of threads to fifteen characters. */
    private static final String LOOPS = "vert.x-eventloo";

    /** What the event loops of a process have counted since its start. */
    static LoopTime of(long pid) throws IOException {
        LoopTime sum = NONE;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                sum = sum.plus(ofThread(thread));
            }
        }
        return sum;
    }

    private static LoopTime ofThread(Path thread) throws IOException {
        try {
            if (!Files.readString(thread.resolve("comm")).strip().equals(LOOPS)) {
                return NONE;
            }
            String[] counts =
                    Files.readString(thread.resolve("schedstat")).strip().split(" ", -1);
            return new LoopTime(Long.parseLong(counts[0]), Long.parseLong(counts[1]));
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw e;
            }
            return NONE;
        }
    }

    LoopTime plus(LoopTime other) {
        return new LoopTime(ranNanos + other.ranNanos, waitedNanos + other.waitedNanos);
    }

    LoopTime minus(LoopTime before) {
        return new LoopTime(ranNanos - before.ranNanos, waitedNanos - before.waitedNanos);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "ran %.2f s and waited %.2f s for a processor", ranNanos / 1e9, waitedNanos / 1e9);
    }
}

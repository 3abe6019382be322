package io.bridgehead.cluster.api;

import java.time.Duration;

/**
 * What a store keeps, at most.
 *
 * @param historyMax changesets of one source that are kept for history and rollback; what the head needs comes on top
 * @param historyBytesMax their bytes; what the head needs comes on top
 * @param latestMax subjects of one kind and origin
 * @param tombstones how long the end of something is remembered, at least 7 days: merges of a cluster bring back what
 *     was simply deleted
 */
public record Retention(int historyMax, long historyBytesMax, int latestMax, Duration tombstones) {
    public static final Retention STANDARD = new Retention(1000, 64L << 20, 10_000, Duration.ofDays(7));

    public Retention {
        if (historyMax < 1 || historyBytesMax < 0 || latestMax < 1) {
            throw new IllegalArgumentException("retention is " + historyMax + " changesets, " + historyBytesMax
                    + " bytes, " + latestMax + " subjects; expected at least 1, 0 and 1");
        }
        if (tombstones.compareTo(Duration.ofDays(7)) < 0) {
            throw new IllegalArgumentException(
                    "retention of tombstones is " + tombstones + "; expected at least 7 days");
        }
    }
}

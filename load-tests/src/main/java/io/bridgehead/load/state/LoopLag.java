package io.bridgehead.load.state;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map.Entry;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long tasks waited for event loops: the histogram {@code bridgehead.loop.lag} of one node or of several together.
 *
 * @param counts samples up to so many seconds, these included; the last bound is infinite
 */
record LoopLag(SortedMap<Double, Long> counts) {
    /** So many standard deviations are passed by chance once in a thousand times. */
    private static final double CHANCE = 3.1;

    private static final Pattern BUCKET =
            Pattern.compile("bridgehead_loop_lag_seconds_bucket\\{.*le=\"([^\"]+)\".*} ([0-9.E+]+)");

    /**
     * What a node has counted since its start.
     *
     * @throws IOException also when the node answers without the histogram: its samples would be missing from a sum, and a later difference would be negative
     */
    static LoopLag of(AdminClient node) throws IOException {
        try {
            SortedMap<Double, Long> counts = new TreeMap<>();
            AdminClient.Answer answer = node.get("/metrics");
            Matcher bucket = BUCKET.matcher(answer.body());
            while (bucket.find()) {
                double bound =
                        bucket.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bucket.group(1));
                counts.put(bound, (long) Double.parseDouble(bucket.group(2)));
            }
            if (!answer.ok() || counts.isEmpty()) {
                throw new IOException("/metrics answered " + answer.status() + " and "
                        + answer.body().length()
                        + " characters without bridgehead.loop.lag; expected 200 and that histogram");
            }
            return new LoopLag(counts);
        } catch (NodeUnreachableException e) {
            throw new IOException(e);
        }
    }

    LoopLag plus(LoopLag other) {
        SortedMap<Double, Long> sum = new TreeMap<>(counts);
        other.counts.forEach((bound, count) -> sum.merge(bound, count, Long::sum));
        return new LoopLag(sum);
    }

    LoopLag minus(LoopLag before) {
        SortedMap<Double, Long> rest = new TreeMap<>(counts);
        before.counts.forEach((bound, count) -> rest.merge(bound, -count, Long::sum));
        return new LoopLag(rest);
    }

    /**
     * Compares with samples taken at rest: how many waited longer than 99 of 100 do at rest, and whether that is as at rest, by the share of them that would be seen by chance
     * alone in one of a thousand such comparisons.
     */
    String beside(LoopLag rest) {
        double bound = rest.bound(rest.all() - rest.all() / 100);
        long longer = all() - upTo(bound);
        long longerAtRest = rest.all() - rest.upTo(bound);
        double share = (double) (longer + longerAtRest) / Math.max(1, all() + rest.all());
        double spread = Math.sqrt(share * (1 - share) * (1.0 / Math.max(1, all()) + 1.0 / Math.max(1, rest.all())));
        double more = (double) longer / Math.max(1, all()) - (double) longerAtRest / Math.max(1, rest.all());
        return String.format(
                Locale.ROOT,
                "longer than %.0f ms: %d of %d, at rest %d of %d: %s",
                bound * 1e3,
                longer,
                all(),
                longerAtRest,
                rest.all(),
                more <= CHANCE * spread ? "no difference to rest" : "more than at rest");
    }

    private long all() {
        return counts.isEmpty() ? 0 : counts.get(counts.lastKey());
    }

    private long upTo(double bound) {
        return counts.getOrDefault(bound, 0L);
    }

    /** The bucket that holds the slowest of so many samples. */
    private double bound(long samples) {
        for (Entry<Double, Long> bucket : counts.entrySet()) {
            if (bucket.getValue() >= samples) {
                return bucket.getKey();
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public String toString() {
        long all = all();
        return String.format(
                Locale.ROOT,
                "%d samples, p50 %s, p90 %s, p99 %s, longest %s",
                all,
                within(all / 2),
                within(all - all / 10),
                within(all - all / 100),
                within(all));
    }

    private String within(long samples) {
        if (counts.isEmpty()) {
            return "none";
        }
        double bound = bound(samples);
        return Double.isInfinite(bound) ? "more" : String.format(Locale.ROOT, "within %.0f ms", bound * 1e3);
    }
}

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

    @Override
    public String toString() {
        long all = counts.isEmpty() ? 0 : counts.get(counts.lastKey());
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
        for (Entry<Double, Long> bucket : counts.entrySet()) {
            if (bucket.getValue() >= samples) {
                return bucket.getKey().isInfinite()
                        ? "more"
                        : String.format(Locale.ROOT, "within %.0f ms", bucket.getKey() * 1e3);
            }
        }
        return "none";
    }
}

package io.bridgehead.load.state;

import io.bridgehead.load.wan.FarFabric.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How long changes took, and which part of the way took how long of it. */
final class ChangeTimes {
    /** The bar of a change; those that take longer are named with the time of their end, for the nodes' logs of the collector. */
    private static final double SLOW_MILLIS = 500;

    private final List<Double> everywhere = new ArrayList<>();
    private final List<Double> acknowledged = new ArrayList<>();
    private final List<Double> where = new ArrayList<>();
    private final List<Double> elsewhere = new ArrayList<>();
    private final List<String> slow = new ArrayList<>();

    /**
     * Takes note of a change.
     *
     * @param at the node that was asked
     * @param active milliseconds after which each node was seen to serve it
     */
    void add(Member at, Source.Applied applied, Map<Member, Double> active) {
        double answered = applied.millisUntil(applied.answeredNanos());
        double last = Collections.max(active.values());
        everywhere.add(last);
        acknowledged.add(answered);
        active.forEach((member, millis) -> (member.equals(at) ? where : elsewhere).add(millis));
        if (last > SLOW_MILLIS) {
            Map<String, Long> nodes = new TreeMap<>();
            active.forEach((member, millis) -> nodes.put(member.name(), Math.round(millis)));
            slow.add(String.format(
                    Locale.ROOT,
                    "change %d: %.0f ms at %s (acknowledged by %s after %.0f, active after %s)",
                    everywhere.size(),
                    last,
                    Instant.now(),
                    at.name(),
                    answered,
                    nodes));
        }
    }

    @Override
    public String toString() {
        return "apply to active on every node: " + quantiles(everywhere) + "\n  acknowledged: "
                + quantiles(acknowledged)
                + "\n  active at the node that was asked: " + quantiles(where) + "\n  active at another: "
                + quantiles(elsewhere) + "\n  ended late: " + slow;
    }

    private static String quantiles(List<Double> millis) {
        if (millis.isEmpty()) {
            return "there is none";
        }
        List<Double> sorted = millis.stream().sorted().toList();
        return String.format(Locale.ROOT, "p50 %.0f ms, p99 %.0f ms", sorted.get(sorted.size() / 2), sorted.get((int)
                Math.ceil(0.99 * (sorted.size() - 1))));
    }
}

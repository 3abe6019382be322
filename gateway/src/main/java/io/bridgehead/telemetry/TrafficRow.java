package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the meters say of the exchanges of one service, or of one route of it, between two sites, since the start of the node: as
 * {@code http.server.request.duration} counts them here, whatever their listener, tier, method and status.
 *
 * @param service or {@code none} for what was matched to none
 * @param route empty for the service as a whole; else the rule that took them, or {@code none} for those that were taken by none
 * @param from the site where they entered the fabric
 * @param to the site that answered or was tried last; {@code none} when none was
 * @param requests that have ended
 * @param failed of these, those that were answered with 500 or above
 * @param refused of these, those that this node ended by itself without such an answer: by policy or limit, or because somebody went away
 * @param seconds they took together
 * @param within how many took no longer than each of {@link #bounds}
 */
public record TrafficRow(
        String service,
        String route,
        String from,
        String to,
        long requests,
        long failed,
        long refused,
        double seconds,
        List<Long> within) {
    private static final int FAILED_FROM = 500;

    public TrafficRow {
        within = List.copyOf(within);
    }

    /** The times of {@link #within}, in milliseconds and in order. */
    public static List<Long> bounds() {
        return ExchangeMeters.boundsMillis();
    }

    private record Key(String service, String route, String from, String to) {
        Key whole() {
            return new Key(service, "", from, to);
        }
    }

    /** Sums of one key. */
    @OwnedBy(Owner.CONFINED)
    private static final class Sum {
        private final long[] within = new long[bounds().size()];
        private long requests;
        private long failed;
        private long refused;
        private double seconds;

        void add(Timer timer) {
            var taken = timer.takeSnapshot();
            long count = taken.count();
            requests += count;
            seconds += taken.total(TimeUnit.SECONDS);
            int status = Integer.parseInt(tag(timer, Tag.STATUS));
            if (status >= FAILED_FROM) {
                failed += count;
            } else if (!tag(timer, Tag.ERROR).equals(ExchangeMeters.NOTHING)) {
                refused += count;
            }
            CountAtBucket[] buckets = taken.histogramCounts();
            for (int i = 0; i < within.length && i < buckets.length; i++) {
                within[i] += Math.round(buckets[i].count());
            }
        }

        TrafficRow row(Key key) {
            List<Long> counts = new ArrayList<>(within.length);
            for (long count : within) {
                counts.add(count);
            }
            return new TrafficRow(key.service, key.route, key.from, key.to, requests, failed, refused, seconds, counts);
        }
    }

    private static String tag(Timer timer, String name) {
        return Objects.requireNonNullElse(timer.getId().getTag(name), "");
    }

    /**
     * All rows, the busiest first: those of services as a whole, and those of the routes of services that have more than one. Looks at every series,
     * so not for an event loop.
     */
    static List<TrafficRow> of(MeterRegistry registry) {
        Map<Key, Sum> sums = new HashMap<>();
        Map<String, Set<String>> routes = new HashMap<>();
        Collection<Timer> timers = registry.find(Signal.SERVER_DURATION.meter()).timers();
        for (Timer timer : timers) {
            String route = tag(timer, Tag.ROUTE);
            Key key = new Key(
                    tag(timer, Tag.SERVICE),
                    route.isEmpty() ? ExchangeMeters.NOTHING : route,
                    tag(timer, Tag.SOURCE_SITE),
                    tag(timer, Tag.DESTINATION_SITE));
            routes.computeIfAbsent(key.service, _ -> new HashSet<>()).add(key.route);
            sums.computeIfAbsent(key.whole(), _ -> new Sum()).add(timer);
            sums.computeIfAbsent(key, _ -> new Sum()).add(timer);
        }
        List<TrafficRow> rows = new ArrayList<>(sums.size());
        sums.forEach((key, sum) -> {
            if (key.route.isEmpty()
                    || routes.getOrDefault(key.service, Set.of()).size() > 1) {
                rows.add(sum.row(key));
            }
        });
        rows.sort(Comparator.comparingLong(TrafficRow::requests)
                .reversed()
                .thenComparing(TrafficRow::service)
                .thenComparing(TrafficRow::route)
                .thenComparing(TrafficRow::from)
                .thenComparing(TrafficRow::to));
        return rows;
    }
}

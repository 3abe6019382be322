package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gauges of one meter whose labels come and go. Only what has come is registered and only what has gone is removed: registering costs much
 * more than a new value. Where meters have but one place they are registered there, and not in all places: ten thousand gauges take 4.6 MB less so.
 * When that changes, by a reload with another collector, they move; who goes through all meters at that moment misses some.
 *
 * <p><b>Threads</b>: {@link #show} on one at a time; values are read on any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class KeptGauges {
    private final Signal signal;
    private final Supplier<? extends MeterRegistry> places;
    private final Map<Tags, Shown> shown = new HashMap<>();
    private @Nullable MeterRegistry registry;
    private long round;

    /**
     * What is to be shown.
     *
     * @param value as it is now
     */
    record Row(Tags tags, double value) {}

    /** What is shown; a registry holds the value weakly. */
    @OwnedBy(Owner.ANY_THREAD)
    private static final class Shown {
        private volatile double value;
        private long round;
        private @Nullable Gauge gauge;
    }

    /** @param places where meters are now; what is shown moves when it is another one */
    KeptGauges(Signal signal, Supplier<? extends MeterRegistry> places) {
        this.signal = signal;
        this.places = places;
    }

    /** Shows these rows, {@value NodeGauges#ROWS_MAX} at most, and no others. */
    void show(List<Row> rows) {
        round++;
        MeterRegistry now = place();
        int count = Math.min(rows.size(), NodeGauges.ROWS_MAX);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            Row row = rows.get(i);
            Shown one = shown.get(row.tags);
            if (one == null) {
                one = new Shown();
                one.value = row.value;
                one.gauge = gauge(row.tags, one, now);
                shown.put(row.tags, one);
            }
            one.value = row.value;
            if (one.round != round) {
                one.round = round;
                kept++;
            }
        }
        if (shown.size() > kept) {
            forgetOthers(now);
        }
    }

    private MeterRegistry place() {
        MeterRegistry before = registry;
        MeterRegistry now = places.get();
        if (before != null && !before.equals(now)) {
            forgetOthers(before);
        }
        registry = now;
        return now;
    }

    private void forgetOthers(MeterRegistry from) {
        for (Iterator<Shown> all = shown.values().iterator(); all.hasNext(); ) {
            Shown one = all.next();
            if (one.round != round) {
                all.remove();
                if (one.gauge != null) {
                    from.remove(one.gauge);
                }
            }
        }
    }

    private Gauge gauge(Tags tags, Shown one, MeterRegistry in) {
        return Gauge.builder(signal.meter(), one, now -> now.value)
                .description(signal.meaning())
                .baseUnit(signal.baseUnit())
                .tags(tags)
                .register(in);
    }
}

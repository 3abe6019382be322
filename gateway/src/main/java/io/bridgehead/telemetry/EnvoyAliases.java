package io.bridgehead.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The meters that dashboards for Envoy ask for most, by Envoy's names and labels ({@link EnvoyAlias}), put together from the node's own when they
 * are asked for. A service is a cluster, a listener is a connection manager. What has not the ending that Prometheus' rules want for its kind is
 * untyped: counters without {@code _total}, and the gauge with it.
 */
final class EnvoyAliases implements MultiCollector {
    private static final int HUNDRED = 100;

    private final PrometheusMeterRegistry registry;

    EnvoyAliases(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(Arrays.stream(EnvoyAlias.values())
                .map(this::snapshot)
                .filter(Objects::nonNull)
                .toList());
    }

    private static String tag(Meter meter, String name) {
        return Objects.requireNonNullElse(meter.getId().getTag(name), "");
    }

    private static Labels common(Meter meter, String label, String value) {
        return Labels.of(label, value, Tag.NODE, tag(meter, Tag.NODE), Tag.SITE, tag(meter, Tag.SITE));
    }

    /** Null for what is left out. */
    private static @Nullable Labels labels(EnvoyAlias.Part part, Meter meter) {
        Labels cluster = common(meter, EnvoyAlias.CLUSTER, tag(meter, Tag.SERVICE));
        Labels manager = common(meter, EnvoyAlias.MANAGER, tag(meter, Tag.LISTENER));
        return switch (part) {
            case CLUSTER -> cluster;
            case CLUSTER_BY_CLASS -> byClass(cluster, meter);
            case CLUSTER_TIMEOUTS -> tag(meter, Tag.ERROR).equals("timeout") ? cluster : null;
            case MANAGER -> manager;
            case MANAGER_BY_CLASS -> byClass(manager, meter);
        };
    }

    /** Null for what got no answer. */
    private static @Nullable Labels byClass(Labels labels, Meter meter) {
        int status = Integer.parseInt(tag(meter, Tag.STATUS));
        return status < HUNDRED ? null : labels.add(EnvoyAlias.CLASS, Integer.toString(status / HUNDRED));
    }

    private static double value(Meter meter) {
        return switch (meter) {
            case Timer timer -> (double) timer.count();
            case Counter counter -> counter.count();
            case Gauge gauge -> gauge.value();
            default -> 0;
        };
    }

    /** Sums of what has the same labels. */
    private Map<Labels, Double> sums(EnvoyAlias alias) {
        Map<Labels, Double> sums = new TreeMap<>();
        for (Meter meter : registry.find(alias.from().meter()).meters()) {
            Labels of = labels(alias.part(), meter);
            if (of != null) {
                sums.merge(of, value(meter), Double::sum);
            }
        }
        return sums;
    }

    private @Nullable MetricSnapshot snapshot(EnvoyAlias alias) {
        Map<Labels, Double> sums = sums(alias);
        if (sums.isEmpty()) {
            return null;
        }
        return switch (alias.kind()) {
            case "counter" -> counter(alias, sums);
            case "gauge" -> gauge(alias, sums);
            default -> untyped(alias, sums);
        };
    }

    private static MetricSnapshot counter(EnvoyAlias alias, Map<Labels, Double> sums) {
        CounterSnapshot.Builder builder =
                CounterSnapshot.builder().name(alias.family()).help(alias.meaning());
        sums.forEach((of, sum) -> builder.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(of)
                .value(sum)
                .build()));
        return builder.build();
    }

    private static MetricSnapshot untyped(EnvoyAlias alias, Map<Labels, Double> sums) {
        UnknownSnapshot.Builder builder =
                UnknownSnapshot.builder().name(alias.family()).help(alias.meaning());
        sums.forEach((of, sum) -> builder.dataPoint(UnknownSnapshot.UnknownDataPointSnapshot.builder()
                .labels(of)
                .value(sum)
                .build()));
        return builder.build();
    }

    private static MetricSnapshot gauge(EnvoyAlias alias, Map<Labels, Double> sums) {
        GaugeSnapshot.Builder builder =
                GaugeSnapshot.builder().name(alias.family()).help(alias.meaning());
        sums.forEach((of, sum) -> builder.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(of)
                .value(sum)
                .build()));
        return builder.build();
    }
}

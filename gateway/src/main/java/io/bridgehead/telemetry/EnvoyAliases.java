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
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The meters that dashboards for Envoy ask for most, by Envoy's names and labels, put together from the node's own when they are asked for. A
 * service is a cluster, a listener is a connection manager. What has not the ending that Prometheus' rules want for its kind is untyped: counters
 * without {@code _total}, and the gauge with it.
 */
final class EnvoyAliases implements MultiCollector {
    private static final String CLUSTER = "envoy_cluster_name";
    private static final String MANAGER = "envoy_http_conn_manager_prefix";
    private static final String CLASS = "envoy_response_code_class";
    private static final int HUNDRED = 100;

    private final PrometheusMeterRegistry registry;

    EnvoyAliases(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(Stream.of(
                        counter("envoy_cluster_upstream_rq", "attempts", Signal.CLIENT_DURATION, this::cluster),
                        untyped(
                                "envoy_cluster_upstream_rq_xx",
                                "attempts by the class of their answer",
                                Signal.CLIENT_DURATION,
                                meter -> byClass(cluster(meter), meter)),
                        untyped(
                                "envoy_cluster_upstream_rq_retry",
                                "attempts after the first",
                                Signal.RETRIES,
                                this::cluster),
                        untyped(
                                "envoy_cluster_upstream_rq_timeout",
                                "attempts that took too long",
                                Signal.CLIENT_DURATION,
                                meter -> tag(meter, Signal.Tag.ERROR).equals("timeout") ? cluster(meter) : null),
                        untyped(
                                "envoy_cluster_upstream_cx_connect_fail",
                                Signal.CONNECTS_FAILED.meaning(),
                                Signal.CONNECTS_FAILED,
                                this::cluster),
                        gauge("envoy_cluster_upstream_cx_active", Signal.ENDPOINT_CONNECTIONS),
                        gauge("envoy_cluster_membership_healthy", Signal.ENDPOINTS_FIT),
                        untyped(
                                "envoy_cluster_membership_total",
                                Signal.ENDPOINTS_KNOWN.meaning(),
                                Signal.ENDPOINTS_KNOWN,
                                this::cluster),
                        counter(
                                "envoy_cluster_outlier_detection_ejections_enforced",
                                Signal.EJECTIONS.meaning(),
                                Signal.EJECTIONS,
                                this::cluster),
                        counter("envoy_http_downstream_rq", "requests", Signal.SERVER_DURATION, this::manager),
                        untyped(
                                "envoy_http_downstream_rq_xx",
                                "requests by the class of their answer",
                                Signal.SERVER_DURATION,
                                meter -> byClass(manager(meter), meter)))
                .filter(Objects::nonNull)
                .toList());
    }

    private static String tag(Meter meter, String name) {
        return Objects.requireNonNullElse(meter.getId().getTag(name), "");
    }

    private static Labels common(Meter meter, String label, String value) {
        return Labels.of(label, value, "node", tag(meter, "node"), "site", tag(meter, "site"));
    }

    private Labels cluster(Meter meter) {
        return common(meter, CLUSTER, tag(meter, Signal.Tag.SERVICE));
    }

    private Labels manager(Meter meter) {
        return common(meter, MANAGER, tag(meter, Signal.Tag.LISTENER));
    }

    /** Null for what got no answer. */
    private static @Nullable Labels byClass(Labels labels, Meter meter) {
        int status = Integer.parseInt(tag(meter, Signal.Tag.STATUS));
        return status < HUNDRED ? null : labels.add(CLASS, Integer.toString(status / HUNDRED));
    }

    private static double value(Meter meter) {
        return switch (meter) {
            case Timer timer -> (double) timer.count();
            case Counter counter -> counter.count();
            case Gauge gauge -> gauge.value();
            default -> 0;
        };
    }

    /** Sums of what has the same labels; what has none is left out. */
    private Map<Labels, Double> sums(Signal signal, Function<Meter, @Nullable Labels> labels) {
        Map<Labels, Double> sums = new TreeMap<>();
        for (Meter meter : registry.find(signal.meter()).meters()) {
            Labels of = labels.apply(meter);
            if (of != null) {
                sums.merge(of, value(meter), Double::sum);
            }
        }
        return sums;
    }

    private @Nullable MetricSnapshot counter(
            String name, String help, Signal signal, Function<Meter, @Nullable Labels> labels) {
        CounterSnapshot.Builder builder = CounterSnapshot.builder().name(name).help(help);
        Map<Labels, Double> sums = sums(signal, labels);
        sums.forEach((of, sum) -> builder.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(of)
                .value(sum)
                .build()));
        return sums.isEmpty() ? null : builder.build();
    }

    private @Nullable MetricSnapshot untyped(
            String name, String help, Signal signal, Function<Meter, @Nullable Labels> labels) {
        UnknownSnapshot.Builder builder = UnknownSnapshot.builder().name(name).help(help);
        Map<Labels, Double> sums = sums(signal, labels);
        sums.forEach((of, sum) -> builder.dataPoint(UnknownSnapshot.UnknownDataPointSnapshot.builder()
                .labels(of)
                .value(sum)
                .build()));
        return sums.isEmpty() ? null : builder.build();
    }

    private @Nullable MetricSnapshot gauge(String name, Signal signal) {
        GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(name).help(signal.meaning());
        Map<Labels, Double> sums = sums(signal, this::cluster);
        sums.forEach((of, sum) -> builder.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(of)
                .value(sum)
                .build()));
        return sums.isEmpty() ? null : builder.build();
    }
}

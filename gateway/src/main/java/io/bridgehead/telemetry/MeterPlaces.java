package io.bridgehead.telemetry;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.Otlp;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.OutsideTls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's meters are: always where Prometheus pulls them, and where a collector gets them while one is configured.
 *
 * <p><b>Threads</b>: {@link #use} by one at a time; the rest by any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class MeterPlaces {
    private final PrometheusRegistry scraped = new PrometheusRegistry();
    private final PrometheusMeterRegistry prometheus;
    private final CompositeMeterRegistry all = new CompositeMeterRegistry();
    private final EnvoyAliases aliases;
    private final @Nullable MeasuredTrace measured;
    private final Repeats failures;
    private final Losses losses;
    private @Nullable Otlp pushedBy;
    private volatile @Nullable OtlpMeterRegistry pushed;
    private boolean aliased;

    /**
     * Places that are pulled from.
     *
     * @param clock the loops' clock
     * @param measured tells of what is measured, for exemplars; null for none
     * @param failures holds back what is said of pushes again and again
     */
    MeterPlaces(NodeConfig config, MeterClock clock, @Nullable MeasuredTrace measured, Repeats failures) {
        this.measured = measured;
        this.failures = failures;
        this.prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, scraped, clock, measured);
        this.aliases = new EnvoyAliases(prometheus);
        all.add(prometheus);
        Tags tags = Tags.of(
                "node", config.node().value(), "site", config.site().name().value());
        prometheus.config().commonTags(tags);
        all.config().commonTags(tags);
        ProcessMeters.filter(all);
        this.losses = new Losses(all);
    }

    /**
     * Has meters be where a configuration wants them.
     *
     * @param tls to the collector; null for that of the platform
     * @return pushes what is left to whom it was pushed before, which may take seconds; null when there is nobody
     */
    @Nullable
    Runnable use(NodeConfig next, @Nullable OutsideTls tls) {
        boolean aliasing = next.telemetry().metrics().envoyAliases();
        if (aliasing != aliased) {
            if (aliasing) {
                scraped.register(aliases);
            } else {
                scraped.unregister(aliases);
            }
            aliased = aliasing;
        }
        Otlp by = pushing(next.telemetry().otlp());
        if (by == null ? pushedBy == null : by.equals(pushedBy)) {
            return null;
        }
        OtlpMeterRegistry left = pushed;
        OtlpMeterRegistry fresh = by == null
                ? null
                : OtlpMetrics.registry(
                        Telemetry.base(by), by, next, measured, OtlpMetrics.push(tls, failures, losses.of("metrics")));
        if (fresh != null) {
            all.add(fresh);
        }
        if (left != null) {
            all.remove(left);
        }
        pushed = fresh;
        pushedBy = by;
        return left == null ? null : left::close;
    }

    /** What matters to pushes of metrics: null when there are none. */
    private static @Nullable Otlp pushing(@Nullable Otlp otlp) {
        return otlp == null || !otlp.metrics()
                ? null
                : new Otlp(
                        otlp.endpoint(),
                        true,
                        false,
                        false,
                        1,
                        otlp.interval(),
                        otlp.temporality(),
                        otlp.headers(),
                        otlp.tls());
    }

    /** Where meters are registered; they are in all places, also in those that come later. */
    MeterRegistry all() {
        return all;
    }

    /** The same for meters that are asked for with every exchange: the one place, while there is but one. Another after each {@link #use}. */
    MeterRegistry busy() {
        return pushed == null ? prometheus : all;
    }

    /** Where they are pulled from. */
    PrometheusMeterRegistry prometheus() {
        return prometheus;
    }

    Losses losses() {
        return losses;
    }

    /** Pushes what is left; may take seconds. */
    void close() {
        all.close();
    }
}

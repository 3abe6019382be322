package io.bridgehead.telemetry;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.Otlp;
import io.bridgehead.tls.OutsideTls;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.ipc.http.HttpSender;
import io.micrometer.core.ipc.http.HttpUrlConnectionSender;
import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Meters as they are pushed by OTLP: in seconds, as OpenTelemetry's conventions want them. */
final class OtlpMetrics {
    private OtlpMetrics() {}

    /**
     * Begins to push.
     *
     * @param base the collector's address without a slash at its end
     * @param measured tells of what is measured, for exemplars; null for none
     * @param push what {@link #push} gave
     */
    static OtlpMeterRegistry registry(
            String base, Otlp otlp, NodeConfig config, @Nullable MeasuredTrace measured, MetricsPush push) {
        OtlpMeterRegistry.Builder builder = OtlpMeterRegistry.builder(settings(base, otlp, config))
                .clock(Clock.SYSTEM)
                .metricsSender(push);
        if (measured != null) {
            builder.exemplarContextProvider(measured);
        }
        return builder.build();
    }

    /**
     * The way to the collector.
     *
     * @param tls null where the platform's is used
     * @param lost counts what the collector does not take
     */
    static MetricsPush push(@Nullable OutsideTls tls, Repeats failures, AtomicLong lost) {
        HttpSender sender = tls == null ? new HttpUrlConnectionSender() : new CollectorSender(tls);
        return new MetricsPush(new OtlpHttpMetricsSender(sender), failures, lost);
    }

    private static OtlpConfig settings(String base, Otlp otlp, NodeConfig config) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("otlp.url", base + "/v1/metrics");
        settings.put("otlp.step", otlp.interval().toMillis() + "ms");
        settings.put(
                "otlp.resourceAttributes",
                "service.name=bridgehead,service.instance.id=" + config.node() + ",bridgehead.site="
                        + config.site().name());
        return new OtlpConfig() {
            @Override
            public @Nullable String get(String key) {
                return settings.get(key);
            }

            @Override
            public TimeUnit baseTimeUnit() {
                return TimeUnit.SECONDS;
            }

            @Override
            public AggregationTemporality aggregationTemporality() {
                return switch (otlp.temporality()) {
                    case CUMULATIVE -> AggregationTemporality.CUMULATIVE;
                    case DELTA -> AggregationTemporality.DELTA;
                };
            }

            @Override
            public Map<String, String> headers() {
                Map<String, String> headers = new LinkedHashMap<>();
                otlp.headers().forEach((name, value) -> headers.put(name, value.reveal()));
                return headers;
            }
        };
    }
}

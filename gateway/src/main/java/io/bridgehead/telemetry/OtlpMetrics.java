package io.bridgehead.telemetry;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.Otlp;
import io.bridgehead.tls.OutsideTls;
import io.micrometer.core.instrument.Clock;
import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Meters as they are pushed by OTLP: in seconds, as OpenTelemetry's conventions want them. */
final class OtlpMetrics {
    private OtlpMetrics() {}

    /**
     * Begins to push.
     *
     * @param base the collector's address without a slash at its end
     * @param measured tells of what is measured, for exemplars; null for none
     * @param tls null where the platform's is used
     */
    static OtlpMeterRegistry registry(
            String base, Otlp otlp, NodeConfig config, @Nullable MeasuredTrace measured, @Nullable OutsideTls tls) {
        OtlpMeterRegistry.Builder builder =
                OtlpMeterRegistry.builder(settings(base, otlp, config)).clock(Clock.SYSTEM);
        if (measured != null) {
            builder.exemplarContextProvider(measured);
        }
        if (tls != null) {
            builder.metricsSender(new OtlpHttpMetricsSender(new CollectorSender(tls)));
        }
        return builder.build();
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

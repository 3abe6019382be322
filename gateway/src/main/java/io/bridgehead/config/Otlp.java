package io.bridgehead.config;

import io.bridgehead.config.schema.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where signals are pushed by OTLP over HTTP with protocol buffers.
 *
 * @param endpoint base address of a collector; {@code /v1/metrics} and {@code /v1/traces} are appended
 * @param metrics whether metrics are pushed
 * @param traces whether traces are pushed
 * @param logs whether access log lines and the node's log are pushed
 * @param sampling share of new traces that are kept, 0 to 1; a caller's own decision is followed
 * @param interval between two pushes of metrics
 * @param temporality what counters and histograms say
 * @param headers sent with every push, such as a token
 * @param tls how an endpoint of https is known, and who this node is there; null for the authorities of the platform and no certificate
 */
public record Otlp(
        URI endpoint,
        boolean metrics,
        boolean traces,
        boolean logs,
        double sampling,
        Duration interval,
        Temporality temporality,
        Map<String, Secret> headers,
        @Nullable Tls tls) {
    public Otlp {
        headers = Map.copyOf(headers);
    }

    /** What a counter or histogram that is pushed says (OpenTelemetry's data model for metrics). */
    public enum Temporality {
        /** What there was since the node began. */
        CUMULATIVE,
        /** What there was since the last push. */
        DELTA
    }

    /**
     * PEM files of TLS to the collector.
     *
     * @param authorities who may vouch for its certificate; null for those of the platform
     * @param certificate what this node shows, the leaf first; null for nothing
     * @param key of the certificate; null without one
     */
    public record Tls(
            @Nullable Path authorities,
            @Nullable Path certificate,
            @Nullable Path key) {
        Tls in(Path folder) {
            return new Tls(
                    authorities == null ? null : folder.resolve(authorities),
                    certificate == null ? null : folder.resolve(certificate),
                    key == null ? null : folder.resolve(key));
        }
    }

    /** The same with paths as they stand in a folder. */
    public Otlp in(Path folder) {
        return tls == null
                ? this
                : new Otlp(endpoint, metrics, traces, logs, sampling, interval, temporality, headers, tls.in(folder));
    }
}

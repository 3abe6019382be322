package io.bridgehead.config;

import io.bridgehead.config.schema.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where signals are pushed by OTLP over HTTP with protocol buffers.
 *
 * @param endpoint base address of a collector; {@code /v1/metrics} and {@code /v1/traces} are appended
 * @param metrics whether metrics are pushed
 * @param traces whether traces are pushed
 * @param sampling share of new traces that are kept, 0 to 1; a caller's own decision is followed
 * @param interval between two pushes of metrics
 * @param headers sent with every push, such as a token
 */
public record Otlp(
        URI endpoint,
        boolean metrics,
        boolean traces,
        double sampling,
        Duration interval,
        Map<String, Secret> headers) {
    public Otlp {
        headers = Map.copyOf(headers);
    }
}

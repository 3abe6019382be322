package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.Otlp;
import io.bridgehead.config.TraceSettings;
import io.bridgehead.proxy.TraceTerms;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes of a node's configuration how its data path takes part in traces. */
final class TraceRules {
    private TraceRules() {}

    static TraceTerms of(NodeConfig config) {
        Otlp otlp = config.telemetry().otlp();
        TraceSettings traces = config.telemetry().traces();
        Set<String> keptAt = traces.baggage() == TraceSettings.Baggage.PRIVATE
                ? config.listeners().stream()
                        .filter(listener -> listener.clients().exposure() == NodeConfig.Exposure.PRIVATE)
                        .map(NodeConfig.Listener::name)
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
        TraceTerms.Baggage baggage = new TraceTerms.Baggage(
                traces.baggage() == TraceSettings.Baggage.KEEP, keptAt, Set.copyOf(traces.baggageKeys()));
        return new TraceTerms(otlp != null && otlp.traces() ? otlp.sampling() : 0, traces.propagation(), baggage);
    }
}

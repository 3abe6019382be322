package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.Otlp;
import io.bridgehead.config.TraceSettings;
import io.bridgehead.proxy.TraceTerms;
import java.util.Set;

/** Makes of a node's configuration how its data path takes part in traces. */
final class TraceRules {
    private TraceRules() {}

    static TraceTerms of(NodeConfig config) {
        Otlp otlp = config.telemetry().otlp();
        TraceSettings traces = config.telemetry().traces();
        TraceTerms.Baggage.Kept kept = switch (traces.baggage()) {
            case KEEP -> TraceTerms.Baggage.Kept.EVERYWHERE;
            case PRIVATE -> TraceTerms.Baggage.Kept.WHERE_PRIVATE;
            case DROP -> TraceTerms.Baggage.Kept.NOWHERE;
        };
        TraceTerms.Baggage baggage = new TraceTerms.Baggage(kept, Set.copyOf(traces.baggageKeys()));
        return new TraceTerms(otlp != null && otlp.traces() ? otlp.sampling() : 0, traces.propagation(), baggage);
    }
}

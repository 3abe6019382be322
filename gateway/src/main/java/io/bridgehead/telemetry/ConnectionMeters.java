package io.bridgehead.telemetry;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.Refusal;
import io.bridgehead.tls.edge.HandshakeFault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The meters of clients' connections, each looked up by its labels once and then kept. Any thread. What more than {@value
 * ExchangeMeters#SERIES_MAX} listeners would count is counted in series whose listener is {@code overflow}.
 */
final class ConnectionMeters {
    private final MeterRegistry registry;
    private final ConcurrentHashMap<String, Port> ports = new ConcurrentHashMap<>();

    /** What counts the connections of one listener: each counter by its cause, that of accepted ones by its signal. */
    private record Port(String listener, ConcurrentHashMap<Enum<?>, Counter> counters) {
        static Port of(String listener) {
            return new Port(listener, new ConcurrentHashMap<>());
        }
    }

    ConnectionMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void accepted(String listener) {
        count(listener, Signal.CONNECTIONS, Signal.CONNECTIONS, "");
    }

    /** Closed before anything of it was served. */
    void refused(String listener, Refusal refusal) {
        count(listener, refusal, Signal.GATE_REFUSED, refusal.text());
    }

    void handshakeFailed(String listener, HandshakeFault fault) {
        count(listener, fault, Signal.HANDSHAKES_FAILED, fault.text());
    }

    void closed(String listener, CloseReason reason) {
        count(listener, reason, Signal.CONNECTIONS_CLOSED, reason.text());
    }

    private void count(String listener, Enum<?> cause, Signal signal, String text) {
        Port port = port(listener);
        Counter counter = port.counters.get(cause);
        if (counter == null) {
            counter = port.counters.computeIfAbsent(cause, _ -> make(signal, port.listener, text));
        }
        counter.increment();
    }

    private Port port(String listener) {
        Port port = ports.get(listener);
        return port != null
                ? port
                : ports.computeIfAbsent(
                        ports.size() < ExchangeMeters.SERIES_MAX ? listener : ExchangeMeters.OVERFLOW, Port::of);
    }

    private Counter make(Signal signal, String listener, String cause) {
        Tags tags = Tags.of(Tag.LISTENER, listener);
        for (String tag : signal.tags()) {
            if (!tag.equals(Tag.LISTENER)) {
                tags = tags.and(tag, cause);
            }
        }
        return signal.counter().tags(tags).register(registry);
    }
}

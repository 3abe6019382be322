package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.Refusal;
import io.bridgehead.tls.edge.HandshakeFault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

final class ConnectionMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ConnectionMeters meters = new ConnectionMeters(registry);

    private double counted(Signal signal, String... tags) {
        Counter counter = registry.find(signal.meter()).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void eachCauseOfEachListenerHasItsCounter() {
        meters.accepted("http");
        meters.accepted("http");
        meters.accepted("https");
        meters.refused("http", Refusal.OVERLOADED);
        meters.handshakeFailed("https", HandshakeFault.LOST);
        meters.closed("http", CloseReason.IDLE);
        meters.closed("http", CloseReason.IDLE);
        meters.closed("http", CloseReason.DRAINED);
        assertThat(counted(Signal.CONNECTIONS, Tag.LISTENER, "http")).isEqualTo(2);
        assertThat(counted(Signal.CONNECTIONS, Tag.LISTENER, "https")).isEqualTo(1);
        assertThat(counted(Signal.GATE_REFUSED, Tag.LISTENER, "http", Tag.ERROR, Refusal.OVERLOADED.text()))
                .isEqualTo(1);
        assertThat(counted(Signal.HANDSHAKES_FAILED, Tag.LISTENER, "https", Tag.ERROR, HandshakeFault.LOST.text()))
                .isEqualTo(1);
        assertThat(counted(Signal.CONNECTIONS_CLOSED, Tag.LISTENER, "http", Tag.REASON, "idle"))
                .isEqualTo(2);
        assertThat(counted(Signal.CONNECTIONS_CLOSED, Tag.LISTENER, "http", Tag.REASON, "drained"))
                .isEqualTo(1);
        assertThat(registry.getMeters()).as("what has not happened has none").hasSize(6);
    }

    @Test
    void listenersHaveABound() {
        for (int i = 0; i < ExchangeMeters.SERIES_MAX + 10; i++) {
            meters.accepted("port-" + i);
        }
        assertThat(counted(Signal.CONNECTIONS, Tag.LISTENER, ExchangeMeters.OVERFLOW))
                .isEqualTo(10);
    }
}

package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender.Request;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class MetricsPushTest {
    private static final Request REQUEST =
            Request.builder(new byte[0]).address("http://collector").build();

    @Test
    void whatACollectorDoesNotTakeIsCountedAndSaidOnce() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        boolean[] ill = {true};
        MetricsPush push = new MetricsPush(
                _ -> {
                    if (ill[0]) {
                        throw new IOException("connection refused");
                    }
                },
                new Repeats(() -> 0),
                new Losses(registry).of("metrics"));
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger("bridgehead");
        heard.start();
        log.addAppender(heard);
        try {
            for (int i = 0; i < 5; i++) {
                push.send(REQUEST);
            }
        } finally {
            log.detachAppender(heard);
        }
        ill[0] = false;
        push.send(REQUEST);
        assertThat(registry.get(Signal.LOGS_DROPPED.meter())
                        .tag(Tag.SIGNAL, "metrics")
                        .functionCounter()
                        .count())
                .isEqualTo(5);
        assertThat(heard.list)
                .filteredOn(event -> event.getFormattedMessage().contains("did not take a push of metrics"))
                .hasSize(1)
                .first()
                .asString()
                .contains("connection refused");
    }
}

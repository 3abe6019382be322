package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last lines of the log. */
@Isolated("counts lines of the log of the process")
final class RecentEventsTest {
    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");

    private final RecentEvents events = new RecentEvents();

    @AfterEach
    void detach() {
        events.detach();
    }

    @Test
    void theNewestAreKeptAndTheNewestComesFirst() {
        events.attach();
        for (int i = 0; i < RecentEvents.KEPT + 10; i++) {
            LOG.warn("event {}", i);
        }
        assertThat(events.newest()).hasSize(RecentEvents.KEPT);
        assertThat(events.newest().getFirst().text()).isEqualTo("event " + (RecentEvents.KEPT + 9));
        assertThat(events.newest().getLast().text()).isEqualTo("event 10");
    }

    @Test
    void textsOfStrangersArePrintableAndShort() {
        events.attach();
        LOG.atWarn()
                .addKeyValue("service", "a\u001b[31mb")
                .addKeyValue("empty", "")
                .log("x\ny {}", "z".repeat(5_000));
        RecentEvents.Event event = events.newest().getFirst();
        assertThat(event.level()).isEqualTo("WARN");
        assertThat(event.text()).startsWith("x?y zzz").hasSizeLessThan(450);
        assertThat(event.about()).containsExactly("service=a?[31mb");
    }

    @Test
    void nothingIsKeptThatWasWrittenAfterTheEnd() {
        events.attach();
        events.detach();
        LOG.warn("late");
        assertThat(events.newest()).isEmpty();
    }
}

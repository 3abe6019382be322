package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class HangupTest {
    @Test
    void whatComesBeforeSomebodySaysWhatToDoIsDoneThen() {
        Hangup hangup = Hangup.taken();
        AtomicInteger done = new AtomicInteger();
        hangup.raise();
        hangup.raise();
        assertThat(done).hasValue(0);
        hangup.does(done::incrementAndGet);
        assertThat(done).hasValue(1);
        hangup.raise();
        assertThat(done).hasValue(2);
    }
}

package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Stamp;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ClockWatchTest {
    private Instant now = Instant.parse("2026-11-25T12:00:00Z");
    private final ClockWatch watch = new ClockWatch(() -> now);

    private Stamp in(Duration time) {
        return new Stamp(now.plus(time).toEpochMilli(), 0, "n");
    }

    @Test
    void aNodeThatIsAYearAheadSaysSoAndPublishesNothingThatOthersRefuse() {
        watch.heard("a", in(Duration.ofDays(-365)));
        watch.heard("b", in(Duration.ofDays(-365)));
        assertThat(watch.problem()).get().asString().contains("about 365 days ahead of those of 2 of 2 other nodes");
        assertThat(watch.objection(in(Duration.ZERO)))
                .get()
                .asString()
                .contains("about 365 days ahead of the clocks of 2 of 2", "nothing was changed");
        assertThat(watch.objection(in(Duration.ofDays(-365))))
                .as("signed by a good clock")
                .isEmpty();
    }

    @Test
    void oneNodeWithAWrongClockMakesNoOtherDoubtItsOwn() {
        watch.heard("a", in(Duration.ofDays(365)));
        watch.heard("b", in(Duration.ofSeconds(2)));
        watch.heard("c", in(Duration.ofSeconds(-2)));
        assertThat(watch.problem()).isEmpty();
        assertThat(watch.objection(in(Duration.ofSeconds(50)))).isEmpty();
        assertThat(watch.objection(in(Duration.ofSeconds(70)))).isPresent();
    }

    @Test
    void aNodeThatIsBehindSaysSo() {
        watch.heard("a", in(Duration.ofMinutes(10)));
        assertThat(watch.problem()).get().asString().contains("about 10 minutes behind those of 1 of 1 other nodes");
        assertThat(watch.objection(in(Duration.ZERO)))
                .as("nobody refuses what is old")
                .isEmpty();
    }

    @Test
    void whatIsRepeatedMovesNoClock() {
        Stamp old = in(Duration.ofDays(-1));
        watch.heard("a", in(Duration.ZERO));
        watch.heard("a", old);
        assertThat(watch.problem()).isEmpty();
    }

    @Test
    void aClockThatWasSetRightIsBelievedSoon() {
        watch.heard("a", in(Duration.ofDays(-365)));
        now = now.minus(Duration.ofDays(365));
        assertThat(watch.problem()).as("what was heard before does not count").isEmpty();
        watch.heard("a", in(Duration.ZERO));
        assertThat(watch.problem()).isEmpty();
    }

    @Test
    void aloneNothingIsDoubted() {
        assertThat(watch.problem()).isEmpty();
        assertThat(watch.objection(in(Duration.ofDays(365)))).isEmpty();
    }
}

package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Stamp;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ClockWatchTest {
    private Instant now = Instant.parse("2026-11-25T12:00:00Z");
    private long nanos = Long.MAX_VALUE - 1;
    private final ClockWatch watch = new ClockWatch(() -> now, () -> nanos);

    private void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

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
    void aClockThatWasSetRightIsBelievedAtOnce() {
        watch.heard("a", in(Duration.ofDays(-365)));
        pass(Duration.ofSeconds(3));
        assertThat(watch.problem()).isPresent();
        now = now.minus(Duration.ofDays(365));
        assertThat(watch.problem()).isEmpty();
        watch.heard("a", in(Duration.ZERO));
        assertThat(watch.problem()).isEmpty();
    }

    @Test
    void aClockThatIsSetWrongIsToldOfAtOnce() {
        watch.heard("a", in(Duration.ZERO));
        watch.heard("b", in(Duration.ZERO));
        now = now.plus(Duration.ofHours(1));
        assertThat(watch.problem()).get().asString().contains("ahead of those of 2 of 2 other nodes");
        assertThat(watch.objection(in(Duration.ZERO))).isPresent();
    }

    @Test
    void whatWasHeardLongAgoDoesNotCount() {
        watch.heard("a", in(Duration.ofDays(-365)));
        pass(ClockWatch.KEPT.plusSeconds(1));
        assertThat(watch.problem()).isEmpty();
    }

    @Test
    void clocksThatGoOnTogetherAgree() {
        watch.heard("a", in(Duration.ZERO));
        pass(ClockWatch.KEPT);
        watch.heard("a", in(Duration.ofSeconds(-5)));
        assertThat(watch.lead()).isEqualTo(new ClockWatch.Lead(1, 0));
    }

    @Test
    void aloneNothingIsDoubted() {
        assertThat(watch.problem()).isEmpty();
        assertThat(watch.objection(in(Duration.ofDays(365)))).isEmpty();
    }
}

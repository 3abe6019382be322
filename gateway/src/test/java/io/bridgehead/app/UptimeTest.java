package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class UptimeTest {
    @Test
    void itGoesByTheClockThatNobodySets() {
        AtomicLong nanos = new AtomicLong(7);
        Uptime up = Uptime.begin(Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC), nanos::get);
        nanos.addAndGet(2_500_000_000L);
        assertThat(up.millis()).isEqualTo(2_500);
        assertThat(up.startedMillis()).isEqualTo(1_000);
        assertThat(up.atMillis()).isEqualTo(3_500);
    }
}

package io.bridgehead.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class StatusSetTest {
    @Test
    void knowsItsOwn() {
        StatusSet set = StatusSet.of(599, 100, 502);
        assertThat(set).isEqualTo(StatusSet.of(100, 502, 599)).hasToString("{100, 502, 599}");
        assertThat(set.contains(502)).isTrue();
        assertThat(set.contains(503)).isFalse();
        assertThat(set.contains(0)).as("no answer came").isFalse();
    }

    @Test
    void refusesWhatIsNoStatus() {
        assertThatThrownBy(() -> StatusSet.of(502, 600)).hasMessage("status 600: expected 100 to 599");
        assertThatThrownBy(() -> StatusSet.of(99)).hasMessage("status 99: expected 100 to 599");
    }
}

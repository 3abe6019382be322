package io.bridgehead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProbeStateTest {
    private static final HealthCheck TWO_OF_EACH =
            new HealthCheck(new HealthCheck.Probe.Tcp(), Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 2);

    @Test
    void theFirstProbeDecides() {
        assertThat(after("")).isEqualTo(ProbeState.Verdict.UNKNOWN);
        assertThat(after("+")).isEqualTo(ProbeState.Verdict.HEALTHY);
        assertThat(after("-")).isEqualTo(ProbeState.Verdict.UNHEALTHY);
    }

    @Test
    void onlyVerdictsInARowChangeIt() {
        assertThat(after("+-")).isEqualTo(ProbeState.Verdict.HEALTHY);
        assertThat(after("+-+-+-")).isEqualTo(ProbeState.Verdict.HEALTHY);
        assertThat(after("+--")).isEqualTo(ProbeState.Verdict.UNHEALTHY);
        assertThat(after("+--+")).isEqualTo(ProbeState.Verdict.UNHEALTHY);
        assertThat(after("+--+-+")).isEqualTo(ProbeState.Verdict.UNHEALTHY);
        assertThat(after("+--++")).isEqualTo(ProbeState.Verdict.HEALTHY);
    }

    @Test
    void oneSuccessIsEnoughByDefault() {
        ProbeState ill = ProbeState.UNKNOWN.after(false, HealthCheck.DEFAULT);
        assertThat(ill.after(true, HealthCheck.DEFAULT).isFit()).isTrue();
    }

    @Test
    void anHttpProbeExpectsSuccessOrRedirectionUnlessToldOtherwise() {
        HealthCheck.Probe.Http probe = new HealthCheck.Probe.Http("/ready");
        assertThat(probe.expects(200)).isTrue();
        assertThat(probe.expects(399)).isTrue();
        assertThat(probe.expects(199)).isFalse();
        assertThat(probe.expects(503)).isFalse();
        assertThat(new HealthCheck.Probe.Http("/", List.of(new StatusRange(418, 418))).expects(418))
                .isTrue();
    }

    @Test
    void refusesValuesOutOfRange() {
        assertThatThrownBy(() -> new HealthCheck.Probe.Http("ready"))
                .hasMessage("health path 'ready': expected a path that begins with '/'");
        assertThatThrownBy(() -> new StatusRange(400, 200)).hasMessageContaining("expected a range within 100-599");
        assertThatThrownBy(() -> new HealthCheck(
                        new HealthCheck.Probe.Tcp(), Duration.ofSeconds(1), Duration.ofSeconds(2), 1, 2))
                .hasMessageContaining("at most the interval");
    }

    private static ProbeState.Verdict after(String probes) {
        ProbeState state = ProbeState.UNKNOWN;
        for (int i = 0; i < probes.length(); i++) {
            state = state.after(probes.charAt(i) == '+', TWO_OF_EACH);
        }
        return state.verdict();
    }
}

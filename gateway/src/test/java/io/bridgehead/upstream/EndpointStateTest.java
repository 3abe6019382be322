package io.bridgehead.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.model.Endpoint;
import org.junit.jupiter.api.Test;

final class EndpointStateTest {
    private static final HealthCheck CHECK = HealthCheck.DEFAULT;

    private final EndpointState state = new EndpointState(Endpoint.parse("127.0.0.1:80"));

    @Test
    void anEndpointThatNothingIsKnownOfIsUsed() {
        assertThat(state.isFit()).isTrue();
        assertThat(state.standing().isUnknown()).isTrue();
    }

    @Test
    void aRefusedConnectionMakesItUnfitUntilALaterProbeSucceeds() {
        assertThat(state.refused(1000, "refused").changedFitness()).isTrue();
        assertThat(state.refused(1001, "refused").changedFitness()).isFalse();
        assertThat(state.probed(true, 900, CHECK, "").changedFitness())
                .as("began before the refusal")
                .isFalse();
        assertThat(state.standing().detail()).isEqualTo("refused");
        assertThat(state.probed(true, 2000, CHECK, "").changedFitness()).isTrue();
        assertThat(state.isFit()).isTrue();
        assertThat(state.standing().detail()).isEmpty();
    }

    @Test
    void theLastEjectingLoopHasToLetGo() {
        state.ejected(0, "ill");
        state.ejected(3, "ill");
        assertThat(state.returned(0).changedFitness()).isFalse();
        assertThat(state.standing().detail()).isEqualTo("ill");
        assertThat(state.returned(3).changedFitness()).isTrue();
        assertThat(state.isFit()).isTrue();
    }

    @Test
    void failedProbesMakeItUnfitAndSayWhy() {
        assertThat(state.probed(true, 0, CHECK, "").changedAnything())
                .as("known now")
                .isTrue();
        assertThat(state.probed(false, 1, CHECK, "timeout").changedFitness()).isFalse();
        assertThat(state.probed(false, 2, CHECK, "timeout").changedFitness()).isTrue();
        assertThat(state.standing().detail()).isEqualTo("timeout");
    }

    @Test
    void whatAnOperatorDrainsIsUnfitWhateverProbesFind() {
        state.probed(true, 0, CHECK, "");
        assertThat(state.drained(true, false).changedFitness()).isTrue();
        assertThat(state.drained(true, false).changedAnything()).isFalse();
        assertThat(state.probed(true, 1, CHECK, "").changedFitness()).isFalse();
        assertThat(state.isFit()).isFalse();
        assertThat(state.standing().detail()).isEqualTo("drained by an operator");
        assertThat(state.drained(true, true).changedFitness()).isFalse();
        assertThat(state.standing().detail()).isEqualTo("lost in a drill");
        assertThat(state.drained(false, false).changedFitness()).isTrue();
        assertThat(state.standing().detail()).isEmpty();
    }

    @Test
    void withoutAddressItIsUnfit() {
        state.addressed(false, "no such name");
        assertThat(state.isFit()).isFalse();
        assertThat(state.standing().detail()).isEqualTo("no such name");
        state.addressed(true, "");
        assertThat(state.isFit()).isTrue();
    }
}

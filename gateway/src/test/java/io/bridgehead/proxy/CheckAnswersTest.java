package io.bridgehead.proxy;

import static io.bridgehead.proxy.CheckRig.answer;
import static io.bridgehead.proxy.CheckRig.authz;
import static io.bridgehead.proxy.CheckRig.rig;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.wire.StreamReset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of an answer about a request is read, and what the client gets of it. */
final class CheckAnswersTest {
    private final FakeDestination checker = FakeDestination.endpoint("10.0.0.9:80");
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");

    private Rig asking(boolean allowOnFailure) {
        return rig(allowOnFailure, authz()).then(checker, endpoint);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 500})
    void theRestOfAnAnswerIsReadSoThatItsConnectionCanBeUsedAgain(int status) {
        Rig rig = asking(true);
        rig.get();
        checker.events().onResponse(answer(status), false);
        assertThat(endpoint.isOpened()).as("nobody waits for the body").isTrue();
        checker.sends("some", false);
        assertThat(checker.stream.consumed).isEqualTo(4);
        checker.sends("more", true);
        assertThat(checker.stream.reset).isNull();
    }

    @Test
    void moreOfAnAnswerThanIsReadEndsItsStream() {
        Rig rig = asking(false);
        Rig.Call call = rig.get();
        checker.events().onResponse(answer(403), false);
        checker.sends("x".repeat(CheckQuestion.BODY_BYTES_MAX), false);
        assertThat(call.stream().status()).isZero();
        checker.sends("y", false);
        assertThat(call.stream().status()).isEqualTo(403);
        assertThat(call.stream().text()).isEmpty();
        assertThat(checker.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(rig.clock.waiting()).isZero();
    }

    @Test
    void theRestOfAnAnswerIsNotWaitedForWithoutEnd() {
        Rig rig = asking(false);
        Rig.Call call = rig.get();
        checker.events().onResponse(answer(200), false);
        rig.clock.advance(200);
        assertThat(checker.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(call.stream().reset).isNull();
        assertThat(checker.outcome).isEqualTo(AttemptOutcome.ANSWERED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aVerdictStandsWhoseBodyIsNotComplete(boolean reset) {
        Rig rig = asking(true);
        Rig.Call call = rig.get();
        checker.events().onResponse(answer(401), false);
        checker.sends("half", false);
        if (reset) {
            checker.resets(StreamReset.CONNECTION_LOST);
        } else {
            rig.clock.advance(200);
        }
        assertThat(call.stream().status()).isEqualTo(401);
        assertThat(call.stream().text()).isEmpty();
        assertThat(endpoint.isOpened()).isFalse();
        assertThat(rig.clock.waiting()).isZero();
    }

    @Test
    void theBodyOfARefusalGoesToTheClientWithItsType() {
        Rig rig = asking(false);
        Rig.Call call = rig.get();
        checker.events().onResponse(answer(403, "content-type", "text/plain", "content-length", "99"), false);
        checker.sends("no", false);
        checker.sends("!", true);
        assertThat(call.stream().text()).isEqualTo("no!");
        assertThat(call.stream().responseField("content-type")).isEqualTo("text/plain");
        assertThat(call.stream().responseField("content-length")).isEqualTo("3");
        assertThat(rig.record().bytesOut()).isEqualTo(3);
    }
}

package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.StreamReset;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplayTest {
    private static final int KIB = 1024;

    private final FakeDestination first = FakeDestination.endpoint("10.0.0.1:80");
    private final FakeDestination second = FakeDestination.endpoint("10.0.0.2:80");
    private final Rig rig = new Rig(Rig.orders()).then(first, second);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64 * KIB - 1, 64 * KIB})
    void aSmallBodyIsSentAgainWhole(int size) {
        Rig.Call call = rig.send("PUT", "x".repeat(size));
        assertThat(first.stream.sentBytes()).isEqualTo(size);
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(second.stream.sentBytes()).isEqualTo(size);
        assertThat(second.stream.ended).isTrue();
        second.answers(200, "");
        assertThat(call.stream().status()).isEqualTo(200);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aBodyInPartsKeepsItsOrderAndGoesOnWithTheNextAttempt() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("PUT"), false);
        call.sends("one ", false).sends("two ", false);
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(second.stream.text()).isEqualTo("one two ");
        call.sends("three", true);
        assertThat(second.stream.text()).isEqualTo("one two three");
        assertThat(first.stream.text()).isEqualTo("one two ");
        assertThat(second.stream.ended).isTrue();
    }

    @Test
    void aBodyThatIsTooLargeIsNotSentAgain() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("PUT"), false);
        call.sends("x".repeat(64 * KIB), false).sends("y", false);
        assertThat(rig.context.replayBudget().bytes()).isZero();
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(second.isOpened()).isFalse();
        assertThat(call.stream().status()).isEqualTo(502);
        assertThat(rig.record().detail()).contains("BODY_GONE");
    }

    @Test
    void whatNobodyTookYetIsSentAgainHoweverLargeItIs() {
        first.notWritable();
        Rig.Call call = rig.request(rig.edge(), Rig.head("POST"), false);
        call.sends("x".repeat(64 * KIB), false).sends("y".repeat(10 * KIB), false);
        assertThat(call.stream().consumed).isZero();
        first.resets(StreamReset.CONNECT_FAILED);
        assertThat(second.stream.sentBytes()).isEqualTo(74 * KIB);
        assertThat(call.stream().consumed).isEqualTo(74 * KIB);
        assertThat(rig.context.replayBudget().bytes()).isZero();
        call.sends("z", true);
        second.answers(200, "");
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void theClientIsHeldBackWhileTheEndpointIsSlow() {
        first.notWritable();
        Rig.Call call = rig.request(rig.edge(), Rig.head("PUT"), false);
        call.sends("x".repeat(KIB), false);
        assertThat(call.stream().consumed).isZero();
        first.stream.writable = true;
        first.events().onWritable();
        assertThat(call.stream().consumed).isEqualTo(KIB);
        call.sends("x", false);
        assertThat(call.stream().consumed).isEqualTo(KIB + 1);
    }

    @Test
    void trailersAreSentAgainToo() {
        Rig.Call call = rig.request(rig.edge(), Rig.head("PUT"), false);
        call.sends("body", false);
        HeaderFields trailers = new HeaderFields();
        trailers.add("x-checksum", "abc");
        trailers.add("x-forwarded-for", "forged");
        call.events().onTrailers(trailers);
        first.resets(StreamReset.CONNECTION_LOST);
        assertThat(second.stream.text()).isEqualTo("body");
        HeaderFields sent = Objects.requireNonNull(second.stream.trailers);
        assertThat(sent.size()).isEqualTo(1);
        assertThat(sent.value(0)).isEqualTo("abc");
    }

    @Test
    void allExchangesTogetherHaveABound() {
        ReplayBudget budget = new ReplayBudget(100);
        FakeStream source = new FakeStream();
        RequestBody one = new RequestBody(source, budget, 80);
        RequestBody other = new RequestBody(source, budget, 80);
        one.sendTo(new FakeStream(), false);
        other.sendTo(new FakeStream(), false);
        for (int i = 0; i < 6; i++) {
            one.add(Chunk.of(new byte[10]), false);
            other.add(Chunk.of(new byte[10]), false);
        }
        assertThat(budget.bytes()).isLessThanOrEqualTo(100);
        assertThat(one.isKept() && other.isKept()).isFalse();
        one.forget();
        other.forget();
        assertThat(budget.bytes()).isZero();
    }
}

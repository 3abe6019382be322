package io.bridgehead.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OrderTest {
    private static final Instant GIVEN = Instant.ofEpochMilli(1_700_000_000_123L);
    private static final Order DRAIN = new Order(
            "drain",
            "orders",
            "azure",
            "",
            "power works",
            "spiffe://td.test/operator/ann",
            GIVEN,
            Optional.of(GIVEN.plus(Duration.ofHours(2))),
            false);

    private static Order ended(Order order) {
        return new Order(
                order.action(),
                order.service(),
                order.site(),
                order.node(),
                "it is over",
                order.author(),
                GIVEN,
                Optional.empty(),
                true);
    }

    @Test
    void whatWasWrittenIsRead() throws MalformedException {
        assertThat(Order.decode(DRAIN.encode())).isEqualTo(DRAIN);
        assertThat(Order.decode(ended(DRAIN).encode())).isEqualTo(ended(DRAIN));
    }

    @Test
    void detailIsWrittenWhereThereIsSome() throws MalformedException {
        Order back = new Order(
                "drain",
                "orders",
                "azure",
                "",
                "done",
                "",
                GIVEN,
                Optional.empty(),
                true,
                new Order.Detail("[2001:db8::7]:8080", Duration.ofMinutes(10)));
        assertThat(Order.decode(back.encode())).isEqualTo(back);
        assertThat(back.encode().get(0)).isEqualTo((byte) 2);
        assertThat(DRAIN.encode().get(0)).isEqualTo((byte) 1);
        assertThat(back.subject()).isEqualTo("drain service=orders site=azure endpoint=[2001:db8::7]:8080");
        assertThat(back.isReturning(GIVEN.plus(Duration.ofMinutes(9)))).isTrue();
        assertThat(back.isReturning(GIVEN.plus(Duration.ofMinutes(10)))).isFalse();
        assertThat(ended(DRAIN).isReturning(GIVEN)).isFalse();
        assertThatThrownBy(() -> new Order.Detail("a b", Duration.ZERO)).hasMessageContaining("expected host:port");
        assertThatThrownBy(() -> new Order.Detail("", Duration.ofMillis(-1))).hasMessageContaining("zero or more");
    }

    @Test
    void anOrderAndItsEndHaveOneSubject() {
        assertThat(DRAIN.subject()).isEqualTo("drain service=orders site=azure");
        assertThat(ended(DRAIN).subject()).isEqualTo(DRAIN.subject());
    }

    @Test
    void aServiceIsPinnedToOneSite() {
        Order one = new Order("pin", "orders", "azure", "", "why", "", GIVEN, Optional.empty(), false);
        Order other = new Order("pin", "orders", "aws", "", "why", "", GIVEN, Optional.empty(), false);
        assertThat(one.subject()).isEqualTo(other.subject()).isEqualTo("pin service=orders");
    }

    @Test
    void itIsInForceUntilItsTimeIsOverOrItIsEnded() {
        assertThat(DRAIN.isInForce(GIVEN)).isTrue();
        assertThat(DRAIN.isInForce(GIVEN.plus(Duration.ofHours(2)))).isFalse();
        assertThat(ended(DRAIN).isInForce(GIVEN)).isFalse();
    }

    @Test
    void everyPrefixAndWhatFollowsIsRefused() {
        Bytes bytes = DRAIN.encode();
        for (int i = 0; i < bytes.size(); i++) {
            Bytes prefix = bytes.slice(0, i);
            assertThatThrownBy(() -> Order.decode(prefix)).isInstanceOf(MalformedException.class);
        }
        Bytes longer = new BinaryWriter().raw(bytes).u8(0).toBytes();
        assertThatThrownBy(() -> Order.decode(longer)).hasMessageContaining("expected the end");
    }

    @Test
    void noChangedByteIsReadAsTheSame() {
        byte[] bytes = DRAIN.encode().toArray();
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 0x55;
            try {
                assertThat(Order.decode(Bytes.wrap(changed)).encode()).isEqualTo(Bytes.wrap(changed));
            } catch (MalformedException e) {
                assertThat(e).hasMessageContaining("order: ");
            }
        }
    }

    @Test
    void aNewerVersionIsNotReadable() {
        byte[] bytes = DRAIN.encode().toArray();
        bytes[0] = Order.VERSION + 1;
        assertThat(Order.isReadable(Bytes.wrap(bytes))).isFalse();
        assertThat(Order.isReadable(Bytes.EMPTY)).isFalse();
        assertThatThrownBy(() -> Order.decode(Bytes.wrap(bytes))).hasMessageContaining("version is 3; expected 1 or 2");
    }

    @Test
    void aReasonIsRequired() {
        assertThatThrownBy(() -> new Order("drain", "", "azure", "", "", "", GIVEN, Optional.empty(), false))
                .hasMessageContaining("reason");
        assertThatThrownBy(() -> new Order("drain", "", "a=b c", "", "why", "", GIVEN, Optional.empty(), false))
                .hasMessageContaining("order's site is \"a=b c\"");
    }
}

package io.bridgehead.cluster.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.Bounds.Rate;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestClock;
import io.bridgehead.cluster.testing.Told;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LocalSideTest {
    private static final NodeInfo SELF = Records.node("a", "n1");
    private static final NodeInfo OTHER = Records.node("b", "n1");
    private static final Bounds TIGHT =
            new Bounds(new Rate(1, 3), new Rate(1, 2), new Rate(1 << 20, 1 << 20), new Rate(1, 5));

    private final TestClock clock = new TestClock();
    private final Store store = MemoryStore.create(clock);
    private final Told told = new Told();
    private final AtomicInteger judged = new AtomicInteger();
    private final HybridClock hybrid = new HybridClock(clock, SELF.id());
    private final LocalSide side = side(Bounds.STANDARD);

    @Test
    void aRecordIsJudgedOnceWhetherItIsTakenOrNot() {
        EncodedRecord good = EncodedRecord.of(order("x", 1));
        EncodedRecord bad = EncodedRecord.of(Records.forged(order("y", 1)));
        for (int i = 0; i < 3; i++) {
            side.receive(good, "peer");
            assertThat(side.receive(bad, "peer")).isInstanceOf(Receipt.Rejected.class);
        }
        assertThat(judged).hasValue(2);
        clock.advance(Duration.ofSeconds(61));
        side.receive(bad, "peer");
        assertThat(judged).as("a refusal is judged anew after a minute").hasValue(3);
    }

    @Test
    void aRecordThatDoesNotFitIsJudgedOnceHoweverOftenItIsOffered() throws IOException {
        store.append(
                EncodedRecord.of(Records.next(store, "s", Records.stamp(1), Map.of("a", "1", "b", "1", "c", "1"))));
        Revision head = Records.head(store, "s").orElseThrow();
        Changeset one = Records.carrying(
                "s",
                Optional.of(head),
                Map.of("a", "1", "b", "1", "c", "2"),
                new TreeMap<>(Map.of("c", Bytes.utf8("2"))));
        Listing.Difference said =
                (Listing.Difference) Records.shorter(one, head).listing();
        Listing.Difference other = new Listing.Difference(
                said.base(), Sha256.of(Bytes.utf8("else")), said.depth(), said.documents(), said.changed());
        EncodedRecord misfit = EncodedRecord.of(Records.signed(Records.with(one, other), Records.stamp(2)));
        for (int i = 0; i < 3; i++) {
            assertThat(side.receive(misfit, "peer-" + i))
                    .isInstanceOfSatisfying(
                            Receipt.Rejected.class,
                            rejected -> assertThat(rejected.fault()).isEqualTo(Fault.MISFIT));
        }
        assertThat(judged).hasValue(1);
        clock.advance(Duration.ofSeconds(61));
        side.receive(misfit, "peer");
        assertThat(judged).hasValue(2);
    }

    @Test
    void aStampFarAheadIsRefusedAndDoesNotMoveTheClock() {
        Stamp ahead = new Stamp(clock.millis() + 61_000, 0, "cli");
        Receipt receipt = side.receive(EncodedRecord.of(Records.order("x", ahead, "drain")), "peer");
        assertThat(receipt).asString().contains("more than 60 s ahead");
        assertThat(hybrid.next().millis()).isEqualTo(clock.millis());
    }

    @Test
    void anOriginBeyondItsBoundKeepsTheLastGood() {
        LocalSide tight = side(TIGHT);
        for (int i = 1; i <= 4; i++) {
            tight.receive(EncodedRecord.of(order("target-" + i, i)), "peer-" + i);
        }
        assertThat(store.latest(Kind.ORDER)).hasSize(3);
        assertThat(told.contains("exceeded " + Records.OPERATOR)).isTrue();
        clock.advance(Duration.ofSeconds(2));
        assertThat(tight.receive(EncodedRecord.of(order("target-4", 4)), "peer"))
                .isInstanceOf(Receipt.Accepted.class);
    }

    @Test
    void aCarrierBeyondItsBoundCostsNoMoreSignatures() {
        LocalSide tight = side(TIGHT);
        for (int i = 1; i <= 20; i++) {
            tight.receive(EncodedRecord.of(Records.forged(order("target-" + i, i))), "flooder");
        }
        assertThat(judged).hasValue(5);
    }

    @Test
    void healthOfAnOlderLifeOrSequenceIsDropped() {
        List<Long> heard = new ArrayList<>();
        side.onHealth(record -> heard.add(record.stamp().millis() - clock.millis()));
        for (long[] message :
                new long[][] {{1, 1, 1}, {1, 2, 2}, {1, 1, 3}, {2, 1, 4}, {1, 9, 5}, {2, 1, 6}, {2, 2, 7}}) {
            SignedRecord health = health(message[0], message[1], message[2]);
            side.receive(EncodedRecord.of(health), "peer");
        }
        assertThat(heard).containsExactly(1L, 2L, 4L, 7L);
    }

    @Test
    void whatANodeTellsBesideItsHealthHasAnOrderOfItsOwn() {
        SignedRecord beside = Records.health(OTHER, OTHER.id() + "/rates", 1, 1, Records.stamp(clock.millis()), "more");
        assertThat(side.receive(EncodedRecord.of(health(1, 7, 0)), "peer")).isInstanceOf(Receipt.Accepted.class);
        assertThat(side.receive(EncodedRecord.of(beside), "peer")).isInstanceOf(Receipt.Accepted.class);
        assertThat(side.receive(EncodedRecord.of(beside), "peer")).isInstanceOf(Receipt.Known.class);
        assertThat(side.receive(EncodedRecord.of(health(1, 7, 0)), "peer")).isInstanceOf(Receipt.Known.class);
    }

    @Test
    void healthThatIsReplayedToANodeThatHasJustStartedIsRefused() {
        EncodedRecord heard = EncodedRecord.of(health(1, 7, 0));
        clock.advance(Judge.HEALTH_AGE_MAX.plusMillis(1));
        assertThat(side.receive(heard, "member"))
                .isInstanceOfSatisfying(
                        Receipt.Rejected.class,
                        rejected -> assertThat(rejected.fault()).isEqualTo(Fault.STALE));
        assertThat(told.contains("rejected " + OTHER.spiffeId() + " from member: stale: health"))
                .isTrue();
        assertThat(side.receive(EncodedRecord.of(health(1, 8, 0)), "member")).isInstanceOf(Receipt.Accepted.class);
        assertThat(side.receive(heard, "member")).as("and then it is known").isInstanceOf(Receipt.Known.class);
    }

    @Test
    void aRefusalIsJudgedAnewAtOnceWhenTheVerifierKnowsMore() {
        AtomicBoolean vouched = new AtomicBoolean();
        RecordVerifier verifier = new RecordVerifier() {
            @Override
            public Verdict verify(EncodedRecord record) {
                judged.incrementAndGet();
                return vouched.get() ? new Accepted() : new Rejected(Fault.EXPIRED, "expired");
            }

            @Override
            public boolean reconsiders(Sha256 record) {
                return vouched.get();
            }
        };
        LocalSide joiner = new LocalSide(new FabricParts(SELF, store, verifier, hybrid, Bounds.STANDARD, told, clock));
        EncodedRecord old = EncodedRecord.of(order("x", 1));
        assertThat(joiner.receive(old, "peer")).isEqualTo(new Receipt.Rejected(Fault.EXPIRED, "expired"));
        joiner.receive(old, "peer");
        assertThat(judged).hasValue(1);
        vouched.set(true);
        assertThat(joiner.receive(old, "peer")).isInstanceOf(Receipt.Accepted.class);
    }

    @Test
    void aRecordFromTheFutureThatIsOnDiskDoesNotMoveTheClock() throws IOException {
        store.append(EncodedRecord.of(Records.order(
                "x", new Stamp(clock.millis() + Duration.ofDays(365).toMillis(), 0, "cli"), "drain")));
        side(Bounds.STANDARD);
        assertThat(hybrid.next().millis()).isEqualTo(clock.millis());
    }

    @Test
    void aFloodOfOneCarrierLeavesTheOthersHeard() {
        LocalSide tight = side(TIGHT);
        for (int i = 1; i <= 50; i++) {
            tight.receive(EncodedRecord.of(Records.forged(order("target-" + i, i))), "flooder");
        }
        assertThat(tight.receive(EncodedRecord.of(order("honest", 1)), "peer")).isInstanceOf(Receipt.Accepted.class);
        assertThat(told.contains("exceeded flooder")).isTrue();
        assertThat(told.contains("from flooder: too-much")).isTrue();
    }

    @Test
    void whatCannotBeReadIsNamed() {
        assertThat(side.receive(Bytes.utf8("GET / HTTP/1.1\r\n"), "tunnel"))
                .asString()
                .contains("does not begin with \"BHR\"");
        assertThat(told.contains("rejected ? from tunnel: malformed")).isTrue();
    }

    private LocalSide side(Bounds bounds) {
        RecordVerifier counting = record -> {
            judged.incrementAndGet();
            return Records.VERIFIER.verify(record);
        };
        return new LocalSide(new FabricParts(SELF, store, counting, hybrid, bounds, told, clock));
    }

    private SignedRecord health(long incarnation, long sequence, long millis) {
        return Records.health(OTHER, incarnation, sequence, Records.stamp(clock.millis() + millis), "fit");
    }

    private static SignedRecord order(String target, long millis) {
        return Records.order(target, Records.stamp(millis), "drain");
    }
}

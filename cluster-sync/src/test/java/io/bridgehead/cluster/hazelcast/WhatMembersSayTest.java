package io.bridgehead.cluster.hazelcast;

import static io.bridgehead.cluster.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricObserver;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.intake.Candidate;
import io.bridgehead.cluster.intake.LocalSide;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.cluster.testing.GoldenBytes;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestAuthority;
import io.bridgehead.cluster.testing.Told;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What nodes of one cluster name and leave for each other in Hazelcast, as nodes of earlier versions know it. */
class WhatMembersSayTest {
    private static final InstantSource TIME = InstantSource.system();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final TestCluster CLUSTER = new TestCluster(2);
    private static final NodeInfo HERE = Records.node("a", "n1");
    private static final NodeInfo THERE = Records.node("b", "n1");
    private static final FabricThreads THREADS = FabricThreads.create("said");
    private static final String HEALTH = "health-record-1.hex";
    private static final String ORDER = "order-record-1.hex";

    /** Started once, ended last; what is called earlier here is looked at with names and bytes alone there. */
    private static final class Two {
        private static final HazelcastInstance US = start(HERE);
        private static final HazelcastInstance THEM = start(THERE);

        private static HazelcastInstance start(NodeInfo who) {
            try {
                return CLUSTER.member(who, AUTHORITY.member(who.spiffeId()), THREADS);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Store store = MemoryStore.create(TIME);
    private final LocalSide side = new LocalSide(new FabricParts(
            HERE, store, Records.VERIFIER, new HybridClock(TIME, HERE.id()), Bounds.STANDARD, new Told(), TIME));

    @BeforeAll
    static void join() {
        assertThat(Two.US.getCluster().getMembers()).isNotEmpty();
        eventually("both are members", () -> Two.THEM.getCluster().getMembers().size() == 2);
    }

    @AfterAll
    static void leave() {
        Two.THEM.getLifecycleService().terminate();
        Two.US.getLifecycleService().terminate();
        THREADS.close();
    }

    @Test
    void whoANodeIsStandsInTheseAttributes() {
        Map<String, String> said = Map.of(
                "node", "n1",
                "site", "a",
                "region", "region",
                "provider", "provider",
                "spiffe", "spiffe://td.test/site/a/gateway/n1",
                "version.bridgehead", "0.1.0");
        Member seen = Two.THEM.getCluster().getMembers().stream()
                .filter(member -> !member.localMember())
                .findFirst()
                .orElseThrow();
        assertThat(seen.getAttributes()).isEqualTo(said);
        assertThat(MemberAttributes.info(said)).isEqualTo(HERE);
    }

    @Test
    void aHealthMessageIsOneByteAndTheRecordAndAHelloIsOneByte() throws IOException {
        EncodedRecord health = EncodedRecord.decode(GoldenBytes.stored(HEALTH));
        List<Bytes> heard = new CopyOnWriteArrayList<>();
        var _ = Two.THEM
                .<byte[]>getTopic("bridgehead.health")
                .addMessageListener(message -> heard.add(Bytes.copyOf(message.getMessageObject())));
        HealthTopic topic = new HealthTopic(Two.US);
        topic.hello();
        topic.publish(health);
        eventually("both are heard", () -> heard.size() == 2);
        assertThat(heard)
                .extracting(Bytes::toHex)
                .containsExactly("00", "01" + health.bytes().toHex());
    }

    @Test
    void whatEarlierNodesPublishIsUnderstood() {
        List<Bytes> heard = new CopyOnWriteArrayList<>();
        new HealthTopic(Two.US).listen((record, from) -> heard.add(record), () -> heard.add(Bytes.utf8("hello")));
        Bytes record = GoldenBytes.stored(HEALTH);
        var topic = Two.THEM.<byte[]>getTopic("bridgehead.health");
        topic.publish(new byte[] {0});
        topic.publish(Bytes.wrap(HexFormat.of().parseHex("01" + record.toHex())).toArray());
        eventually("both are heard", () -> heard.size() == 2);
        assertThat(heard).containsExactly(Bytes.utf8("hello"), record);
    }

    @Test
    void aRecordLiesOnTheBoardUnderItsHash() throws IOException {
        EncodedRecord order = EncodedRecord.decode(GoldenBytes.stored(ORDER));
        store.append(order);
        new Blackboard(Two.US, store, side, FabricObserver.NONE).reconcile();
        Map<String, byte[]> board = Two.THEM.getReplicatedMap("bridgehead.board");
        eventually("it is there", () -> board.containsKey(order.id().hex()));
        assertThat(at(board, order.id().hex())).isEqualTo(order.bytes());
    }

    @Test
    void theHeadOfASourceStandsUnderItsNameAndALargeOneUnderItsHashBeside() throws IOException {
        Map<String, byte[]> heads = Two.THEM.getMap("bridgehead.heads");
        Map<String, byte[]> large = Two.THEM.getMap("bridgehead.large");
        EncodedRecord small = commits("small", "x");
        assertThat(at(heads, "small")).isEqualTo(small.bytes());
        EncodedRecord big = commits("big", "large ".repeat(LargeRecords.CELL_BYTES_MAX / 4));
        assertThat(at(heads, "big").toHex()).isEqualTo("42484c01" + big.id().hex());
        assertThat(at(large, big.id().hex())).isEqualTo(big.bytes());
    }

    private static Bytes at(Map<String, byte[]> map, String key) {
        return Bytes.copyOf(Objects.requireNonNull(map.get(key), key));
    }

    private EncodedRecord commits(String source, String text) {
        EncodedRecord next =
                EncodedRecord.of(Records.next(store, source, new Stamp(TIME.millis(), 0, "cli"), Map.of("x", text)));
        Candidate.Fit fit = (Candidate.Fit) side.examine(source, Optional.empty(), next.record());
        assertThat(new HeadCells(Two.US, side).decide(source, fit)).isInstanceOf(CommitResult.Committed.class);
        return next;
    }
}

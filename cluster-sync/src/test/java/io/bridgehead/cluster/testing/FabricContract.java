package io.bridgehead.cluster.testing;

import static io.bridgehead.cluster.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ClusterState.Phase;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every fabric does, whatever carries it. */
public abstract class FabricContract {
    private static final String SOURCE = "team-a";
    private static final InstantSource TIME = InstantSource.system();

    private final List<Fabric> started = new ArrayList<>();
    private final HybridClock cli = new HybridClock(TIME, "cli");

    /** A node of one and the same cluster; at most three are made. */
    protected abstract Fabric create(FabricParts parts);

    /** One node as a test sees it. */
    protected record Node(NodeInfo info, Store store, Told told, Fabric fabric) {}

    @AfterEach
    void stopAll() {
        started.reversed().forEach(Fabric::close);
    }

    @Test
    void aCommitOnOneNodeIsActiveOnAll() {
        Node a = start("a", "n1");
        joined(1, a);
        Node b = start("b", "n1");
        joined(2, a, b);
        List<Revision> swaps = new CopyOnWriteArrayList<>();
        List<Revision> news = new CopyOnWriteArrayList<>();
        b.store().onSwap(swaps::add);
        b.fabric().onChangeset(news::add);

        assertThat(commit(a, Map.of("orders", "v1"))).isInstanceOf(CommitResult.Committed.class);

        eventually("b serves it", () -> Records.active(b.store(), SOURCE).equals(Map.of("orders", "v1")));
        eventually("b is told", () -> swaps.size() == 1 && news.size() == 1);
    }

    @Test
    void aLargeChangesetAndOneThatFollowsItAreActiveOnAll() {
        Node a = start("a", "n1");
        joined(1, a);
        Node b = start("b", "n1");
        joined(2, a, b);
        Map<String, String> large = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            large.put("name-" + i, "of many, " + i);
        }
        assertThat(commit(a, large)).isInstanceOf(CommitResult.Committed.class);
        eventually("b has it", () -> Records.active(b.store(), SOURCE).equals(large));
        assertThat(commit(b, Map.of("orders", "v2"))).isInstanceOf(CommitResult.Committed.class);
        eventually("a has it", () -> Records.active(a.store(), SOURCE).equals(Map.of("orders", "v2")));
        assertThat(commit(a, large)).isInstanceOf(CommitResult.Committed.class);
        eventually("b has it again", () -> Records.active(b.store(), SOURCE).equals(large));
        assertThat(b.store().conflicts(SOURCE)).isEmpty();
    }

    @Test
    void nodesThatStartAtOnceCommitOnTopOfEachOther() {
        Node a = start("a", "n1");
        Node b = start("b", "n1");
        joined(2, a, b);
        assertThat(commit(a, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        eventually("b has it", () -> Records.head(b.store(), SOURCE).isPresent());
        assertThat(commit(b, Map.of("y", "2"))).isInstanceOf(CommitResult.Committed.class);
        eventually("a has it", () -> Records.active(a.store(), SOURCE).equals(Map.of("y", "2")));
        assertThat(a.store().history(SOURCE)).hasSize(2);
        assertThat(a.store().conflicts(SOURCE)).isEmpty();
    }

    @Test
    void ofTwoCommitsAtOnceOneWins() {
        Node a = start("a", "n1");
        joined(1, a);
        Node b = start("b", "n1");
        joined(2, a, b);
        SignedRecord fromA = Records.next(a.store(), SOURCE, cli.next(), Map.of("x", "from a"));
        SignedRecord fromB = Records.next(b.store(), SOURCE, cli.next(), Map.of("x", "from b"));
        CompletionStage<CommitResult> first = a.fabric().commit(SOURCE, Optional.empty(), fromA);
        CompletionStage<CommitResult> second = b.fabric().commit(SOURCE, Optional.empty(), fromB);
        List<CommitResult> results = List.of(get(first), get(second));

        assertThat(results).hasAtLeastOneElementOfType(CommitResult.Committed.class);
        assertThat(results).hasAtLeastOneElementOfType(CommitResult.Conflict.class);
        eventually(
                "both serve the winner",
                () -> !Records.active(a.store(), SOURCE).isEmpty()
                        && Records.active(a.store(), SOURCE).equals(Records.active(b.store(), SOURCE)));
    }

    @Test
    void aCommitAgainstAnOldHeadIsAConflict() {
        Node a = start("a", "n1");
        joined(1, a);
        SignedRecord stale = Records.next(a.store(), SOURCE, cli.next(), Map.of("x", "stale"));
        CommitResult first = commit(a, Map.of("x", "1"));
        assertThat(first).isInstanceOf(CommitResult.Committed.class);
        Optional<Revision> head = Records.head(a.store(), SOURCE);
        assertThat(get(a.fabric().commit(SOURCE, Optional.empty(), stale)))
                .isEqualTo(new CommitResult.Conflict(head.map(Revision::id)));
    }

    @Test
    void committingTheSameRecordAgainIsHarmless() {
        Node a = start("a", "n1");
        joined(1, a);
        SignedRecord record = Records.next(a.store(), SOURCE, cli.next(), Map.of("x", "1"));
        CommitResult first = get(a.fabric().commit(SOURCE, Optional.empty(), record));
        assertThat(get(a.fabric().commit(SOURCE, Optional.empty(), record))).isEqualTo(first);
    }

    @Test
    void aCommitThatNamesWhatLostSettlesItEverywhere() {
        Node a = start("a", "n1");
        joined(1, a);
        Node b = start("b", "n1");
        joined(2, a, b);
        commit(a, Map.of("x", "1"));
        SignedRecord lost = Records.next(a.store(), SOURCE, cli.next(), Map.of("x", "lost"));
        assertThat(commit(a, Map.of("x", "won"))).isInstanceOf(CommitResult.Committed.class);
        get(a.fabric().receive(EncodedRecord.of(lost).bytes(), "tunnel"));
        eventually("a shows it", () -> a.store().conflicts(SOURCE).size() == 1);
        eventually("b shows it", () -> b.store().conflicts(SOURCE).size() == 1);

        Revision head = Records.head(a.store(), SOURCE).orElseThrow();
        Changeset next = Records.changeset(SOURCE, Optional.of(head), Map.of("x", "merged"));
        Changeset merged = new Changeset(
                SOURCE,
                next.number(),
                List.of(head.id(), a.store().conflicts(SOURCE).getFirst().id()),
                next.author(),
                next.time(),
                next.message(),
                next.listing(),
                next.contents(),
                next.removed(),
                next.ancestors());
        assertThat(get(a.fabric().commit(SOURCE, Optional.of(head.id()), Records.signed(merged, cli.next()))))
                .isInstanceOf(CommitResult.Committed.class);
        assertThat(a.store().conflicts(SOURCE)).isEmpty();
        eventually("b serves it", () -> Records.active(b.store(), SOURCE).equals(Map.of("x", "merged")));
        assertThat(b.store().conflicts(SOURCE)).isEmpty();
    }

    /** As when the first try was decided and nobody heard so in time. */
    @Test
    void oneRecordCommittedOnTwoNodesAtOnceIsNoConflict() {
        Node a = start("a", "n1");
        joined(1, a);
        Node b = start("b", "n1");
        joined(2, a, b);
        SignedRecord record = Records.next(a.store(), SOURCE, cli.next(), Map.of("x", "1"));
        CompletionStage<CommitResult> first = a.fabric().commit(SOURCE, Optional.empty(), record);
        CompletionStage<CommitResult> second = b.fabric().commit(SOURCE, Optional.empty(), record);

        assertThat(List.of(get(first), get(second))).hasOnlyElementsOfType(CommitResult.Committed.class);
    }

    @Test
    void whatIsNotSignedOrNotWholeIsRefused() {
        Node a = start("a", "n1");
        joined(1, a);
        SignedRecord good = Records.next(a.store(), SOURCE, cli.next(), Map.of("x", "1"));
        assertThat(get(a.fabric().commit(SOURCE, Optional.empty(), Records.forged(good))))
                .isEqualTo(new CommitResult.Refused("signature is wrong; expected \"good\""));
        SignedRecord hollow = Records.signed(
                Records.carrying(SOURCE, Optional.empty(), Map.of("x", "1"), new TreeMap<>()), cli.next());
        assertThat(get(a.fabric().commit(SOURCE, Optional.empty(), hollow)).toString())
                .contains("does not carry document \"x\"");
        assertThat(get(a.fabric().commit("other", Optional.empty(), good))).isInstanceOf(CommitResult.Refused.class);
    }

    @Test
    void aNodeThatJoinsLateGetsEverything() {
        Node a = start("a", "n1");
        joined(1, a);
        commit(a, Map.of("x", "1", "y", "1"));
        commit(a, Map.of("x", "2", "y", "1"));
        get(a.fabric().publish(Records.order("site-b", cli.next(), "drain")));
        Node b = start("b", "n1");
        joined(2, a, b);
        eventually("b serves it", () -> Records.active(b.store(), SOURCE).equals(Map.of("x", "2", "y", "1")));
        eventually("b has the order", () -> b.store().latest(Kind.ORDER).size() == 1);
    }

    @Test
    void theNewestOrderOfEachTargetCounts() {
        Node a = start("a", "n1");
        joined(1, a);
        Node b = start("b", "n1");
        joined(2, a, b);
        Stamp before = cli.next();
        SignedRecord newer = Records.order("site-b", cli.next(), "undrain");
        assertThat(get(a.fabric().publish(newer))).isInstanceOf(Receipt.Accepted.class);
        assertThat(get(b.fabric().publish(Records.order("site-c", cli.next(), "pin"))))
                .isInstanceOf(Receipt.Accepted.class);
        eventually(
                "both orders are on both",
                () -> a.store().latest(Kind.ORDER).size() == 2
                        && b.store().latest(Kind.ORDER).size() == 2);
        assertThat(get(b.fabric().publish(Records.order("site-b", before, "drain"))))
                .isInstanceOf(Receipt.Known.class);
    }

    @Test
    void anyOperatorEndsWhatAnotherOrderedAndTheEndIsRemembered() {
        Node a = start("a", "n1");
        joined(1, a);
        Node b = start("b", "n1");
        joined(2, a, b);
        Stamp before = cli.next();
        SignedRecord given = Records.signed(drain(false), cli.next());
        assertThat(get(a.fabric().publish(given))).isInstanceOf(Receipt.Accepted.class);
        eventually("b has it", () -> b.store().knows(EncodedRecord.of(given)));
        SignedRecord ended = Records.signedBy("spiffe://td.test/operator/bob", drain(true), cli.next());
        assertThat(get(b.fabric().publish(ended))).isInstanceOf(Receipt.Accepted.class);
        eventually("a has the end", () -> a.store().latest(Kind.ORDER).equals(List.of(EncodedRecord.of(ended))));
        assertThat(get(a.fabric().publish(Records.signed(drain(false), before))))
                .isInstanceOf(Receipt.Known.class);
        assertThat(get(a.fabric().receive(EncodedRecord.of(given).bytes(), "tunnel")))
                .isInstanceOf(Receipt.Known.class);
    }

    private static Order drain(boolean ended) {
        return new Order("drain", "", "azure", "", "why", "", Instant.EPOCH, Optional.empty(), ended);
    }

    @Test
    void healthReachesTheOthersOnceAndInOrder() {
        Node a = start("a", "n1");
        joined(1, a);
        Node b = start("b", "n1");
        joined(2, a, b);
        List<SignedRecord> heard = new CopyOnWriteArrayList<>();
        b.fabric().onHealth(heard::add);
        SignedRecord first = Records.health(a.info(), 1, 1, cli.next(), "fit");
        SignedRecord second = Records.health(a.info(), 1, 2, cli.next(), "ill");
        a.fabric().publishHealth(first);
        a.fabric().publishHealth(second);
        a.fabric().publishHealth(second);
        eventually("b heard the second", () -> heard.contains(second));
        assertThat(heard).containsSubsequence(second).doesNotHaveDuplicates();
        assertThat(get(b.fabric().receive(EncodedRecord.of(first).bytes(), "tunnel")))
                .isInstanceOf(Receipt.Known.class);
        assertThat(heard).last().isEqualTo(second);
    }

    @Test
    void aNodeThatJoinsLateHearsTheLastHealthOfTheOthers() {
        Node a = start("a", "n1");
        joined(1, a);
        SignedRecord health = Records.health(a.info(), 1, 1, cli.next(), "fit");
        a.fabric().publishHealth(health);
        Node b = build("b", "n1", Records.VERIFIER);
        List<SignedRecord> heard = new CopyOnWriteArrayList<>();
        b.fabric().onHealth(heard::add);
        b.fabric().start();
        eventually("b heard of a", () -> heard.equals(List.of(health)));
    }

    @Test
    void eachReaderJudgesForItself() {
        Node a = start("a", "n1");
        Node b = build("b", "n1", record -> new RecordVerifier.Rejected("not trusted here"));
        b.fabric().start();
        joined(2, a, b);
        assertThat(commit(a, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        eventually("b says why", () -> b.told().contains("not trusted here"));
        assertThat(b.store().heads()).isEmpty();
    }

    @Test
    void whatComesByATunnelReachesTheMembers() {
        Node a = start("a", "n1");
        joined(1, a);
        Node b = start("b", "n1");
        joined(2, a, b);
        SignedRecord record = Records.next(a.store(), SOURCE, cli.next(), Map.of("x", "1"));
        Bytes bytes = EncodedRecord.of(record).bytes();
        assertThat(get(a.fabric().receive(bytes, "tunnel"))).isInstanceOf(Receipt.Accepted.class);
        assertThat(get(a.fabric().receive(bytes, "tunnel"))).isInstanceOf(Receipt.Known.class);
        assertThat(get(a.fabric().receive(Bytes.utf8("GET / HTTP/1.1"), "tunnel")))
                .isInstanceOf(Receipt.Rejected.class);
        eventually("b has it", () -> Records.active(b.store(), SOURCE).equals(Map.of("x", "1")));
    }

    @Test
    void membersAreShownWithWhatTheySayOfThemselves() {
        Node a = build("a", "n1", Records.VERIFIER);
        assertThat(a.fabric().state().phase()).isEqualTo(Phase.STARTING);
        List<Phase> phases = new CopyOnWriteArrayList<>();
        a.fabric().onState(state -> phases.add(state.phase()));
        a.fabric().start();
        joined(1, a);
        assertThat(a.fabric().state().phase()).isEqualTo(Phase.ALONE);
        Node b = start("b", "n1");
        joined(2, a, b);
        assertThat(a.fabric().state().members())
                .extracting(member -> member.info())
                .contains(a.info(), b.info());
        assertThat(b.fabric().state().members())
                .filteredOn(member -> member.local())
                .hasSize(1);
        b.fabric().close();
        eventually("a is alone again", () -> a.fabric().state().phase() == Phase.ALONE);
        assertThat(b.fabric().state().phase()).isEqualTo(Phase.STOPPED);
        eventually("a has told", () -> phases.containsAll(List.of(Phase.ALONE, Phase.JOINED)));
        assertThat(phases).startsWith(Phase.STARTING).contains(Phase.ALONE, Phase.JOINED);
    }

    @Test
    void beforeItIsStartedANodeServesAndACommitIsUnavailable() throws Exception {
        Node a = build("a", "n1", Records.VERIFIER);
        a.store().append(EncodedRecord.of(Records.next(a.store(), SOURCE, cli.next(), Map.of("x", "1"))));
        assertThat(Records.active(a.store(), SOURCE)).isEqualTo(Map.of("x", "1"));
        assertThat(commit(a, Map.of("x", "2"))).isInstanceOf(CommitResult.Unavailable.class);
    }

    protected final Node start(String site, String node) {
        Node made = build(site, node, Records.VERIFIER);
        made.fabric().start();
        return made;
    }

    protected final Node build(String site, String node, RecordVerifier verifier) {
        NodeInfo info = Records.node(site, node);
        Store store = MemoryStore.create(TIME);
        Told told = new Told();
        Fabric fabric = create(
                new FabricParts(info, store, verifier, new HybridClock(TIME, info.id()), Bounds.STANDARD, told, TIME));
        started.add(fabric);
        return new Node(info, store, told, fabric);
    }

    protected final void joined(int members, Node... nodes) {
        for (Node node : nodes) {
            eventually(
                    node.info().id() + " sees " + members + " members, told "
                            + node.told().lines(),
                    Duration.ofSeconds(30),
                    () -> node.fabric().state().members().size() == members);
        }
    }

    protected final CommitResult commit(Node node, Map<String, String> documents) {
        return get(commitLater(node, documents));
    }

    private CompletionStage<CommitResult> commitLater(Node node, Map<String, String> documents) {
        SignedRecord record = Records.next(node.store(), SOURCE, cli.next(), documents);
        Optional<Revision> head = Records.head(node.store(), SOURCE);
        return node.fabric().commit(SOURCE, head.map(Revision::id), record);
    }

    protected static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }
}

package io.bridgehead.cluster.hazelcast;

import static io.bridgehead.cluster.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestAuthority;
import io.bridgehead.cluster.testing.Told;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A member with a good certificate writes what it likes into the shared structures: it can make noise, and bends nothing. */
class CompromisedMemberTest {
    private static final InstantSource TIME = InstantSource.system();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final TestCluster CLUSTER = new TestCluster(2);
    private static final HybridClock CLI = new HybridClock(TIME, "cli");
    private static final NodeInfo HONEST = Records.node("a", "n1");
    private static final NodeInfo BAD = Records.node("b", "n1");
    private static final Store STORE = MemoryStore.create(TIME);
    private static final Told TOLD = new Told();
    private static final String LARGE = "large ".repeat(LargeRecords.CELL_BYTES_MAX / 4);
    private static final FabricThreads THREADS = FabricThreads.create("bad");
    private static final Fabric FABRIC = CLUSTER.create(
            new FabricParts(
                    HONEST, STORE, Records.VERIFIER, new HybridClock(TIME, HONEST.id()), Bounds.STANDARD, TOLD, TIME),
            AUTHORITY.member(HONEST.spiffeId()));

    /** Started last, ended first. */
    private static final class Bad {
        private static final HazelcastInstance MEMBER = start();

        private static HazelcastInstance start() {
            try {
                return CLUSTER.member(BAD, AUTHORITY.member(BAD.spiffeId()), THREADS);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeAll
    static void join() {
        FABRIC.start();
        eventually("a serves", PATIENCE, () -> FABRIC.state().members().size() == 1);
        assertThat(Bad.MEMBER.getCluster().getMembers()).isNotEmpty();
        eventually("both are members", PATIENCE, () -> FABRIC.state().members().size() == 2);
    }

    @AfterAll
    static void leave() {
        Bad.MEMBER.getLifecycleService().terminate();
        FABRIC.close();
        THREADS.close();
    }

    @Test
    void aForgedHeadFromTheFutureKeepsNobodyFromCommitting() {
        String source = "forged-head";
        assertThat(commit(source, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        SignedRecord forged = Records.forged(Records.next(STORE, source, inAYear(), Map.of("x", "evil")));
        cell(source, EncodedRecord.of(forged).bytes());
        assertThat(commit(source, Map.of("x", "2"))).isInstanceOf(CommitResult.Committed.class);
        assertThat(Records.active(STORE, source)).isEqualTo(Map.of("x", "2"));
        String wrong = ": signature: signature is wrong";
        eventually(
                "the first look at it is told, whoever had it",
                PATIENCE,
                () -> TOLD.contains("from head cell" + wrong)
                        || TOLD.contains("from head cell \"forged-head\"" + wrong)
                        || TOLD.contains("from " + HeadCells.NEWS + wrong));
    }

    @Test
    void aGenuineRevisionFromTheFutureKeepsNobodyFromCommitting() {
        String source = "future";
        assertThat(commit(source, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        cell(
                source,
                EncodedRecord.of(Records.next(STORE, source, inAYear(), Map.of("x", "future")))
                        .bytes());
        assertThat(commit(source, Map.of("x", "2"))).isInstanceOf(CommitResult.Committed.class);
        assertThat(Records.active(STORE, source)).isEqualTo(Map.of("x", "2"));
        assertThat(Records.head(STORE, source).orElseThrow().stamp().millis())
                .as("stamps of the honest stay sane")
                .isLessThan(TIME.millis() + 60_000);
    }

    @Test
    void aGenuineRecordOfAnotherSourceKeepsNobodyFromCommitting() {
        String source = "swapped";
        assertThat(commit(source, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        assertThat(commit("other", Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        cell(source, Records.head(STORE, "other").orElseThrow().record().bytes());
        assertThat(commit(source, Map.of("x", "2"))).isInstanceOf(CommitResult.Committed.class);
        assertThat(Records.active(STORE, source)).isEqualTo(Map.of("x", "2"));
        assertThat(Records.active(STORE, "other")).isEqualTo(Map.of("x", "1"));
    }

    @Test
    void aNameThatLeadsToNothingOrToAnotherRecordKeepsNobodyFromCommitting() {
        String source = "misnamed";
        assertThat(commit(source, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        EncodedRecord evil = EncodedRecord.of(Records.next(STORE, source, CLI.next(), Map.of("x", LARGE)));
        Bytes name = Bytes.wrap(LargeRecords.cell(evil));
        assertThat(name.size()).isEqualTo(LargeRecords.NAME_BYTES);
        cell(source, name);
        assertThat(commit(source, Map.of("x", "2"))).isInstanceOf(CommitResult.Committed.class);
        cell(source, name);
        Bad.MEMBER
                .<String, byte[]>getMap(MemberConfig.LARGE)
                .set(evil.id().hex(), Bytes.utf8("another").toArray());
        assertThat(commit(source, Map.of("x", "3"))).isInstanceOf(CommitResult.Committed.class);
        assertThat(Records.active(STORE, source)).isEqualTo(Map.of("x", "3"));
    }

    @Test
    void aLargeHeadWhoseWinnerCouldNotSpreadItIsTakenByWhoCommitsNext() {
        String source = "large";
        assertThat(commit(source, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        EncodedRecord won = EncodedRecord.of(Records.next(STORE, source, CLI.next(), Map.of("x", LARGE)));
        Optional<Revision> head = Records.head(STORE, source);
        SignedRecord late = Records.next(STORE, source, CLI.next(), Map.of("x", "2"));
        Bad.MEMBER
                .<String, byte[]>getMap(MemberConfig.LARGE)
                .set(won.id().hex(), won.bytes().toArray());
        cell(source, Bytes.wrap(LargeRecords.cell(won)));
        assertThat(commit(source, head, late)).isInstanceOf(CommitResult.Conflict.class);
        assertThat(Records.active(STORE, source)).isEqualTo(Map.of("x", LARGE));
        assertThat(commit(source, Map.of("x", "3"))).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void headsThatTheirWinnerCouldNotSpreadAreToldByTheCells() {
        // a comparison of all cells, some seconds apart from the next, may take one of them before it is told
        int told = 0;
        for (String source : List.of("unspread-1", "unspread-2", "unspread-3")) {
            assertThat(commit(source, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
            EncodedRecord won = EncodedRecord.of(Records.next(STORE, source, CLI.next(), Map.of("x", "2")));
            cell(source, won.bytes());
            String accepted = "accepted " + won + " from ";
            eventually(
                    "it is taken from the cell",
                    PATIENCE,
                    () -> TOLD.contains(accepted + "head cell") || TOLD.contains(accepted + HeadCells.NEWS));
            assertThat(Records.active(STORE, source)).isEqualTo(Map.of("x", "2"));
            told += TOLD.contains(accepted + HeadCells.NEWS) ? 1 : 0;
        }
        assertThat(told).as("told by the cell").isPositive();
    }

    @Test
    void whatItTellsByCellsOfNamesThatItInventsHasOneCarrier() {
        assertThat(commit("carrier", Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        EncodedRecord forged =
                EncodedRecord.of(Records.forged(Records.next(STORE, "carrier", CLI.next(), Map.of("x", "told"))));
        String invented = "invented ".repeat(1_000);
        cell(invented, forged.bytes());
        cell(invented, Bytes.utf8("no record at all"));
        String rejected = "from " + HeadCells.NEWS + ": malformed";
        eventually("the cell told it", PATIENCE, () -> TOLD.contains(rejected));
        assertThat(TOLD.contains("invented")).isFalse();
    }

    @Test
    void aLargeRecordThatItTakesAwayComesBack() {
        String source = "large-removed";
        assertThat(commit(source, Map.of("x", LARGE))).isInstanceOf(CommitResult.Committed.class);
        EncodedRecord head = Records.head(STORE, source).orElseThrow().record();
        Map<String, byte[]> large = Bad.MEMBER.getMap(MemberConfig.LARGE);
        assertThat(large).containsKey(head.id().hex());
        large.remove(head.id().hex());
        eventually(
                "it is there again", PATIENCE, () -> large.containsKey(head.id().hex()));
    }

    @Test
    void anOldHeadPutBackChangesNothing() {
        String source = "old-head";
        commit(source, Map.of("x", "1"));
        EncodedRecord old = Records.head(STORE, source).orElseThrow().record();
        commit(source, Map.of("x", "2"));
        cell(source, old.bytes());
        assertThat(Records.active(STORE, source)).isEqualTo(Map.of("x", "2"));
        assertThat(commit(source, Map.of("x", "3"))).isInstanceOf(CommitResult.Committed.class);
        assertThat(Records.active(STORE, source)).isEqualTo(Map.of("x", "3"));
    }

    @Test
    void whatIsNoRecordOrLiesUnderAWrongNameIsIgnoredAndTold() {
        String source = "noise";
        assertThat(commit(source, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        Map<String, byte[]> board = Bad.MEMBER.getReplicatedMap(MemberConfig.BOARD);
        board.put("not-a-hash", "GET / HTTP/1.1".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        EncodedRecord forged =
                EncodedRecord.of(Records.forged(Records.next(STORE, source, CLI.next(), Map.of("x", "evil"))));
        board.put(forged.id().hex(), forged.bytes().toArray());
        cell(source, Bytes.utf8("no record"));
        eventually("the forgery is told", PATIENCE, () -> TOLD.contains("signature is wrong"));
        eventually("the noise is told", PATIENCE, () -> TOLD.contains("from blackboard: malformed"));
        assertThat(Records.active(STORE, source)).isEqualTo(Map.of("x", "1"));
        assertThat(commit(source, Map.of("x", "2"))).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void whatItTakesFromTheBlackboardComesBack() {
        String source = "removed";
        assertThat(commit(source, Map.of("x", "1"))).isInstanceOf(CommitResult.Committed.class);
        String name = Records.head(STORE, source).orElseThrow().record().id().hex();
        Map<String, byte[]> board = Bad.MEMBER.getReplicatedMap(MemberConfig.BOARD);
        eventually("it is there", PATIENCE, () -> board.containsKey(name));
        board.remove(name);
        eventually("it is there again", PATIENCE, () -> board.containsKey(name));
    }

    @Test
    void healthOfAnotherNodeIsNotBelieved() {
        List<SignedRecord> heard = new CopyOnWriteArrayList<>();
        FABRIC.onHealth(heard::add);
        SignedRecord honest = Records.health(Records.node("c", "n1"), 1, 1, CLI.next(), "fit");
        publish(EncodedRecord.of(Records.forged(Records.health(Records.node("c", "n1"), 9, 9, CLI.next(), "ill"))));
        publish(EncodedRecord.of(honest));
        eventually("the honest one is heard", PATIENCE, () -> !heard.isEmpty());
        assertThat(heard).containsExactly(honest);
    }

    private static void publish(EncodedRecord health) {
        new HealthTopic(Bad.MEMBER).publish(health);
    }

    private static void cell(String source, Bytes bytes) {
        Bad.MEMBER.<String, byte[]>getMap(MemberConfig.HEADS).set(source, bytes.toArray());
    }

    private static Stamp inAYear() {
        return new Stamp(TIME.millis() + Duration.ofDays(365).toMillis(), 0, "cli");
    }

    private static CommitResult commit(String source, Map<String, String> documents) {
        return commit(source, Records.head(STORE, source), Records.next(STORE, source, CLI.next(), documents));
    }

    private static CommitResult commit(String source, Optional<Revision> head, SignedRecord next) {
        return FABRIC.commit(source, head.map(Revision::id), next)
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}

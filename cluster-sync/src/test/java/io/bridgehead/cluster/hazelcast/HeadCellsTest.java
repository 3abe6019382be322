package io.bridgehead.cluster.hazelcast;

import static io.bridgehead.cluster.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.intake.Candidate;
import io.bridgehead.cluster.intake.LocalSide;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestAuthority;
import io.bridgehead.cluster.testing.Told;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cells at a member that is alone, of nodes that each have a store of their own. */
class HeadCellsTest {
    private static final InstantSource TIME = InstantSource.system();
    private static final NodeInfo SELF = Records.node("a", "n1");
    private static final String SOURCE = "shop";
    private static final String LARGE = "large ".repeat(LargeRecords.CELL_BYTES_MAX / 4);
    private static final HybridClock CLI = new HybridClock(TIME, "cli");
    private static final FabricThreads THREADS = FabricThreads.create("cells");

    /** Started once, ended last. */
    private static final class One {
        private static final HazelcastInstance MEMBER = start();

        private static HazelcastInstance start() {
            try {
                return new TestCluster(1).member(SELF, new TestAuthority().member(SELF.spiffeId()), THREADS);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Node a = new Node();
    private final Node b = new Node();

    /** A node as its cells see it. */
    private static final class Node {
        private final Store store = MemoryStore.create(TIME);
        private final LocalSide side = new LocalSide(new FabricParts(
                SELF, store, Records.VERIFIER, new HybridClock(TIME, SELF.id()), Bounds.STANDARD, new Told(), TIME));
        private final AtomicInteger lookUps = new AtomicInteger();
        private final HeadCells cells = new HeadCells(counting(One.MEMBER, lookUps), side);

        private SignedRecord next(String text) {
            return Records.next(store, SOURCE, CLI.next(), Map.of("x", text));
        }

        private Candidate.Fit fit(SignedRecord next) {
            return (Candidate.Fit)
                    side.examine(SOURCE, Records.head(store, SOURCE).map(Revision::id), next);
        }

        private EncodedRecord commits(String text) {
            SignedRecord next = next(text);
            assertThat(cells.decide(SOURCE, fit(next))).isInstanceOf(CommitResult.Committed.class);
            return EncodedRecord.of(next);
        }
    }

    @BeforeAll
    static void join() {
        assertThat(One.MEMBER.getCluster().getMembers()).hasSize(1);
    }

    @AfterEach
    void clear() {
        heads().clear();
        large().clear();
    }

    @AfterAll
    static void leave() {
        One.MEMBER.getLifecycleService().terminate();
        THREADS.close();
    }

    @Test
    void aLargeHeadProtectsItsCellWhenItsTimeIsOver() {
        EncodedRecord first = a.commits("1");
        b.side.receive(first, "test");
        Candidate.Fit late = b.fit(b.next("late"));
        EncodedRecord won = a.commits(LARGE);
        large().setTtl(won.id().hex(), 1, TimeUnit.SECONDS);
        eventually("its time is over", () -> !large().containsKey(won.id().hex()));

        a.cells.learnAll();

        assertThat(large().get(won.id().hex())).isEqualTo(won.bytes().toArray());
        assertThat(b.cells.decide(SOURCE, late)).isInstanceOf(CommitResult.Conflict.class);
        assertThat(Records.active(b.store, SOURCE)).isEqualTo(Map.of("x", LARGE));
    }

    @Test
    void aLargeHeadIsRenewedBeforeItsTimeIsOver() {
        EncodedRecord won = a.commits(LARGE);
        large().setTtl(won.id().hex(), 100, TimeUnit.SECONDS);
        b.cells.learnAll();
        assertThat(Records.active(b.store, SOURCE)).isEqualTo(Map.of("x", LARGE));
        assertThat(large().getEntryView(won.id().hex()).getTtl()).isEqualTo(100_000);

        b.cells.learnAll();

        assertThat(large().getEntryView(won.id().hex()).getTtl()).isEqualTo(LargeRecords.KEPT_SECONDS * 1_000L);
    }

    @Test
    void theSameLargeRecordTriedAgainIsThereAgain() {
        EncodedRecord record = EncodedRecord.of(a.next(LARGE));
        LargeRecords records = new LargeRecords(One.MEMBER);
        records.keep(record);
        large().delete(record.id().hex());
        records.keep(record);
        assertThat(large().containsKey(record.id().hex())).isTrue();
    }

    @Test
    void ofNamesThatLeadNowhereSomeAreLookedUpAtATimeAndEachInItsTurn() {
        EncodedRecord own = a.commits(LARGE);
        Map<String, byte[]> invented = new HashMap<>();
        for (int i = 0; i < 2 * HeadCells.STRANGERS_MAX; i++) {
            EncodedRecord nowhere = EncodedRecord.of(Records.order("nowhere", Records.stamp(i + 1), LARGE));
            invented.put("invented-" + i, LargeRecords.cell(nowhere));
        }
        heads().putAll(invented);

        b.cells.learnAll();
        assertThat(b.lookUps).hasValue(HeadCells.STRANGERS_MAX);
        b.cells.learnAll();
        b.cells.learnAll();
        assertThat(b.lookUps.get()).isLessThanOrEqualTo(3 * HeadCells.STRANGERS_MAX);
        assertThat(Records.head(b.store, SOURCE).map(Revision::record)).contains(own);
        a.cells.learnAll();
        assertThat(a.lookUps).as("its own is renewed beside").hasValue(HeadCells.STRANGERS_MAX);
    }

    @Test
    void whatIsSupersededOrLostLiesThereNoMore() {
        EncodedRecord first = a.commits(LARGE + 1);
        b.side.receive(first, "test");
        SignedRecord late = b.next(LARGE + "late");
        Candidate.Fit loser = b.fit(late);

        EncodedRecord second = a.commits(LARGE + 2);
        eventually("the first is gone", () -> !large().containsKey(first.id().hex()));
        assertThat(b.cells.decide(SOURCE, loser)).isInstanceOf(CommitResult.Conflict.class);
        eventually(
                "the loser is gone",
                () -> !large().containsKey(EncodedRecord.of(late).id().hex()));
        assertThat(large().keySet()).containsExactly(second.id().hex());
        assertThat(heads().get(SOURCE)).isEqualTo(LargeRecords.cell(second));
    }

    private static IMap<String, byte[]> heads() {
        return One.MEMBER.getMap(MemberConfig.HEADS);
    }

    private static IMap<String, byte[]> large() {
        return One.MEMBER.getMap(MemberConfig.LARGE);
    }

    /** The member, whose map of large records counts what is asked of it. */
    private static HazelcastInstance counting(HazelcastInstance member, AtomicInteger lookUps) {
        return proxy(HazelcastInstance.class, member, (_, result) -> {
            boolean isLarge = result.orElse(null) instanceof IMap<?, ?> map
                    && map.getName().equals(MemberConfig.LARGE);
            return isLarge
                    ? proxy(IMap.class, (IMap<?, ?>) result.orElseThrow(), (called, value) -> {
                        lookUps.addAndGet(called.equals("get") ? 1 : 0);
                        return value.orElse(null);
                    })
                    : result.orElse(null);
        });
    }

    private static <T> T proxy(Class<T> type, T real, Watch watch) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, args) -> {
            try {
                return watch.seen(method.getName(), Optional.ofNullable(method.invoke(real, args)));
            } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        }));
    }

    /** What a proxy answers. */
    private interface Watch {
        @Nullable
        Object seen(String method, Optional<Object> result);
    }
}

package io.bridgehead.load.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.load.wan.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Nodes of the distribution with Hazelcast and tunnels between them, over a wide area, while links are cut and slowed and nodes stopped and
 * killed: nothing acknowledged is lost unsaid, revisions never go back, what was removed stays so, all nodes end alike, and requests
 * notice nothing that they need not. {@code -Dchaos.seed=} repeats a run as far as real machines can, {@code -Dchaos.minutes=} makes it longer, and
 * {@code -Dchaos.long=} so many seconds its long cuts.
 */
final class MembersThroughChaosIT {
    private static final long SEED = Long.getLong("chaos.seed", new Random().nextInt(1_000_000));
    private static final double MINUTES = Double.parseDouble(System.getProperty("chaos.minutes", "2"));
    /** Longer than the cluster waits for a heartbeat. */
    private static final Duration LONG = Duration.ofSeconds(Integer.getInteger("chaos.long", 30));

    private static final int SETTLED_MAX = 5;
    private static final Duration PASSED_ON = Duration.ofSeconds(10);

    /** Whom the nodes of a site miss when c is cut off. */
    private static final Map<String, List<String>> FAR_ALONE =
            Map.of("a", List.of("c"), "b", List.of("c"), "c", List.of("a", "b"));

    private static FiveNodes nodes;

    @BeforeAll
    static void start() throws IOException {
        nodes = FiveNodes.start();
    }

    @AfterAll
    static void stop() throws IOException {
        nodes.close();
    }

    /** What a test that failed has left does not disturb the next one. */
    @AfterEach
    void mend() {
        nodes.disturber().mendAll();
    }

    @Test
    void nothingAcknowledgedIsLostAndAllEndAlike() {
        chaos(SEED, MINUTES);
    }

    /**
     * Runs that failed, as long as they were; one that fails is added here. Of 202711 a node that had been stopped for 9 s refused requests to another
     * site when it went on, of 41127 not all nodes were alike 10 s after the last heal, on a busy machine.
     */
    @ParameterizedTest(name = "-Dchaos.seed={0} -Dchaos.minutes={1}")
    @CsvSource({"202711, 2", "41127, 2"})
    void whatFailedOnceHolds(long seed, double minutes) {
        chaos(seed, minutes);
    }

    private static void chaos(long seed, double minutes) {
        System.out.printf("-Dchaos.seed=%d -Dchaos.minutes=%s%n", seed, minutes);
        int before = nodes.chronicle().acknowledged();
        Random seeds = new Random(seed);
        long end = System.nanoTime() + (long) (TimeUnit.MINUTES.toNanos(1) * minutes);
        List<SourceWriter> writers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (String source : List.of("team-a", "team-b", "team-c")) {
            SourceWriter writer = nodes.writer(source, new Random(seeds.nextLong()));
            writers.add(writer);
            threads.add(Thread.ofPlatform().name(source).start(() -> writer.writeUntil(end, nodes.members())));
        }
        OrderGiver orders = nodes.orders(new Random(seeds.nextLong()));
        threads.add(Thread.ofPlatform().name("orders").start(() -> orders.orderUntil(end, nodes.members())));
        nodes.disturber().disturbUntil(end, new Random(seeds.nextLong()), nodes.node("a-1"));
        List<String> problems = nodes.healed("chaos of seed " + seed, threads.toArray(Thread[]::new));
        System.out.printf(
                "  disturbed %s; answers to changes %s; %d acknowledged, %d orders taken, %d looks at what is served%n",
                nodes.disturber(),
                writers,
                nodes.chronicle().acknowledged() - before,
                orders.taken(),
                nodes.chronicle().looks());
        assertThat(problems).as("-Dchaos.seed=%s -Dchaos.minutes=%s", seed, minutes).isEmpty();
        assertThat(nodes.chronicle().acknowledged() - before).as("acknowledged").isGreaterThan(5);
    }

    @Test
    void ofTwoSidesTheNewerStampWinsAndTheOtherIsShown() {
        try (Split split = new Split(nodes, "two-way", FAR_ALONE)) {
            bothSidesOfACut(split, List.of("a<>c", "b<>c"), Duration.ZERO, 1);
        }
    }

    /** Only what the far side sends is lost; both sides miss each other. Requests stay on their side, and what only the other side has is refused. */
    @Test
    void aSideThatIsOnlyNotHeardEndsTheSameWay() {
        try (Split split = new Split(nodes, "one-way", FAR_ALONE)) {
            split.route("a-1", "c", "b");
            split.route("c-1", "a", "c");
            split.route("b-1", "c");
            split.route("c-1", "b");
            bothSidesOfACut(split, List.of("c>a", "c>b"), Duration.ZERO, 1, "a-1", "b-2", "c-1");
        }
    }

    /** Longer than the cluster waits for a heartbeat, and with more changes than one. */
    @Test
    void afterALongSplitWhatLostIsShownEverywhere() {
        try (Split split = new Split(nodes, "long", FAR_ALONE)) {
            bothSidesOfACut(split, List.of("a<>c", "b<>c"), LONG, 6);
        }
    }

    /**
     * Both sides change the source: the far one removes a document. What was removed before the cut stays so as well.
     *
     * @param asked the nodes that are asked whom they miss; where there are none nobody waits until they do
     */
    private static void bothSidesOfACut(Split split, List<String> ways, Duration before, int changes, String... asked) {
        SourceWriter writer = nodes.writer("split-" + split.name(), new Random(SEED));
        Member near = nodes.node("a-1");
        Member far = nodes.node("c-1");
        change(writer, near, 0, 1, 2);
        remove(writer, near, 2);
        nodes.awaitAlike();
        long cut = System.nanoTime();
        split.cut(ways);
        Watch.during(before);
        Change ours = change(writer, near, 0);
        double oursAfter = (System.nanoTime() - cut) / 1e9;
        Change theirs = remove(writer, far, 1);
        System.out.printf(
                "%s: acknowledged %.1f s after the cut on the one side, %.1f s on the other%n",
                split.name(), oursAfter, (System.nanoTime() - cut) / 1e9);
        for (int i = 1; i < changes; i++) {
            ours = change(writer, near, 0);
            theirs = change(writer, far, 3);
        }
        if (asked.length > 0) {
            assertThat(split.missed(asked)).isEmpty();
        }
        assertThat(split.mended()).isEmpty();

        Picture all = nodes.awaitAlike();
        assertThat(all.heads()).containsEntry(writer.source(), theirs.revision());
        assertThat(all.services()).doesNotContain(writer.source() + "-1", writer.source() + "-2");
        if (nodes.chronicle().descends(theirs, ours)) {
            System.out.println("  one side heard of the other's change and continued it");
        } else {
            assertThat(all.lost().get(writer.source())).contains(ours.revision());
        }
        settle(writer);
    }

    /** One change answers one that lost; beside what was acknowledged there may be more. */
    private static void settle(SourceWriter writer) {
        for (int i = 0; i < SETTLED_MAX; i++) {
            Change answer = nodes.apply(writer, nodes.node("b-1"), _ -> writer.put(4, true));
            Picture settled = nodes.awaitAlike();
            assertThat(settled.heads()).containsEntry(writer.source(), answer.revision());
            if (Objects.requireNonNull(settled.lost().get(writer.source())).isEmpty()) {
                return;
            }
        }
        assertThat(nodes.awaitAlike().lost().get(writer.source())).isEmpty();
    }

    @Test
    void whoeverSeesBothSidesPassesItOn() {
        SourceWriter writer = nodes.writer("split-partial", new Random(SEED));
        change(writer, nodes.node("a-1"), 0);
        nodes.awaitAlike();
        try (Split split = new Split(nodes, "partial", Map.of("b", List.of("c"), "c", List.of("b")))) {
            split.route("b-1", "c", "a");
            split.route("c-1", "b", "a");
            split.route("b-1", "c");
            long held = System.nanoTime() + LONG.toNanos();
            split.cut(List.of("b<>c"));
            passesOn(writer, nodes.node("b-1"), nodes.node("c-1"));
            passesOn(writer, nodes.node("c-1"), nodes.node("b-2"));
            List<String> wrong = split.missed("a-1", "b-1", "c-1");
            wrong.addAll(split.tunnels("b-1", "c"));
            assertThat(wrong).isEmpty();
            Watch.during(Duration.ofNanos(held - System.nanoTime()));
            passesOn(writer, nodes.node("c-1"), nodes.node("b-1"));
            passesOn(writer, nodes.node("b-2"), nodes.node("c-1"));
            assertThat(split.mended()).isEmpty();
        }
        assertThat(nodes.awaitAlike().lost().get(writer.source())).isEmpty();
    }

    private static void passesOn(SourceWriter writer, Member from, Member to) {
        long begin = System.nanoTime();
        RevisionId revision = change(writer, from, 0).revision();
        double acknowledged = (System.nanoTime() - begin) / 1e9;
        Watch.until(
                revision + " of " + from.name() + " is at " + to.name(),
                PASSED_ON,
                () -> nodes.head(to, writer.source()).filter(revision::equals).isPresent(),
                () -> String.valueOf(nodes.head(to, writer.source())));
        System.out.printf(
                "partial: acknowledged at %s after %.1f s, at %s after %.1f s%n",
                from.name(), acknowledged, to.name(), (System.nanoTime() - begin) / 1e9);
    }

    /** Short cuts are ridden out, and nobody is missed. A cut that stays is noticed soon all the same. */
    @Test
    void aFlappingWayLosesNothing() {
        SourceWriter writer = nodes.writer("split-flapping", new Random(SEED));
        try (Split split = new Split(nodes, "flapping", Map.of())) {
            Route route = split.route("a-1", "c", "b");
            split.flaps();
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            Thread writing = Thread.ofPlatform()
                    .name("flapping")
                    .start(() -> writer.writeUntil(end, List.of(nodes.node("a-1"), nodes.node("c-1"))));
            while (System.nanoTime() < end) {
                nodes.disturber().flap("a<>c", 2, 200);
                nodes.disturber().flap("b<>c", 2, 200);
            }
            System.out.println("  cuts of 0.2 s: " + route);
            assertThat(route.wronged()).isEmpty();
            route.flapped();
            long cut = System.nanoTime();
            nodes.disturber().cut(List.of("a<>c"));
            route.left(cut);
            nodes.awaitDead("a-1", "c-1");
            assertThat(split.mended(writing)).isEmpty();
        }
        System.out.println("  answers to changes " + writer);
    }

    /** A site that was out of reach has to stay for its hold-down before it gets anything, however often the way comes back meanwhile. */
    @Test
    void aSiteThatComesAndGoesIsLeftAlone() {
        try (Split split = new Split(nodes, "coming-and-going", Map.of())) {
            Route route = split.route("a-1", "c", "b");
            split.flaps();
            long cut = System.nanoTime();
            nodes.disturber().flap("a<>c", 1, 2_500);
            route.left(cut);
            nodes.disturber().flap("a<>c", 2, 2_500);
            nodes.disturber().cut(List.of("a<>c"));
            Watch.during(Duration.ofMillis(2_500));
            assertThat(split.mended()).isEmpty();
        }
    }

    /** From its first answer on, a node that starts anew refuses no request to a service that is well. */
    @Test
    void aNodeThatStartsAnewRefusesNothing() {
        nodes.disturber().kill(nodes.node("a-2"), 0);
        assertThat(nodes.healed("restart of a-2")).isEmpty();
        nodes.disturber().kill(nodes.node("b-1"), 0);
        assertThat(nodes.healed("restart of b-1")).isEmpty();
        SourceWriter writer = nodes.writer("restarted", new Random(SEED));
        for (Member member : nodes.members()) {
            long begin = System.nanoTime();
            change(writer, member, 0);
            double acknowledged = (System.nanoTime() - begin) / 1e9;
            nodes.awaitAlike();
            System.out.printf(
                    "  a change at %s: acknowledged after %.1f s, everywhere after %.1f s%n",
                    member.name(), acknowledged, (System.nanoTime() - begin) / 1e9);
        }
    }

    private static Change change(SourceWriter writer, Member at, int... documents) {
        return nodes.apply(writer, at, _ -> {
            TreeMap<String, String> texts = new TreeMap<>();
            for (int document : documents) {
                texts.put(writer.document(document), writer.text(document));
            }
            return new SourceWriter.Step(texts, new TreeSet<>(), false);
        });
    }

    /** Not again where it was removed by a try that nobody acknowledged. */
    private static Change remove(SourceWriter writer, Member at, int document) {
        return nodes.apply(writer, at, base -> {
            TreeSet<String> removed = new TreeSet<>(List.of(writer.document(document)));
            removed.retainAll(base.hashes().keySet());
            return new SourceWriter.Step(new TreeMap<>(), removed, false);
        });
    }
}

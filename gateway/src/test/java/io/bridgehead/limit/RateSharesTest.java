package io.bridgehead.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bridgehead.model.Caller;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nodes, requests and messages in a time of their own: what all nodes together let through, against what one bucket would. */
final class RateSharesTest {
    private static final ServiceName SERVICE = new ServiceName("shop");
    private static final long MILLI = 1_000_000L;
    private static final int RATE = 200;
    private static final int BURST = 100;
    private static final Caller CALLER = new Caller(
            SpiffeId.parse("spiffe://corp.example/app/one"), Caller.Proof.CERTIFICATE, new SiteName("s0"), "192.0.2.1");

    private static RateLimit limit(RateKey by) {
        return new RateLimit("all", RATE, Duration.ofSeconds(1), BURST, by, RateMatch.ANY, true);
    }

    /** One node; its turn comes at a time of its own. */
    private static final class Node {
        private final NodeName name;
        private final SiteName site;
        private final RateShares shares;
        private final RateLimiter limiter;
        private final long offset;

        Node(int index, int sites, int nodes, RateKey by, Random random) {
            name = new NodeName("n" + index);
            site = new SiteName("s" + index % sites);
            shares = new RateShares(name, site);
            // each knows how many there are, as after its first turn
            limiter = new RateLimiter(limit(by), 1.0 / nodes, 0);
            offset = random.nextInt((int) RateShares.TURN_MILLIS);
        }
    }

    private record Message(long at, int to, int from, RateWants wants) {}

    /** The fabric; a millisecond at a time. */
    @OwnedBy(Owner.CONFINED)
    private static final class World {
        private final Random random;
        private final List<Node> nodes = new ArrayList<>();
        private final PriorityQueue<Message> underWay = new PriorityQueue<>(Comparator.comparingLong(Message::at));
        private final double[] debts;
        private final int[] passed;
        private int loss;
        private int delayMax = 900;
        private int told;
        /** Which node tells all others what is not so; -1 for none. */
        private int lying = -1;

        private LongFunction<RateWants> lies = _ -> RateWants.NONE;

        private RateWants.@Nullable Bucket named;
        private long millis;
        /** How far the requests let through are ahead of the rate; the least of it so far, and the most above that. */
        private double ahead;

        private double least;
        private double burstSeen;
        private BiPredicate<Integer, Integer> connected = (_, _) -> true;
        private IntToDoubleFunction load = _ -> 0;

        World(int count, int sites, RateKey by, long seed) {
            random = new Random(seed);
            for (int i = 0; i < count; i++) {
                nodes.add(new Node(i, sites, count, by, random));
            }
            debts = new double[count];
            passed = new int[count];
        }

        World lossy(int percent) {
            loss = percent;
            return this;
        }

        /** @param requests a second at each node */
        World under(IntToDoubleFunction requests) {
            load = requests;
            return this;
        }

        /** @param what is said, by the digest of the limit */
        World flooded(int by, LongFunction<RateWants> what) {
            lying = by;
            lies = what;
            return this;
        }

        World split(BiPredicate<Integer, Integer> stillConnected) {
            connected = stillConnected;
            return this;
        }

        World run(int seconds) {
            for (long end = millis + seconds * 1000L; millis < end; millis++) {
                tick();
            }
            return this;
        }

        private void tick() {
            long now = millis * MILLI;
            while (!underWay.isEmpty() && underWay.peek().at <= millis) {
                Message message = underWay.remove();
                nodes.get(message.to).shares.heard(nodes.get(message.from).name, message.wants, now);
            }
            ahead -= RATE / 1000.0;
            least = Math.min(least, ahead);
            for (int i = 0; i < nodes.size(); i++) {
                if (millis % RateShares.TURN_MILLIS == nodes.get(i).offset) {
                    turn(i, now);
                }
                if (millis % 1000 == 999) {
                    nodes.get(i).limiter.tidy(now);
                }
                debts[i] += load.applyAsDouble(i) / 1000;
                for (; debts[i] >= 1; debts[i]--) {
                    if (nodes.get(i).limiter.take(CALLER, null, now) == 0) {
                        passed[i]++;
                        ahead++;
                    }
                }
            }
            burstSeen = Math.max(burstSeen, ahead - least);
        }

        private void turn(int index, long now) {
            Node node = nodes.get(index);
            Map<NodeName, SiteName> others = new HashMap<>();
            nodes.stream().filter(other -> other != node).forEach(other -> others.put(other.name, other.site));
            RateWants wants = node.shares.turn(Map.of(SERVICE, List.of(node.limiter)), others, now);
            if (index == lying) {
                wants = lies.apply(Objects.requireNonNull(named).limit());
            }
            if (wants.wants().isEmpty()) {
                return;
            }
            told++;
            named = wants.wants().keySet().iterator().next();
            send(index, wants);
        }

        private void send(int index, RateWants wants) {
            for (int to = 0; to < nodes.size(); to++) {
                if (to != index && connected.test(index, to) && random.nextInt(100) >= loss) {
                    underWay.add(new Message(millis + random.nextInt(delayMax), to, index, wants));
                }
            }
        }

        int[] passedIn(int seconds) {
            java.util.Arrays.fill(passed, 0);
            run(seconds);
            return passed.clone();
        }

        /** In no stretch of time did more come through than the burst and the rate, but for one more at each node, whose bucket holds one at least. */
        void keptToTheRate() {
            assertThat(burstSeen).isLessThanOrEqualTo(BURST + 2.0 * nodes.size());
        }
    }

    private static World world(int nodes, int sites, long seed) {
        return new World(nodes, sites, new RateKey.All(), seed);
    }

    private static int sum(int[] all) {
        return java.util.Arrays.stream(all).sum();
    }

    @Test
    void nothingIsSaidWhileNobodyWantsMoreThanItsPart() {
        World world = world(4, 2, 1).under(_ -> 20).run(30);
        assertThat(world.told).isZero();
        assertThat(world.nodes.getFirst().shares.equal()).isEqualTo(0.25);
    }

    @Test
    void oneThatIsBusyGetsWhatTheOthersLeave() {
        World world = world(4, 2, 2).under(i -> i == 0 ? 1000 : 0).run(10);
        assertThat(world.passedIn(10)[0]).isBetween((int) (RATE * 10 * 0.75), RATE * 10);
        world.under(i -> i == 0 ? 1000 : 2).run(10);
        assertThat(sum(world.passedIn(10))).isBetween((int) (RATE * 10 * 0.75), RATE * 10 + BURST);
        world.keptToTheRate();
        world.under(_ -> 0).run(20);
        int before = world.told;
        world.run(30);
        assertThat(world.told).as("and then it is quiet again").isEqualTo(before);
    }

    @Test
    void allThatAreBusyGetEqualPartsAndTheWholeIsUsed() {
        int[] passed = world(3, 3, 3).under(_ -> 500).run(10).passedIn(10);
        for (int each : passed) {
            assertThat(each).isCloseTo(RATE * 10 / 3, within(RATE));
        }
        assertThat(sum(passed)).isBetween(RATE * 9, RATE * 10 + BURST);
    }

    @Test
    void loadThatMovesAboutNeverGetsMoreThanOneBucketWouldGive() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int nodes = 2 + random.nextInt(4);
            World world = world(nodes, 1 + random.nextInt(nodes), seed).lossy(random.nextInt(60));
            double[] loads = new double[nodes];
            world.under(i -> loads[i]);
            for (int turn = 0; turn < 15; turn++) {
                for (int i = 0; i < nodes; i++) {
                    loads[i] = random.nextInt(3) == 0 ? 0 : random.nextInt(1000);
                }
                world.run(1 + random.nextInt(6));
            }
            world.keptToTheRate();
        }
    }

    @Test
    void aSplitLeavesEachSideItsPartAndNoMore() {
        World world = world(4, 2, 5).under(i -> i % 2 == 0 ? 1000 : 0).run(10);
        world.split((from, to) -> from % 2 == to % 2).under(_ -> 1000);
        world.run(5);
        int[] passed = world.passedIn(20);
        assertThat(passed[0] + passed[2]).isCloseTo(RATE * 10, within(RATE));
        assertThat(passed[1] + passed[3]).isCloseTo(RATE * 10, within(RATE));
        world.keptToTheRate();
        world.split((_, _) -> true).run(20);
        world.keptToTheRate();
    }

    @Test
    void eachKeyIsDealtByItself() {
        World world = new World(3, 3, new RateKey.Identity(), 6)
                .under(i -> i == 1 ? 1000 : 1)
                .run(10);
        assertThat(world.passedIn(10)[1]).isBetween((int) (RATE * 10 * 0.75), RATE * 10);
        world.under(i -> i == 2 ? 1000 : 1).run(30);
        assertThat(world.passedIn(10)[2]).isBetween((int) (RATE * 10 * 0.75), RATE * 10);
        world.keptToTheRate();
        assertThat(world.nodes.get(1).limiter.part()).as("of other keys").isCloseTo(1.0 / 3, within(0.01));
    }

    @Test
    void oneThatNamesEverNewBucketsTakesNoRoomFromOthers() {
        Random keys = new Random(1);
        World world = beside(limit -> lies(limit, keys));
        world.keptToTheRate();
        world.flooded(-1, _ -> RateWants.NONE).run(10);
        assertThat(world.nodes.getFirst().shares.deals())
                .as("what is said no more is given up")
                .isLessThan(10);
        assertThat(world.passedIn(5)[1]).isBetween((int) (RATE * 5 * 0.75), RATE * 5);
    }

    /** One of 16 nodes is busy, and has what 14 leave, while the last one tells lies to all at every turn. */
    private static World beside(LongFunction<RateWants> lies) {
        World world = new World(16, 4, new RateKey.Identity(), 7)
                .under(i -> i == 1 ? 1000 : 0)
                .run(5)
                .flooded(15, lies)
                .run(5);
        assertThat(world.passedIn(5)[1])
                .as("a third and more; a part is kept for the one that does not say what it wants of this bucket")
                .isBetween(RATE * 5 / 3, RATE * 5 / 2 + BURST);
        for (Node node : world.nodes.subList(0, 15)) {
            assertThat(node.shares.deals()).isBetween(1, 2 * RateShares.wantsMax(16) + 8);
        }
        return world;
    }

    @Test
    void noMoreOfAMessageIsHeardThanItMayHave() {
        RateShares shares = new RateShares(new NodeName("n0"), new SiteName("s0"));
        RateLimiter limiter = new RateLimiter(limit(new RateKey.Identity()), 1.0 / 50, 0);
        Map<NodeName, SiteName> others = new HashMap<>();
        for (int i = 1; i < 50; i++) {
            others.put(new NodeName("n" + i), new SiteName("s" + i % 5));
        }
        shares.turn(Map.of(SERVICE, List.of(limiter)), others, 0);
        long limit = RateShares.digest(SERVICE + "/all: " + limiter.limit().shown() + RateMatch.ANY.shown());
        shares.heard(new NodeName("n1"), lies(limit, new Random(1)), MILLI);
        assertThat(shares.deals()).isEqualTo(40);
        assertThat(shares.turn(Map.of(SERVICE, List.of(limiter)), others, 2 * MILLI)
                        .wants())
                .hasSize(40);
    }

    private static RateWants lies(long limit, Random random) {
        Map<RateWants.Bucket, RateWants.Want> wants = new HashMap<>();
        for (int i = 0; i < RateWants.WANTS_MAX; i++) {
            wants.put(new RateWants.Bucket(limit, random.nextLong()), new RateWants.Want(1, true));
        }
        return new RateWants(wants);
    }

    @Test
    void messagesAreTheShorterTheMoreNodesTalk() {
        assertThat(List.of(1, 8, 50, 128, 1024).stream().map(RateShares::wantsMax))
                .containsExactly(256, 256, 40, 16, 16);
        RateShares shares = new RateShares(new NodeName("n0"), new SiteName("s0"));
        RateLimiter limiter = new RateLimiter(limit(new RateKey.Identity()), 1.0 / 50, 0);
        Map<NodeName, SiteName> others = new HashMap<>();
        for (int i = 1; i < 50; i++) {
            others.put(new NodeName("n" + i), new SiteName("s" + i % 5));
        }
        Map<ServiceName, List<RateLimiter>> all = Map.of(SERVICE, List.of(limiter));
        shares.turn(all, others, 0);
        for (int i = 0; i < 300 * 100; i++) {
            SpiffeId id = SpiffeId.parse("spiffe://corp.example/app/n" + i % 300);
            limiter.take(new Caller(id, Caller.Proof.CERTIFICATE, new SiteName("s0"), "192.0.2.1"), null, i);
        }
        assertThat(shares.turn(all, others, RateShares.TURN_MILLIS * MILLI).wants())
                .hasSize(40);
    }
}

package io.bridgehead.limit;

import io.bridgehead.limit.RateWants.Bucket;
import io.bridgehead.limit.RateWants.Want;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * This node's part of each rate limit of the fabric, dealt by what all nodes say that they want.
 *
 * <p><b>Rules</b>. While no node wants more than its equal part nobody says anything, and each has that. A node that wants more says so, then every
 * node says what it wants, once in {@link #TURN_MILLIS}; who wants less gives the rest away ({@link RateDeal}). A node reckons for itself
 * with the least that it has said in the last {@link #HELD}, and for each other with the most that it has heard from it in that time: everything, if
 * it has not heard from it for {@link #FRESH} at any time of it.
 *
 * <p><b>What must hold</b>. Let v be the least that each node has said in the last {@code HELD}. No node takes more than its part of v: it reckons
 * with its own v exactly; and what it has heard of another within {@code FRESH}, and not longer under way than {@code HELD} - {@code FRESH} less a turn,
 * that one said within {@code HELD}, so it is no less than its v. As a part does not rise when others want more, all parts together are no more than those
 * of v, which are the whole. This needs no clock in common, no order of messages, and none to arrive; a split only makes each side reckon
 * that the other wants everything. It does need all to know of each other: who is not known any more has no part.
 *
 * <p><b>Limits</b>. A message has at most {@link #wantsMax} wants, so that a node hears no more than {@value #WANTS_HEARD} in a turn, however many nodes
 * there are up to 128. Of each node, this one too, twice that many buckets are dealt by need at once. Of a bucket for which
 * there is no room this node says nothing and takes its equal part, as if it wanted everything, which is what others reckon then: no bound suffers.
 */
@OwnedBy(Owner.CONTROL)
public final class RateShares {
    public static final long TURN_MILLIS = 500;
    static final long FRESH = TimeUnit.MILLISECONDS.toNanos(1500);
    static final long HELD = TimeUnit.MILLISECONDS.toNanos(3000);
    /** Of its equal part a node asks for more from here on. */
    private static final double BUSY = 0.75;

    private static final int NODES_MAX = 1024;
    private static final int WANTS_HEARD = 2048;
    private static final int WANTS_LEAST = 16;
    private static final Want NOTHING_WANTED = new Want(0, false);

    /** The same order at every turn while wants stay as they are, so that what is said is said again. */
    private static final Comparator<Map.Entry<Bucket, Want>> MOST_WANTED = Comparator.comparing(
                    (Map.Entry<Bucket, Want> one) -> one.getValue().busy())
            .thenComparingDouble(one -> one.getValue().part())
            .thenComparingLong(one -> one.getKey().limit())
            .thenComparingLong(one -> one.getKey().key())
            .reversed();

    private final NodeName self;
    private final SiteName site;
    private final Map<NodeName, Peer> peers = new HashMap<>();
    private final Map<Bucket, Deal> deals = new HashMap<>();
    private final Map<NodeName, Integer> begun = new HashMap<>();
    private Map<Long, RateLimiter> limits = Map.of();
    private int nodes = 1;
    private double equal = 1;

    public RateShares(NodeName self, SiteName site) {
        this.self = self;
        this.site = site;
    }

    /** What another node has said last. */
    private record Peer(long atNanos, Map<Bucket, Want> wants) {}

    /** One bucket that is not dealt in equal parts now, or was not until lately. */
    private static final class Deal {
        private final RateLimiter limiter;
        private final RateBucket bucket;
        /** Who was first to say something of it. */
        private final NodeName beginner;

        private final RateHistory own = new RateHistory();
        /** Of those who have said something of it lately. */
        private final Map<NodeName, RateHistory> others = new HashMap<>();

        Deal(RateLimiter limiter, RateBucket bucket, NodeName beginner) {
            this.limiter = limiter;
            this.bucket = bucket;
            this.beginner = beginner;
        }

        void said(NodeName node, double part, long nowNanos) {
            others.computeIfAbsent(node, _ -> new RateHistory()).say(nowNanos, part);
        }

        void saidNothing(NodeName node, long nowNanos) {
            RateHistory history = others.get(node);
            if (history != null) {
                history.say(nowNanos, RateHistory.UNSAID);
            }
        }

        double most(NodeName node, long sinceNanos) {
            RateHistory history = others.get(node);
            if (history != null && history.isSilent(sinceNanos)) {
                others.remove(node);
                return RateHistory.UNSAID;
            }
            return history == null ? RateHistory.UNSAID : history.most(sinceNanos);
        }

        boolean isOver(long sinceNanos) {
            return own.isSilent(sinceNanos)
                    && others.values().stream().allMatch(history -> history.isSilent(sinceNanos));
        }
    }

    /** The part of a limit that this node has when nobody says anything, above 0 and at most 1. */
    public double equal() {
        return equal;
    }

    /** Another node has said what it wants. */
    public void heard(NodeName node, RateWants wants, long nowNanos) {
        if (node.equals(self) || (peers.size() >= NODES_MAX && !peers.containsKey(node))) {
            return;
        }
        Map<Bucket, Want> heard = most(wants.wants(), wantsMax(nodes));
        peers.put(node, new Peer(nowNanos, heard));
        heard.forEach((bucket, want) -> {
            // an answer to what has no room here takes none of the room of who answers
            Deal deal = want.busy() ? deal(node, bucket, nowNanos) : deals.get(bucket);
            if (deal != null) {
                deal.said(node, want.part(), nowNanos);
            }
        });
        deals.forEach((bucket, deal) -> {
            if (!heard.containsKey(bucket)) {
                deal.saidNothing(node, nowNanos);
            }
        });
    }

    /** No more wants of a message than it may have; what is left out counts as not said. */
    private static Map<Bucket, Want> most(Map<Bucket, Want> wants, int max) {
        if (wants.size() <= max) {
            return wants;
        }
        Map<Bucket, Want> most = new HashMap<>();
        wants.entrySet().stream().sorted(MOST_WANTED).limit(max).forEach(one -> most.put(one.getKey(), one.getValue()));
        return most;
    }

    /** How many wants a message of one of so many nodes has at most. */
    static int wantsMax(int nodes) {
        return Math.clamp(WANTS_HEARD / nodes, WANTS_LEAST, RateWants.WANTS_MAX);
    }

    /** How many buckets are dealt by need now, or were until lately. */
    int deals() {
        return deals.size();
    }

    /** What a bucket is dealt by, and is from now on if a node wants it; null where there is no such limit, or that node has begun enough. */
    private @Nullable Deal deal(NodeName beginner, Bucket bucket, long nowNanos) {
        Deal known = deals.get(bucket);
        RateLimiter limiter = limits.get(bucket.limit());
        int before = begun.getOrDefault(beginner, 0);
        if (known != null || limiter == null || before >= 2 * wantsMax(nodes)) {
            return known;
        }
        begun.put(beginner, before + 1);
        Deal made = new Deal(limiter, limiter.dealt(bucket.key(), nowNanos), beginner);
        // with a part of its own it is not given up before the first turn
        limiter.deal(made.bucket, equal, nowNanos);
        deals.put(bucket, made);
        return made;
    }

    /**
     * Measures what is asked for, and takes the parts that hold from now on; every {@link #TURN_MILLIS}.
     *
     * @param all the limits of each service
     * @param others the nodes that take part beside this one, and their sites
     * @return what to tell them; nothing while nobody wants more than its equal part
     */
    public RateWants turn(Map<ServiceName, List<RateLimiter>> all, Map<NodeName, SiteName> others, long nowNanos) {
        List<RateDeal.Want> parties = new ArrayList<>();
        parties.add(new RateDeal.Want(site, RateHistory.UNSAID));
        List<NodeName> known = new ArrayList<>();
        others.forEach((node, at) -> {
            known.add(node);
            parties.add(new RateDeal.Want(at, RateHistory.UNSAID));
        });
        nodes = parties.size();
        equal = RateDeal.equal(parties, 0);
        take(all, nowNanos);
        peers.keySet().retainAll(others.keySet());
        Map<Bucket, Want> asked = asked(nowNanos);
        say(asked, nowNanos);
        deals.entrySet().removeIf(entry -> ended(entry.getValue(), nowNanos));
        begun.clear();
        deals.values().forEach(one -> {
            begun.merge(one.beginner, 1, Integer::sum);
            deal(one, known, parties, nowNanos);
        });
        return new RateWants(asked);
    }

    private void take(Map<ServiceName, List<RateLimiter>> all, long nowNanos) {
        Map<Long, RateLimiter> now = new HashMap<>();
        all.forEach((service, limiters) -> limiters.stream()
                .filter(limiter -> limiter.limit().fabric())
                .forEach(limiter -> now.put(digest(name(service, limiter.limit())), limiter)));
        limits = now;
        deals.keySet().removeIf(bucket -> !now.containsKey(bucket.limit()));
        now.values().forEach(limiter -> limiter.equal(equal, nowNanos));
    }

    /** The same on every node, whatever the order of sets; a limit that was changed is another one. */
    private static String name(ServiceName service, RateLimit limit) {
        return service + "/" + limit.name() + ": " + limit.shown()
                + limit.match().shown();
    }

    /** What requests ask for here, of the buckets that somebody wants more of: first of those that this node itself wants more of. */
    private Map<Bucket, Want> asked(long nowNanos) {
        Set<Bucket> elsewhere = wantedElsewhere(nowNanos);
        List<Map.Entry<Bucket, Want>> busyHere = new ArrayList<>();
        Map<Bucket, Want> little = new HashMap<>();
        limits.forEach((id, limiter) -> limiter.measure(nowNanos, (key, part) -> {
            Bucket bucket = new Bucket(id, key);
            if (part > BUSY * equal) {
                busyHere.add(Map.entry(bucket, new Want(part, true)));
            } else if (elsewhere.contains(bucket)) {
                little.put(bucket, new Want(part, false));
            }
        }));
        busyHere.sort(MOST_WANTED);
        int max = wantsMax(nodes);
        Map<Bucket, Want> most = new HashMap<>();
        for (int i = 0; i < busyHere.size() && i < max; i++) {
            most.put(busyHere.get(i).getKey(), busyHere.get(i).getValue());
        }
        for (Bucket bucket : elsewhere) {
            if (most.size() >= max) {
                break;
            }
            most.putIfAbsent(bucket, little.getOrDefault(bucket, NOTHING_WANTED));
        }
        return most;
    }

    /**
     * The buckets that others want more of and that are dealt here, one of each node after the other, so that no node takes the room of others
     * for answers, however many it names. What it names beyond its part of the deals gets no answer.
     */
    private Set<Bucket> wantedElsewhere(long nowNanos) {
        List<Iterator<Bucket>> wanted = new ArrayList<>();
        peers.values().forEach(peer -> {
            if (isFresh(peer, nowNanos)) {
                wanted.add(peer.wants().entrySet().stream()
                        .filter(one -> one.getValue().busy() && deals.containsKey(one.getKey()))
                        .sorted(MOST_WANTED)
                        .map(Map.Entry::getKey)
                        .iterator());
            }
        });
        Set<Bucket> inTurn = new LinkedHashSet<>();
        while (!wanted.isEmpty()) {
            wanted.removeIf(buckets -> !buckets.hasNext());
            wanted.forEach(buckets -> inTurn.add(buckets.next()));
        }
        return inTurn;
    }

    /** Notes what is said, and leaves out what this node has no room to deal by. */
    private void say(Map<Bucket, Want> asked, long nowNanos) {
        asked.entrySet().removeIf(entry -> {
            Deal deal = deal(self, entry.getKey(), nowNanos);
            if (deal != null) {
                deal.own.say(nowNanos, entry.getValue().part());
            }
            return deal == null;
        });
        deals.forEach((bucket, deal) -> {
            if (!asked.containsKey(bucket)) {
                deal.own.say(nowNanos, RateHistory.UNSAID);
            }
            deal.others.forEach((node, history) -> {
                Peer peer = peers.get(node);
                if (peer == null || !isFresh(peer, nowNanos)) {
                    history.say(nowNanos, RateHistory.UNSAID);
                }
            });
        });
    }

    private static boolean isFresh(Peer peer, long nowNanos) {
        return nowNanos - peer.atNanos() <= FRESH;
    }

    private boolean ended(Deal deal, long nowNanos) {
        if (!deal.isOver(nowNanos - HELD) || !deal.bucket.isFull(nowNanos)) {
            return false;
        }
        deal.limiter.undealt(deal.bucket, nowNanos);
        return true;
    }

    private static void deal(Deal deal, List<NodeName> nodes, List<RateDeal.Want> parties, long nowNanos) {
        long since = nowNanos - HELD;
        List<RateDeal.Want> wants = new ArrayList<>();
        wants.add(new RateDeal.Want(parties.getFirst().site(), deal.own.least(since)));
        for (int i = 0; i < nodes.size(); i++) {
            wants.add(new RateDeal.Want(parties.get(i + 1).site(), deal.most(nodes.get(i), since)));
        }
        deal.limiter.deal(deal.bucket, RateDeal.part(wants, 0), nowNanos);
    }

    /** Eight bytes of a digest stand for a text, in messages of bounded length. */
    static long digest(String text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: expected in every JDK", e);
        }
    }
}

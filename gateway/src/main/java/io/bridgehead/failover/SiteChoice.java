package io.bridgehead.failover;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state machine that decides which sites serve one service, as seen from one site.
 *
 * <p><b>What must hold.</b> Weights sum to one, or no site can serve and the service is refused. A site that is lost, unfit
 * or drained gets nothing. Traffic leaves at once and returns only to a site that has been better without interruption for
 * the whole hold-down, and not more often than its flap budget allows, except when nothing else can serve. A suspect site is avoided while another can serve; this is no
 * failure and holds nothing down.
 *
 * <p>A reload keeps the object and calls {@link #reconfigure}, so nothing is forgotten. Time is any clock that does not go
 * back, in milliseconds; {@link #evaluate} is called on every change and, while hold-downs or ramps run, periodically.
 */
@OwnedBy(Owner.FAILOVER)
public final class SiteChoice {
    private final Map<SiteName, SiteStanding> standings = new HashMap<>();
    private FailoverPolicy policy;
    private List<SiteName> sites = List.of();
    private List<String> words = List.of();
    private int[] tiers = new int[0];
    /** What each site is meant to get; empty when the order alone decides. */
    private double[] parts = new double[0];

    private @Nullable SiteWeights last;

    /**
     * @param places the site of the node that decides, and where others are
     * @param sites the sites in which the service has endpoints
     */
    public SiteChoice(Places places, FailoverPolicy policy, Collection<SiteName> sites) {
        this.policy = policy;
        reconfigure(places, policy, sites);
    }

    /** Where nothing is known of where sites are. */
    public SiteChoice(SiteName local, FailoverPolicy policy, Collection<SiteName> sites) {
        this(Places.unknown(local), policy, sites);
    }

    /** Goes on with another policy, other sites or other places; sites that stay keep their standing. */
    public void reconfigure(Places places, FailoverPolicy newPolicy, Collection<SiteName> newSites) {
        policy = newPolicy;
        List<SiteName> ordered = new ArrayList<>();
        int[] ranks = new int[newSites.size()];
        List<String> newWords = new ArrayList<>();
        List<Tier> order = newPolicy.tiers(places, newSites);
        for (int tier = 0; tier < order.size(); tier++) {
            for (SiteName site : order.get(tier).sites()) {
                ranks[ordered.size()] = tier;
                ordered.add(site);
                newWords.add(order.get(tier).word());
            }
        }
        sites = List.copyOf(ordered);
        words = List.copyOf(newWords);
        tiers = Arrays.copyOf(ranks, sites.size());
        parts = parts(newPolicy.split(), sites);
        standings.keySet().retainAll(sites);
        sites.forEach(site -> standings.computeIfAbsent(site, _ -> new SiteStanding()));
    }

    private static double[] parts(SiteSplit split, List<SiteName> sites) {
        double[] parts = new double[sites.size()];
        double sum = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = split.weight(sites.get(i));
            sum += parts[i];
        }
        return sum == 0 ? new double[0] : parts;
    }

    /**
     * Decides anew.
     *
     * @param views what is known of each site; a site that is missing is out of reach
     * @return the very object of the last time when nothing differs, so that of ten thousand services that are decided anew nothing is replaced
     */
    public SiteWeights evaluate(Map<SiteName, SiteView> views, OperatorOrders orders, long nowMillis) {
        Candidate[] candidates = new Candidate[sites.size()];
        for (int i = 0; i < candidates.length; i++) {
            SiteName site = sites.get(i);
            candidates[i] = candidate(site, views.getOrDefault(site, SiteView.NONE), orders, nowMillis);
        }
        double[] weights = weigh(candidates, orders);
        List<SiteShare> shares = new ArrayList<>(candidates.length);
        for (int i = 0; i < candidates.length; i++) {
            Candidate candidate = candidates[i];
            shares.add(new SiteShare(
                    candidate.site,
                    new SiteShare.Place(tiers[i], words.get(i)),
                    weights[i],
                    candidate.capacity,
                    candidate.view,
                    why(candidate, weights[i], orders),
                    candidate.standing.heldUntil(policy)));
        }
        SiteWeights before = last;
        SiteWeights decided = new SiteWeights(orders.frozen() && before != null ? frozen(shares, before) : shares);
        if (before != null && decided.equals(before)) {
            return before;
        }
        last = decided;
        return decided;
    }

    /** Whether time alone changes nothing: no site is held down, comes back or waits for an operator. */
    public boolean isSettled() {
        for (SiteStanding standing : standings.values()) {
            if (!standing.isSettled()) {
                return false;
            }
        }
        return true;
    }

    private Candidate candidate(SiteName site, SiteView view, OperatorOrders orders, long nowMillis) {
        double capacity =
                view.reach().isOpen() ? policy.capacity(view.fitShare().orElse(1)) : 0;
        SiteStanding standing = standings.computeIfAbsent(site, _ -> new SiteStanding());
        boolean known = view.fitShare().isPresent();
        standing.observe(capacity, known, orders.released().contains(site), policy, nowMillis);
        return new Candidate(site, view, capacity, standing, orders.keepFrom(site));
    }

    /** Trusted sites first; then those held down; then suspects: each only when the ones before can bear nothing. */
    private double[] weigh(Candidate[] candidates, OperatorOrders orders) {
        double[] trusted = new double[candidates.length];
        double[] held = new double[candidates.length];
        double[] suspect = new double[candidates.length];
        boolean suspectTrusted = false;
        for (int i = 0; i < candidates.length; i++) {
            Candidate candidate = candidates[i];
            double granted =
                    candidate.keptAway ? 0 : Math.min(candidate.standing.granted(), orders.allowed(candidate.site));
            double capacity = candidate.keptAway ? 0 : candidate.capacity;
            if (candidate.view.reach() == Reach.SUSPECT) {
                suspect[i] = capacity;
                suspectTrusted |= granted > 0;
            } else {
                trusted[i] = granted;
                held[i] = capacity;
            }
        }
        int pin = orders.pinned() == null ? -1 : sites.indexOf(orders.pinned());
        if (pin >= 0 && trusted[pin] > 0) {
            double[] pinned = new double[candidates.length];
            pinned[pin] = 1;
            return pinned;
        }
        if (offersAny(trusted)) {
            return spilt(trusted);
        }
        if (!offersAny(held)) {
            return spilt(suspect);
        }
        double[] weights = spilt(held);
        for (int i = 0; i < candidates.length && !suspectTrusted; i++) {
            if (weights[i] > 0) {
                // From here on it is the site that serves: another one that comes back has to wait its time.
                candidates[i].standing.promote(candidates[i].capacity);
            }
        }
        return weights;
    }

    private double[] spilt(double[] offers) {
        return parts.length == 0 ? Spill.weights(offers, tiers) : Spill.divided(offers, tiers, parts);
    }

    private Why why(Candidate candidate, double weight, OperatorOrders orders) {
        if (candidate.keptAway) {
            return orders.quarantined().contains(candidate.site) ? Why.QUARANTINED : Why.DRAINED;
        }
        return switch (candidate.view.reach()) {
            case DEAD -> Why.DEAD;
            case UNREACHABLE -> Why.UNREACHABLE;
            case SUSPECT -> candidate.capacity == 0 ? Why.UNFIT : weight > 0 ? Why.LAST_RESORT : Why.SUSPECT;
            case UP -> candidate.capacity == 0 ? Why.UNFIT : whyUp(candidate, weight, orders);
        };
    }

    private Why whyUp(Candidate candidate, double weight, OperatorOrders orders) {
        SiteStanding standing = candidate.standing;
        if (weight > 0 && candidate.site.equals(orders.pinned())) {
            return Why.PINNED;
        }
        if (weight > 0 && standing.granted() == 0) {
            return Why.LAST_RESORT;
        }
        if (orders.allowed(candidate.site) < 1) {
            return Why.RAMPS;
        }
        if (standing.isFlapping()) {
            return Why.FLAPPING;
        }
        if (standing.isReturning()) {
            return policy.failback() instanceof Failback.Manual ? Why.AWAITS_OPERATOR : Why.RAMPS;
        }
        if (weight > 0) {
            return Why.SERVES;
        }
        return standing.granted() == 0 ? Why.HELD : Why.NOT_NEEDED;
    }

    /** The weights of before, but nothing for what is drained; as computed if none of those sites is left. */
    private static List<SiteShare> frozen(List<SiteShare> computed, SiteWeights before) {
        List<SiteShare> shares = computed.stream()
                .map(share -> share.why().isKeptAway() ? share : frozen(share, before.of(share.site())))
                .toList();
        double sum = shares.stream().mapToDouble(SiteShare::weight).sum();
        if (sum <= 0) {
            return computed;
        }
        boolean whole = Math.abs(sum - 1) < 1e-9;
        return whole
                ? shares
                : shares.stream()
                        .map(share -> share.withWeight(share.weight() / sum, share.why()))
                        .toList();
    }

    private static SiteShare frozen(SiteShare share, @Nullable SiteShare before) {
        return share.withWeight(before == null ? 0 : before.weight(), Why.FROZEN);
    }

    private static boolean offersAny(double[] offers) {
        for (double offer : offers) {
            if (offer > 0) {
                return true;
            }
        }
        return false;
    }

    private record Candidate(SiteName site, SiteView view, double capacity, SiteStanding standing, boolean keptAway) {}
}

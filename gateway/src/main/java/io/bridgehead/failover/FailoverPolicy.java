package io.bridgehead.failover;

import io.bridgehead.model.SiteName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * In which order the sites of a service are used, and when traffic moves.
 *
 * @param order tiers from first to last; a site that no entry selects is never used. Empty means: local, then every other
 *     site in the document's order, each a tier of its own
 * @param startBelowPercent a site gives traffic away only while fewer than this share of its endpoints are fit; 0 to 100,
 *     where 0 means: only when none is fit
 * @param overprovisioning how much more than its share a fit endpoint can bear, from 1 (Envoy's factor, 1.4); a site below
 *     the threshold keeps its fit share times this factor, so that 1.4 keeps all traffic down to 71 %
 * @param holdDown how long a site must have been continuously better before it gets traffic back; zero for none
 * @param failback how traffic returns after that
 * @param flaps how often it may return
 * @param split how requests are meant to be divided while all is well; the order says where what a site cannot bear goes
 */
public record FailoverPolicy(
        List<TierSelector> order,
        int startBelowPercent,
        double overprovisioning,
        Duration holdDown,
        Failback failback,
        FlapBudget flaps,
        SiteSplit split) {
    /** Local first, below 70 %, 30 s of hold-down, back at once. */
    public static final FailoverPolicy DEFAULT =
            new FailoverPolicy(List.of(), 70, 1.4, Duration.ofSeconds(30), new Failback.Immediate());

    /** @throws IllegalArgumentException naming the value that is out of range */
    public FailoverPolicy {
        order = List.copyOf(order);
        if (startBelowPercent < 0 || startBelowPercent > 100) {
            throw new IllegalArgumentException("startBelow " + startBelowPercent + "%: expected 0% to 100%");
        }
        if (!(overprovisioning >= 1 && overprovisioning <= 10)) {
            throw new IllegalArgumentException("overprovisioning " + overprovisioning + ": expected 1 to 10");
        }
        if (holdDown.isNegative()) {
            throw new IllegalArgumentException("holdDown " + holdDown + ": expected zero or more");
        }
    }

    /** A policy with the default bound on flapping and no division by weights. */
    public FailoverPolicy(
            List<TierSelector> order,
            int startBelowPercent,
            double overprovisioning,
            Duration holdDown,
            Failback failback) {
        this(order, startBelowPercent, overprovisioning, holdDown, failback, FlapBudget.DEFAULT, SiteSplit.NONE);
    }

    /** The same policy in another order. */
    public FailoverPolicy withOrder(List<TierSelector> other) {
        return new FailoverPolicy(other, startBelowPercent, overprovisioning, holdDown, failback, flaps, split);
    }

    /** The same policy with another bound on flapping. */
    public FailoverPolicy withFlaps(FlapBudget other) {
        return new FailoverPolicy(order, startBelowPercent, overprovisioning, holdDown, failback, other, split);
    }

    /** The same policy with requests divided otherwise. */
    public FailoverPolicy withSplit(SiteSplit other) {
        return new FailoverPolicy(order, startBelowPercent, overprovisioning, holdDown, failback, flaps, other);
    }

    /** The same policy with another hold-down. */
    public FailoverPolicy withHoldDown(Duration other) {
        return new FailoverPolicy(order, startBelowPercent, overprovisioning, other, failback, flaps, split);
    }

    /** The same policy with another way back. */
    public FailoverPolicy withFailback(Failback other) {
        return new FailoverPolicy(order, startBelowPercent, overprovisioning, holdDown, other, flaps, split);
    }

    /** Whether it depends on where sites are. */
    public boolean asksForPlaces() {
        return order.contains(TierSelector.Word.SAME_REGION) || order.contains(TierSelector.Word.SAME_PROVIDER);
    }

    /** This policy with its order spelt out for a service with endpoints in these sites, when it names none. */
    public FailoverPolicy completedFor(Collection<SiteName> sites) {
        if (!order.isEmpty()) {
            return this;
        }
        List<TierSelector> complete = new ArrayList<>();
        complete.add(TierSelector.Word.LOCAL);
        sites.forEach(site -> complete.add(new TierSelector.Named(site)));
        return withOrder(complete);
    }

    /**
     * The sites of each tier as seen from one site: no empty tier, every site at its first place only. A site that is meant to get
     * requests and stands nowhere in the order comes last.
     */
    public List<Tier> tiers(Places places, Collection<SiteName> sites) {
        List<Tier> tiers = new ArrayList<>();
        LinkedHashSet<SiteName> seen = new LinkedHashSet<>();
        for (TierSelector selector : completedFor(sites).order()) {
            List<SiteName> tier = new ArrayList<>(1);
            for (SiteName site : selector.select(places, sites)) {
                if (seen.add(site)) {
                    tier.add(site);
                }
            }
            if (!tier.isEmpty()) {
                tiers.add(new Tier(selector.toString(), List.copyOf(tier)));
            }
        }
        for (SiteName site : sites) {
            if (split.weight(site) > 0 && seen.add(site)) {
                tiers.add(new Tier(Tier.BY_WEIGHT, List.of(site)));
            }
        }
        return List.copyOf(tiers);
    }

    /**
     * The share of all traffic, 0 to 1, that a site with this share of fit endpoints keeps. Falls when fewer are fit, never
     * rises.
     */
    double capacity(double fitShare) {
        double start = startBelowPercent / 100.0;
        if (fitShare <= 0) {
            return 0;
        }
        return fitShare >= start ? 1 : Math.min(1, fitShare * Math.min(overprovisioning, 1 / start));
    }
}

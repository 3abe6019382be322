package io.bridgehead.upstream;

import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.balance.Candidates;
import io.bridgehead.balance.HashTable;
import io.bridgehead.balance.Picker;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.upstream.ServiceState.Definition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loop's choice among the endpoints of one service where they are not all alike: by hash, weight, zone or how long they have been fit.
 * Services that ask for none of it do without.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Spread implements Candidates {
    /** What an endpoint begins with, of its weight. */
    private static final double SLOW_START_MIN = 0.1;
    /** What the fit endpoints of a zone can bear, against their part of it: as with sites. */
    private static final double OVERPROVISIONING = 1.4;

    private final LoopParts parts;
    private final List<EndpointState> endpoints;
    private final Candidates all;
    private final @Nullable HashTable hashes;
    private final Picker picker;
    private final int[] weights;
    private final boolean[] near;
    private final int nearCount;
    private final long slowStartNanos;
    private boolean nearOnly;
    private long nowNanos;

    private Spread(LoopParts parts, Definition definition, Candidates all) {
        BalancePolicy policy = definition.route().resilience().balance();
        this.parts = parts;
        this.endpoints = definition.endpoints();
        this.all = all;
        this.hashes = definition.hashes();
        this.slowStartNanos = policy.slowStart().toNanos();
        this.weights = new int[endpoints.size()];
        this.near = new boolean[endpoints.size()];
        boolean weighs = slowStartNanos > 0;
        int inZone = 0;
        for (int i = 0; i < weights.length; i++) {
            BalancePolicy.Traits traits =
                    policy.traits(parts.site(), endpoints.get(i).listed());
            weights[i] = traits.weight();
            weighs |= weights[i] != weights[0];
            near[i] = policy.preferZone()
                    && !parts.zone().isEmpty()
                    && traits.zone().equals(parts.zone());
            inZone += near[i] ? 1 : 0;
        }
        // all near is none nearer
        this.nearCount = inZone == weights.length ? 0 : inZone;
        this.picker =
                weighs ? Picker.weighted(policy.kind(), parts.random()) : Picker.of(policy.kind(), parts.random());
    }

    /** The choice for a definition; null when endpoints are all alike. */
    static @Nullable Spread of(LoopParts parts, Definition definition, Candidates all) {
        BalancePolicy policy = definition.route().resilience().balance();
        boolean alike = definition.hashes() == null
                && policy.slowStart().isZero()
                && policy.traits().get(parts.site()) == null;
        return alike ? null : new Spread(parts, definition, all);
    }

    /** @param key the request's hash; 0 for none */
    int pick(long key) {
        nowNanos = slowStartNanos > 0 ? parts.loop().nanoTime() : 0;
        if (hashes != null && key != 0) {
            return hashes.pick(key, this);
        }
        if (nearCount > 0 && parts.random().nextDouble() < nearShare()) {
            nearOnly = true;
            int index = picker.pick(this);
            nearOnly = false;
            if (index != Picker.NONE) {
                return index;
            }
        }
        return picker.pick(this);
    }

    /** The share of requests that the own zone takes. */
    private double nearShare() {
        int fit = 0;
        for (int i = 0; i < near.length; i++) {
            fit += near[i] && endpoints.get(i).isFit() ? 1 : 0;
        }
        return OVERPROVISIONING * fit / nearCount;
    }

    @Override
    public int size() {
        return all.size();
    }

    @Override
    public boolean isFit(int index) {
        return (!nearOnly || near[index]) && all.isFit(index);
    }

    @Override
    public int load(int index) {
        return all.load(index);
    }

    @Override
    public double weight(int index) {
        if (slowStartNanos == 0) {
            return weights[index];
        }
        return weights[index] * Math.max(SLOW_START_MIN, endpoints.get(index).warmth(nowNanos, slowStartNanos));
    }
}

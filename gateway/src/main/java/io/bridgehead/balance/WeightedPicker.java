package io.bridgehead.balance;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.random.RandomGenerator;

/**
 * A fit endpoint by weights that may change at any time: of two drawn by weight that with less load for its weight; each in turn as often as
 * its weight says, spread out; or one drawn by weight. Costs a pass or two over the endpoints.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class WeightedPicker implements Picker {
    private final BalanceKind kind;
    private final RandomGenerator random;
    private double[] credit = {};

    WeightedPicker(BalanceKind kind, RandomGenerator random) {
        this.kind = kind;
        this.random = random;
    }

    @Override
    public int pick(Candidates candidates) {
        return switch (kind) {
            case LEAST_REQUEST, RING_HASH, MAGLEV -> lessLoadedOfTwo(candidates);
            case ROUND_ROBIN -> inTurn(candidates);
            case RANDOM -> draw(candidates, NONE);
        };
    }

    private int lessLoadedOfTwo(Candidates candidates) {
        int first = draw(candidates, NONE);
        if (first == NONE) {
            return NONE;
        }
        int second = draw(candidates, first);
        boolean less = second != NONE
                && candidates.load(second) * candidates.weight(first)
                        < candidates.load(first) * candidates.weight(second);
        return less ? second : first;
    }

    /** One pass: each fit endpoint takes the place of the one chosen before with the probability that its weight has in the sum so far. */
    private int draw(Candidates candidates, int except) {
        double sum = 0;
        int chosen = NONE;
        for (int i = 0; i < candidates.size(); i++) {
            if (i != except && candidates.isFit(i)) {
                double weight = candidates.weight(i);
                sum += weight;
                if (chosen == NONE || random.nextDouble() * sum < weight) {
                    chosen = i;
                }
            }
        }
        return chosen;
    }

    /** Smooth weighted round robin: each turn credits all with their weight; who has most pays for all. */
    private int inTurn(Candidates candidates) {
        int size = candidates.size();
        if (credit.length != size) {
            credit = new double[size];
            for (int i = 0; i < size; i++) {
                // nodes and loops must not march in step
                credit[i] = random.nextDouble();
            }
        }
        double sum = 0;
        int chosen = NONE;
        for (int i = 0; i < size; i++) {
            if (candidates.isFit(i)) {
                double weight = candidates.weight(i);
                sum += weight;
                credit[i] += weight;
                if (chosen == NONE || credit[i] > credit[chosen]) {
                    chosen = i;
                }
            }
        }
        if (chosen != NONE) {
            credit[chosen] -= sum;
        }
        return chosen;
    }
}

package io.bridgehead.balance;

/**
 * Which of a service's endpoints a hash belongs to. Immutable; the same for the same endpoints and weights, in whatever order and on whatever
 * node. When an endpoint comes or goes, little more than its own part moves.
 *
 * <p>While the endpoint that a hash belongs to is not fit, its hashes are spread over all that are, by weight, and again the same on
 * every node that knows the same of endpoints (rendezvous hashing). Nothing else moves.
 */
public sealed interface HashTable permits HashRing, MaglevTable {
    /** The index of the endpoint that a hash belongs to. */
    int owner(long hash);

    /** The hash of an endpoint's name. */
    long id(int index);

    /** The index of the fit endpoint that serves a hash, or {@link Picker#NONE}. */
    default int pick(long hash, Candidates candidates) {
        int owner = owner(hash);
        if (candidates.isFit(owner)) {
            return owner;
        }
        int best = Picker.NONE;
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.isFit(i)) {
                double score = Math.log(KeyHash.share(KeyHash.mix(hash ^ id(i)))) / candidates.weight(i);
                if (score > bestScore) {
                    bestScore = score;
                    best = i;
                }
            }
        }
        return best;
    }

    /**
     * The table for a kind that hashes.
     *
     * @param names of the endpoints, at least one, all different
     * @param weights of each, 1 to {@value BalancePolicy.Traits#WEIGHT_MAX}
     */
    static HashTable of(BalanceKind kind, String[] names, int[] weights) {
        long[] ids = new long[names.length];
        for (int i = 0; i < names.length; i++) {
            ids[i] = KeyHash.of(names[i]);
        }
        return kind == BalanceKind.MAGLEV ? MaglevTable.of(ids, weights) : HashRing.of(ids, weights);
    }
}

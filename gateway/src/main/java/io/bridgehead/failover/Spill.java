package io.bridgehead.failover;

/** How traffic runs over from tier to tier, as water from basin to basin: Envoy's priority levels, with sites as shares. */
final class Spill {
    private Spill() {}

    /**
     * The weight of each site. A tier takes what its sites can bear of what is left by the tiers before it, shared in
     * proportion; if all tiers together cannot bear everything, everything is shared in proportion to what they took.
     *
     * @param offers what each site can bear, 0 to 1, sites of one tier side by side
     * @param tiers the tier of each site, never falling
     * @return weights that sum to 1, or all 0 when nothing is offered
     */
    static double[] weights(double[] offers, int[] tiers) {
        double[] weights = new double[offers.length];
        double left = 1;
        for (int from = 0; from < offers.length && left > 0; ) {
            int to = from;
            double offered = 0;
            while (to < offers.length && tiers[to] == tiers[from]) {
                offered += offers[to++];
            }
            double taken = Math.min(left, offered);
            for (int i = from; i < to && offered > 0; i++) {
                weights[i] = taken * offers[i] / offered;
            }
            left -= taken;
            from = to;
        }
        double borne = 1 - left;
        for (int i = 0; i < weights.length && borne > 0; i++) {
            weights[i] /= borne;
        }
        return weights;
    }
}

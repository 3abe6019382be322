package io.bridgehead.failover;

import java.util.stream.DoubleStream;

/** How traffic runs over from tier to tier, as water from basin to basin: Envoy's priority levels, with sites as shares. */
final class Spill {
    private static final int NOBODY = -1;

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
        return weights(offers, tiers, NOBODY);
    }

    /**
     * The weight of each site when requests are meant to be divided: each part goes to its site as far as that can bear it, and the rest of
     * it through the tiers.
     *
     * @param parts what each site is meant to get; above 0 in sum
     * @return weights that sum to 1, or all 0 when nothing is offered
     */
    static double[] divided(double[] offers, int[] tiers, double[] parts) {
        double[] weights = new double[offers.length];
        double sum = DoubleStream.of(parts).sum();
        for (int first = 0; first < parts.length; first++) {
            if (parts[first] > 0) {
                double[] spilt = weights(offers, tiers, first);
                for (int i = 0; i < weights.length; i++) {
                    weights[i] += parts[first] / sum * spilt[i];
                }
            }
        }
        return weights;
    }

    /** @param first the site that comes before all tiers, or {@link #NOBODY} */
    private static double[] weights(double[] offers, int[] tiers, int first) {
        double[] weights = new double[offers.length];
        double left = 1;
        if (first != NOBODY) {
            weights[first] = Math.min(1, offers[first]);
            left -= weights[first];
        }
        for (int from = 0; from < offers.length && left > 0; ) {
            int to = from;
            double offered = 0;
            while (to < offers.length && tiers[to] == tiers[from]) {
                offered += to == first ? 0 : offers[to];
                to++;
            }
            double taken = Math.min(left, offered);
            for (int i = from; i < to && offered > 0; i++) {
                if (i != first) {
                    weights[i] = taken * offers[i] / offered;
                }
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

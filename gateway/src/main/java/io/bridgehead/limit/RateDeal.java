package io.bridgehead.limit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Deals the rate of a limit of the fabric to nodes: the same nodes with the same wants get the same parts wherever that is worked out, and all
 * parts together are never more than the whole.
 *
 * <p>A quarter is dealt to sites, and in each to its nodes, in equal parts whatever they want. Of the rest each site gets what its nodes
 * want beyond that, or as much as any other that wants more: max-min fairness. So does each node of what its site has. What nobody
 * wants is dealt in equal parts. So nobody gains by wanting more than others but what these do not want.
 *
 * <p>What a node gets does not fall when it wants more, and does not rise when another does. {@link RateShares} rests on that.
 */
final class RateDeal {
    /** The part of the whole that is dealt in equal parts in any case. */
    static final double FLOOR = 0.25;

    private RateDeal() {}

    /**
     * What one node wants.
     *
     * @param site where it is; a site's nodes share the part of the site
     * @param wanted as a part of the limit's rate; infinite for all that there is
     */
    record Want(Object site, double wanted) {}

    /** The part of {@code wants.get(index)}, above 0 and at most 1. */
    static double part(List<Want> wants, int index) {
        Map<Object, Integer> nodes = new HashMap<>();
        wants.forEach(want -> nodes.merge(want.site(), 1, Integer::sum));
        int sites = nodes.size();
        Map<Object, Double> bySite = new HashMap<>();
        for (Want want : wants) {
            bySite.merge(want.site(), beyondFloor(want, sites, nodes), Double::sum);
        }
        double[] needs =
                bySite.values().stream().mapToDouble(Double::doubleValue).toArray();
        double pool = 1 - FLOOR;
        double level = level(pool, needs);
        double left = Math.max(0, pool - sumAt(level, needs)) / sites;

        Want own = wants.get(index);
        int besides = nodes.getOrDefault(own.site(), 1);
        double[] within = wants.stream()
                .filter(want -> want.site().equals(own.site()))
                .mapToDouble(want -> beyondFloor(want, sites, nodes))
                .toArray();
        double siteNeed = bySite.getOrDefault(own.site(), 0.0);
        double inSite = level(Math.min(level, siteNeed), within);
        double dealt = Math.min(beyondFloor(own, sites, nodes), inSite);
        return FLOOR / sites / besides + dealt + left / besides;
    }

    /** What all get when all want everything: a part for each site, and of it for each node. */
    static double equal(List<Want> wants, int index) {
        long sites = wants.stream().map(Want::site).distinct().count();
        Object own = wants.get(index).site();
        return 1.0
                / sites
                / wants.stream().filter(want -> want.site().equals(own)).count();
    }

    private static double beyondFloor(Want want, int sites, Map<Object, Integer> nodes) {
        return Math.max(0, want.wanted() - FLOOR / sites / nodes.getOrDefault(want.site(), 1));
    }

    /** Up to which level needs are met so that all together take no more than there is; infinite when there is enough. */
    private static double level(double there, double[] needs) {
        double[] sorted = needs.clone();
        java.util.Arrays.sort(sorted);
        double left = there;
        for (int i = 0; i < sorted.length; i++) {
            double each = left / (sorted.length - i);
            if (sorted[i] > each) {
                return each;
            }
            left -= sorted[i];
        }
        return Double.POSITIVE_INFINITY;
    }

    private static double sumAt(double level, double[] needs) {
        double sum = 0;
        for (double need : needs) {
            sum += Math.min(level, need);
        }
        return sum;
    }
}

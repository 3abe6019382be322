package io.bridgehead.failover;

import io.bridgehead.model.SiteName;
import java.util.Map;

/**
 * How the requests of a service are meant to be divided among its sites, such as for a canary. Failover goes on behind it: what a site
 * cannot bear of its part goes to the others, in the order of the policy.
 *
 * @param weights the parts, in any unit; a site that is not named has none. Empty: the order alone decides
 */
public record SiteSplit(Map<SiteName, Integer> weights) {
    /** The order alone decides. */
    public static final SiteSplit NONE = new SiteSplit(Map.of());

    /** @throws IllegalArgumentException if a weight is negative, or there are weights and all are zero */
    public SiteSplit {
        weights = Map.copyOf(weights);
        long sum = 0;
        for (Map.Entry<SiteName, Integer> entry : weights.entrySet()) {
            if (entry.getValue() < 0) {
                throw new IllegalArgumentException(
                        "weight " + entry.getValue() + " of site " + entry.getKey() + ": expected zero or more");
            }
            sum += entry.getValue();
        }
        if (sum == 0 && !weights.isEmpty()) {
            throw new IllegalArgumentException("all weights are 0: expected one above");
        }
    }

    /** Whether the order alone decides. */
    boolean isNone() {
        return weights.isEmpty();
    }

    int weight(SiteName site) {
        return weights.getOrDefault(site, 0);
    }
}

package io.bridgehead.failover;

import io.bridgehead.model.SiteName;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What operators have ordered for one service, as in force at this moment: expired orders and those for other services are
 * left out by whoever makes this.
 *
 * @param drained sites that get no new request; stronger than all else
 * @param pinned the site that gets every request as long as it can serve, or null
 * @param frozen whether no traffic moves by itself: weights stay as they are, whatever happens
 * @param released sites whose return an operator has permitted, where fail-back is manual
 * @param quarantined sites that are removed from the fabric: like drained, for another reason
 * @param allowed the most that sites may be given which come back from a drain little by little, 0 to 1
 */
public record OperatorOrders(
        Set<SiteName> drained,
        @Nullable SiteName pinned,
        boolean frozen,
        Set<SiteName> released,
        Set<SiteName> quarantined,
        Map<SiteName, Double> allowed) {
    /** Nothing is ordered. */
    public static final OperatorOrders NONE = new OperatorOrders(Set.of(), null, false, Set.of());

    public OperatorOrders {
        drained = Set.copyOf(drained);
        released = Set.copyOf(released);
        quarantined = Set.copyOf(quarantined);
        allowed = Map.copyOf(allowed);
    }

    /** Orders while nothing comes back. */
    public OperatorOrders(
            Set<SiteName> drained,
            @Nullable SiteName pinned,
            boolean frozen,
            Set<SiteName> released,
            Set<SiteName> quarantined) {
        this(drained, pinned, frozen, released, quarantined, Map.of());
    }

    /** The same, with these sites on their way back. */
    public OperatorOrders allowing(Map<SiteName, Double> shares) {
        return new OperatorOrders(drained, pinned, frozen, released, quarantined, shares);
    }

    /** The most that a site may be given, 0 to 1. */
    double allowed(SiteName site) {
        return allowed.getOrDefault(site, 1.0);
    }

    /** Orders while nothing is quarantined. */
    public OperatorOrders(Set<SiteName> drained, @Nullable SiteName pinned, boolean frozen, Set<SiteName> released) {
        this(drained, pinned, frozen, released, Set.of());
    }

    /** Whether nothing new may go to this site, whatever its health. */
    boolean keepFrom(SiteName site) {
        return drained.contains(site) || quarantined.contains(site);
    }
}

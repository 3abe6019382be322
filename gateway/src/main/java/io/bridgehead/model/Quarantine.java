package io.bridgehead.model;

import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sites and nodes that an operator has removed from the fabric: nobody connects to them, believes them, or sends them anything.
 *
 * @param sites with all their nodes
 * @param nodes wherever they say they are
 */
public record Quarantine(Set<SiteName> sites, Set<NodeName> nodes) {
    /** Nobody is removed. */
    public static final Quarantine NONE = new Quarantine(Set.of(), Set.of());

    public Quarantine {
        sites = Set.copyOf(sites);
        nodes = Set.copyOf(nodes);
    }

    /** Whether this node is removed, by itself or with its site. */
    public boolean covers(@Nullable SiteName site, @Nullable NodeName node) {
        return (site != null && sites.contains(site)) || (node != null && nodes.contains(node));
    }

    /** Whether this identity belongs to a site or node that is removed. Operators never do. */
    public boolean covers(SpiffeId id) {
        return covers(id.site(), id.gatewayNode());
    }

    /** The same without what holds for this site and node: a node does not shut itself out. */
    public Quarantine without(SiteName site, NodeName node) {
        return new Quarantine(
                sites.stream().filter(other -> !other.equals(site)).collect(Collectors.toSet()),
                nodes.stream().filter(other -> !other.equals(node)).collect(Collectors.toSet()));
    }
}

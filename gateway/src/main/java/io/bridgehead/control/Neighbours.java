package io.bridgehead.control;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The other nodes of this node's own site: those that its cluster does not show need a tunnel for shared state, as nodes of other sites do. One that
 * comes into the cluster keeps it for {@value #KEPT_MILLIS} ms, while what was missed meanwhile is compared over it.
 */
@OwnedBy(Owner.CONTROL)
final class Neighbours {
    static final long KEPT_MILLIS = RepairTurns.UNSETTLED_MILLIS;

    private final Map<NodeName, Long> lastApart = new HashMap<>();
    private Set<HostPort> addresses = Set.of();
    private Set<NodeName> met = Set.of();

    /**
     * Looks at who is where now.
     *
     * @param known the nodes of this node's own site, as far as they are known
     * @param members the nodes that the cluster shows, of any site
     * @return whether it is otherwise than before
     */
    boolean look(long nowMillis, Collection<KnownNode> known, Set<NodeName> members) {
        Set<HostPort> wanted = new LinkedHashSet<>();
        for (KnownNode node : known) {
            if (!members.contains(node.node())) {
                lastApart.put(node.node(), nowMillis);
            }
        }
        lastApart.values().removeIf(at -> nowMillis - at >= KEPT_MILLIS);
        known.stream().filter(node -> lastApart.containsKey(node.node())).forEach(node -> add(wanted, node));
        Set<NodeName> together = new TreeSet<>(members);
        together.removeAll(lastApart.keySet());
        boolean changed = !wanted.equals(addresses) || !together.equals(met);
        addresses = wanted;
        met = together;
        return changed;
    }

    /** Where its own site reaches it comes first; the other may be one that only the outside can use. */
    private static void add(Set<HostPort> wanted, KnownNode node) {
        HostPort inside = node.inside();
        HostPort tunnel = node.tunnel();
        if (inside != null) {
            wanted.add(inside);
        }
        if (tunnel != null) {
            wanted.add(tunnel);
        }
    }

    /** Where those that need a tunnel may be. */
    Set<HostPort> addresses() {
        return addresses;
    }

    /** The nodes that need none, when they are of this node's own site. */
    Set<NodeName> met() {
        return met;
    }
}

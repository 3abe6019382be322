package io.bridgehead.health;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of services in all sites: the last report of each node, its own included, until its lease ends.
 *
 * <p>Absence is no bad news: a late report leaves the last value in force, and a value whose lease has ended is unknown, not
 * zero. The value of a site is that of its best node within reach, because that node is the one to be sent requests.
 *
 * <p><b>Limits.</b> Reports of at most {@value #NODES_MAX} nodes are kept. Time is any clock that does not go back, in
 * milliseconds.
 */
@OwnedBy(Owner.FAILOVER)
public final class HealthView {
    /** How long a report holds: three full reports, which nodes send every ten seconds. */
    public static final long LEASE_MILLIS = 30_000;
    /** Nodes whose reports are kept. */
    public static final int NODES_MAX = 1024;

    private final long leaseMillis;
    private final Map<NodeName, Held> nodes = new HashMap<>();

    /** @param leaseMillis how long a report holds, from its arrival; normally {@link #LEASE_MILLIS} */
    public HealthView(long leaseMillis) {
        this.leaseMillis = leaseMillis;
    }

    /** @return whether the report was taken: it is newer than the one held of that node, and there is room */
    public boolean accept(SiteReport report, long nowMillis) {
        Held held = nodes.get(report.node());
        if (held != null && !report.isNewerThan(held.report)) {
            return false;
        }
        if (held == null && nodes.size() >= NODES_MAX) {
            nodes.values().removeIf(other -> other.until <= nowMillis);
            if (nodes.size() >= NODES_MAX) {
                return false;
            }
        }
        nodes.put(report.node(), new Held(report, nowMillis + leaseMillis));
        return true;
    }

    /** The report of a node that is in force, or null. */
    public @Nullable SiteReport last(NodeName node, long nowMillis) {
        Held held = nodes.get(node);
        return held == null || held.until <= nowMillis ? null : held.report;
    }

    /** Forgets a node: it was quarantined. Members that merely left keep their lease. */
    public void forget(NodeName node) {
        nodes.remove(node);
    }

    /** What a node says of a service, or null when it says nothing or its lease has ended. */
    public @Nullable ServiceHealth node(ServiceName service, NodeName node, long nowMillis) {
        Held held = nodes.get(node);
        return held == null || held.until <= nowMillis
                ? null
                : held.report.services().get(service);
    }

    /**
     * What holds of a service in a site: the word of its node with the highest share of fit endpoints among those within
     * reach; null when none of them has a say.
     */
    public @Nullable ServiceHealth site(
            ServiceName service, SiteName site, Predicate<NodeName> reachable, long nowMillis) {
        ServiceHealth best = null;
        for (Held held : nodes.values()) {
            SiteReport report = held.report;
            if (report.site().equals(site) && held.until > nowMillis && reachable.test(report.node())) {
                best = ServiceHealth.better(best, report.services().get(service));
            }
        }
        return best;
    }

    /** The reports in force, in the order of the nodes' names; for people. */
    public Collection<SiteReport> reports(long nowMillis) {
        List<SiteReport> reports = new ArrayList<>();
        for (Held held : nodes.values()) {
            if (held.until > nowMillis) {
                reports.add(held.report);
            }
        }
        reports.sort((a, b) -> a.node().compareTo(b.node()));
        return reports;
    }

    private record Held(SiteReport report, long until) {}
}

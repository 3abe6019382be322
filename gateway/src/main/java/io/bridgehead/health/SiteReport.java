package io.bridgehead.health;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.Place;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.Map;

/**
 * What one node says of the services in its own site.
 *
 * @param site the node's site, which the reader has checked against the identity of the sender
 * @param node the sender
 * @param incarnation grows when the node starts again
 * @param sequence grows from report to report of one incarnation
 * @param place where the site is
 * @param services every service that has endpoints in the site: a report is complete, and replaces the one before it
 */
public record SiteReport(
        SiteName site,
        NodeName node,
        long incarnation,
        long sequence,
        Place place,
        Map<ServiceName, ServiceHealth> services) {
    /** A report that does not say where the site is. */
    public SiteReport(
            SiteName site, NodeName node, long incarnation, long sequence, Map<ServiceName, ServiceHealth> services) {
        this(site, node, incarnation, sequence, Place.UNKNOWN, services);
    }

    public SiteReport {
        services = Map.copyOf(services);
    }

    /** Whether this report was made after the other one of the same node. */
    public boolean isNewerThan(SiteReport other) {
        return incarnation != other.incarnation ? incarnation > other.incarnation : sequence > other.sequence;
    }
}

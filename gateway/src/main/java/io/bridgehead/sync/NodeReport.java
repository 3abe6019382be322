package io.bridgehead.sync;

import io.bridgehead.health.SiteReport;
import io.bridgehead.model.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells all others a few times a minute, and at once when it changes.
 *
 * @param report the health of the services in its site
 * @param tunnel where nodes of other sites reach it, or null when none can
 * @param revision the revision it serves
 * @param version the software it runs
 * @param traffic what it has answered
 */
public record NodeReport(
        SiteReport report, @Nullable HostPort tunnel, String revision, String version, Traffic traffic) {
    /** A report that does not say what the node has answered. */
    public NodeReport(SiteReport report, @Nullable HostPort tunnel, String revision, String version) {
        this(report, tunnel, revision, version, Traffic.NONE);
    }
}

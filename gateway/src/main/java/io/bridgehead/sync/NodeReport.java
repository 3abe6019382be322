package io.bridgehead.sync;

import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.health.SiteReport;
import io.bridgehead.model.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells all others a few times a minute, and at once when it changes.
 *
 * @param report the health of the services in its site
 * @param tunnel where nodes of other sites reach it, or null when none can
 * @param inside where nodes of its own site reach it, or null when that is {@code tunnel} or nowhere
 * @param revision the revision it serves
 * @param version the software it runs
 * @param traffic what it has answered
 * @param changesets the newest version of changesets that it reads
 */
public record NodeReport(
        SiteReport report,
        @Nullable HostPort tunnel,
        @Nullable HostPort inside,
        String revision,
        String version,
        Traffic traffic,
        int changesets) {
    /** What a node reads that does not say it. */
    static final int CHANGESETS_UNSAID = ChangesetCodec.DIFFERENCES - 1;

    /** A report of this software. */
    public NodeReport(SiteReport report, @Nullable HostPort tunnel, String revision, String version, Traffic traffic) {
        this(report, tunnel, null, revision, version, traffic, ChangesetCodec.NEWEST);
    }

    /** A report that does not say what the node has answered. */
    public NodeReport(SiteReport report, @Nullable HostPort tunnel, String revision, String version) {
        this(report, tunnel, revision, version, Traffic.NONE);
    }

    /** The same, with where nodes of its own site reach it. */
    public NodeReport withInside(@Nullable HostPort address) {
        return new NodeReport(report, tunnel, address, revision, version, traffic, changesets);
    }

    /** As the payload of a health message. */
    public byte[] encode() {
        return NodeReportCodec.encode(this).toArray();
    }
}

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
 * @param revision the revision it serves
 * @param version the software it runs
 * @param traffic what it has answered
 * @param changesets the newest version of changesets that it reads
 */
public record NodeReport(
        SiteReport report,
        @Nullable HostPort tunnel,
        String revision,
        String version,
        Traffic traffic,
        int changesets) {
    /** What a node reads that does not say it. */
    static final int CHANGESETS_UNSAID = ChangesetCodec.DIFFERENCES - 1;

    /** A report of this software. */
    public NodeReport(SiteReport report, @Nullable HostPort tunnel, String revision, String version, Traffic traffic) {
        this(report, tunnel, revision, version, traffic, ChangesetCodec.NEWEST);
    }

    /** A report that does not say what the node has answered. */
    public NodeReport(SiteReport report, @Nullable HostPort tunnel, String revision, String version) {
        this(report, tunnel, revision, version, Traffic.NONE);
    }

    /** As the payload of a health message. */
    public byte[] encode() {
        return NodeReportCodec.encode(this).toArray();
    }
}

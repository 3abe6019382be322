package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable picture of all peer nodes that this node has met. Nodes never reached are not in it, nor are those of its own site that it meets in the
 * cluster; others of its own site are, with a control connection alone.
 */
public interface TunnelView {
    /** The nodes of a site that may be sent requests, in order of name; empty when none is known, and for this node's own site. */
    List<PeerState> inSite(SiteName site);

    /** One node, or null when it was never reached or is no longer a peer. */
    @Nullable
    PeerState node(NodeName node);

    /** Every node, in order of name. */
    Collection<PeerState> all();
}

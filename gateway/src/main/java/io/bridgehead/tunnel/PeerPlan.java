package io.bridgehead.tunnel;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.net.InetSocketAddress;

/**
 * How a proven peer node is reached by further connections.
 *
 * @param remote the very address that its control connection reached, so that a name with several nodes behind it is no matter
 * @param address as configured, for people
 */
record PeerPlan(SpiffeId id, SiteName site, NodeName node, InetSocketAddress remote, HostPort address) {}

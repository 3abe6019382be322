package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;

/**
 * What is known of one peer node at one moment.
 *
 * @param address where its tunnel port was reached last, host:port
 * @param roundTripMicros the smoothed round trip, 0 before the first measurement
 * @param roundTripVariationMicros its mean deviation (RFC 6298)
 * @param connections connections of every purpose that this node dialed to it and that are ready
 * @param streams streams on them; up to half a second old
 * @param windowBytes what stream windows of all connections with it pin beyond their first size, and what streams received that
 *     nobody consumed yet; up to half a second old
 * @param receivedBytes what came from it on all connections since this process began, TLS and frames included
 * @param sentBytes what was sent to it
 * @param pingsSent pings on the control connection since it was made
 * @param pingsUnanswered those of them that got no answer within the suspect limit
 * @param control whether this node can open control streams to it; not to a node that only offers connections
 * @param detail why the liveness is what it is, for people; empty while all is well
 */
public record PeerState(
        NodeName node,
        SiteName site,
        String address,
        Liveness liveness,
        long roundTripMicros,
        long roundTripVariationMicros,
        int connections,
        int streams,
        long windowBytes,
        long receivedBytes,
        long sentBytes,
        long pingsSent,
        long pingsUnanswered,
        boolean control,
        String detail) {}

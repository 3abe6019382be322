package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts the lines of {@code get tunnels} together: one for each configured address, then one for each node that only dials us. */
final class TunnelReports {
    private TunnelReports() {}

    static List<TunnelReport> of(
            Collection<PeerTarget> targets,
            Map<NodeName, Peer> peers,
            Map<NodeName, ReversePeer> reversed,
            Map<NodeName, LoopEnd.Tally> tallies,
            long now) {
        List<TunnelReport> lines = new ArrayList<>();
        Set<NodeName> dialed = new HashSet<>();
        for (PeerTarget target : targets) {
            NodeName node = target.node();
            Peer peer = node == null ? null : peers.get(node);
            if (peer != null && peer.holder() == target) {
                dialed.add(peer.plan().node());
                lines.add(held(target, peer, tallies.get(peer.plan().node()), now));
            } else {
                lines.add(other(target, now));
            }
        }
        tallies.forEach((node, tally) -> {
            ReversePeer offering = reversed.get(node);
            if (!dialed.contains(node) && offering != null) {
                lines.add(offering(offering, tally, now));
            } else if (!dialed.contains(node) && tally.accepted() > 0) {
                lines.add(inbound(node, tally));
            }
        });
        return List.copyOf(lines);
    }

    private static TunnelReport held(PeerTarget target, Peer peer, LoopEnd.@Nullable Tally tally, long now) {
        PeerState state = peer.state(tally);
        DialedConnection control = peer.control();
        return new TunnelReport(
                target.address().toString(),
                state.node(),
                state.site(),
                state.liveness().name().toLowerCase(Locale.ROOT),
                state.roundTripMicros(),
                state.roundTripVariationMicros(),
                peer.judge().pingsSent(),
                peer.judge().pingsUnanswered(),
                state.connections(),
                state.streams(),
                tally == null ? 0 : tally.accepted(),
                control == null ? "" : control.security(),
                (now - peer.since()) / 1_000_000,
                target.lastError().isEmpty() ? state.detail() : target.lastError());
    }

    private static TunnelReport other(PeerTarget target, long now) {
        String state = switch (target.phase()) {
            case DUPLICATE -> TunnelReport.DUPLICATE;
            case SAME_SITE -> TunnelReport.SAME_SITE;
            case SELF -> TunnelReport.SELF;
            case DIALING, HOLDING, PAUSED, CLOSED -> Liveness.CONNECTING.name().toLowerCase(Locale.ROOT);
        };
        return new TunnelReport(
                target.address().toString(),
                target.node(),
                target.site(),
                state,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                "",
                (now - target.since()) / 1_000_000,
                target.lastError());
    }

    private static TunnelReport offering(ReversePeer peer, LoopEnd.Tally tally, long now) {
        PeerState state = peer.state(tally);
        return new TunnelReport(
                state.address(),
                state.node(),
                state.site(),
                state.liveness().name().toLowerCase(Locale.ROOT),
                state.roundTripMicros(),
                state.roundTripVariationMicros(),
                peer.judge().pingsSent(),
                peer.judge().pingsUnanswered(),
                state.connections(),
                state.streams(),
                tally.accepted(),
                peer.security(),
                (now - peer.since()) / 1_000_000,
                state.detail());
    }

    private static TunnelReport inbound(NodeName node, LoopEnd.Tally tally) {
        return new TunnelReport(
                tally.address(),
                node,
                tally.site(),
                TunnelReport.INBOUND,
                0,
                0,
                0,
                0,
                0,
                0,
                tally.accepted(),
                "",
                0,
                "");
    }
}

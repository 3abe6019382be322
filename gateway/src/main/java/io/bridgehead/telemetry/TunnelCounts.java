package io.bridgehead.telemetry;

import io.bridgehead.model.NodeName;
import io.bridgehead.tunnel.PeerState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Counts bytes and pings of tunnels by what was seen before: of as many peers as {@link NodeGauges#ROWS_MAX}, until the node knows
 * them no more. Any thread, one after the other.
 */
final class TunnelCounts {
    private final MeterRegistry registry;
    private final ConcurrentHashMap<NodeName, Peer> peers = new ConcurrentHashMap<>();

    /** What counts one peer. */
    private record Peer(Count in, Count out, Count pings, Count unanswered) {
        void remove(MeterRegistry registry) {
            registry.remove(in.counter);
            registry.remove(out.counter);
            registry.remove(pings.counter);
            registry.remove(unanswered.counter);
        }
    }

    /** A counter, and what was seen last of what it counts. */
    private record Count(Counter counter, AtomicLong seen) {
        /** A number below the last one has begun anew, with another connection. */
        void take(long now) {
            long before = seen.getAndSet(now);
            counter.increment((double) (now < before ? now : now - before));
        }
    }

    TunnelCounts(MeterRegistry registry) {
        this.registry = registry;
    }

    void seen(PeerState now) {
        Peer peer = peers.get(now.node());
        if (peer == null) {
            if (peers.size() >= NodeGauges.ROWS_MAX) {
                return;
            }
            peer = peers.computeIfAbsent(now.node(), _ -> peer(now));
        }
        peer.in.take(now.receivedBytes());
        peer.out.take(now.sentBytes());
        peer.pings.take(now.pingsSent());
        peer.unanswered.take(now.pingsUnanswered());
    }

    /** Counts of peers that are not among these are removed. */
    void forgetOthers(Collection<PeerState> now) {
        Set<NodeName> names = now.stream().map(PeerState::node).collect(Collectors.toSet());
        peers.entrySet().removeIf(known -> {
            boolean gone = !names.contains(known.getKey());
            if (gone) {
                known.getValue().remove(registry);
            }
            return gone;
        });
    }

    private Peer peer(PeerState state) {
        Tags tags = Tags.of(
                Tag.PEER,
                state.node().value(),
                Tag.DESTINATION_SITE,
                state.site().value());
        return new Peer(
                count(Signal.TUNNEL_BYTES, tags.and(Tag.DIRECTION, "in")),
                count(Signal.TUNNEL_BYTES, tags.and(Tag.DIRECTION, "out")),
                count(Signal.TUNNEL_PINGS, tags),
                count(Signal.TUNNEL_PINGS_LOST, tags));
    }

    private Count count(Signal signal, Tags tags) {
        Counter counter = signal.counter().tags(tags).register(registry);
        return new Count(counter, new AtomicLong());
    }
}

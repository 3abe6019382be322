package io.bridgehead.telemetry;

import io.bridgehead.model.NodeName;
import io.bridgehead.tunnel.PeerState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts bytes of tunnels by what was seen before: as many peers as {@link NodeGauges#ROWS_MAX}, for the life of the process. Any thread.
 */
final class TunnelBytes {
    private final MeterRegistry registry;
    private final ConcurrentHashMap<NodeName, Peer> peers = new ConcurrentHashMap<>();

    /** What was seen of one peer, and what counts it. */
    private record Peer(AtomicLong received, AtomicLong sent, Counter in, Counter out) {}

    TunnelBytes(MeterRegistry registry) {
        this.registry = registry;
    }

    void seen(PeerState now) {
        Peer peer = peers.get(now.node());
        if (peer == null) {
            if (peers.size() >= NodeGauges.ROWS_MAX) {
                return;
            }
            peer = peers.computeIfAbsent(
                    now.node(),
                    _ -> new Peer(new AtomicLong(), new AtomicLong(), counter(now, "in"), counter(now, "out")));
        }
        add(peer.in, peer.received, now.receivedBytes());
        add(peer.out, peer.sent, now.sentBytes());
    }

    /** What two threads see in the wrong order is counted once. */
    private static void add(Counter counter, AtomicLong seen, long now) {
        long before = seen.getAndAccumulate(now, Math::max);
        if (now > before) {
            counter.increment((double) (now - before));
        }
    }

    private Counter counter(PeerState peer, String direction) {
        return Counter.builder(Signal.TUNNEL_BYTES.meter())
                .description(Signal.TUNNEL_BYTES.meaning())
                .baseUnit("bytes")
                .tag(Signal.Tag.PEER, peer.node().value())
                .tag(Signal.Tag.DESTINATION_SITE, peer.site().value())
                .tag(Signal.Tag.DIRECTION, direction)
                .register(registry);
    }
}

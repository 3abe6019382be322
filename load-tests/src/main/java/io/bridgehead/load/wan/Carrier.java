package io.bridgehead.load.wan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One site's end of the wide area: a thread takes the packets that the site sends and puts each into the queue of its destination; another
 * gives the site what has arrived.
 */
final class Carrier {
    private static final int PACKET_BYTES_MAX = 128 * 1024;
    private static final int VIRTIO_HEADER_BYTES = 10;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int DESTINATION_AT = VIRTIO_HEADER_BYTES + 16;
    private static final int IPV4 = 4;

    private final String site;
    private final int device;
    private final int network;
    private final int mask;
    private final PriorityQueue<Packet> arriving = new PriorityQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition earlier = lock.newCondition();
    private long sequence;

    private record Packet(ByteBuffer bytes, long due, long sequence, Link link) implements Comparable<Packet> {
        @Override
        public int compareTo(Packet other) {
            int byTime = Long.compare(due, other.due);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /**
     * @param device the open TUN device
     * @param network the site's addresses, as a number
     */
    Carrier(String site, int device, int network, int mask) {
        this.site = site;
        this.device = device;
        this.network = network;
        this.mask = mask;
    }

    String site() {
        return site;
    }

    /** Begins, with all sites known. */
    void start(List<Carrier> all, Map<String, Link> links) {
        Thread.ofPlatform().name("from-" + site).start(() -> take(all, links));
        Thread.ofPlatform().name("to-" + site).start(this::give);
    }

    private void take(List<Carrier> all, Map<String, Link> links) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(PACKET_BYTES_MAX);
            for (long size = SystemCalls.read(device, packet); size >= 0; size = SystemCalls.read(device, packet)) {
                if (size >= VIRTIO_HEADER_BYTES + IPV4_HEADER_BYTES
                        && packet.get(ValueLayout.JAVA_BYTE, VIRTIO_HEADER_BYTES) >> 4 == IPV4) {
                    route(packet, size, all, links);
                }
            }
        }
    }

    private void route(MemorySegment packet, long size, List<Carrier> all, Map<String, Link> links) {
        int destination = Integer.reverseBytes(packet.get(ValueLayout.JAVA_INT_UNALIGNED, DESTINATION_AT));
        for (Carrier other : all) {
            Link link = links.get(site + ">" + other.site);
            if (link != null && (destination & other.mask) == other.network) {
                long due = link.arrival(System.nanoTime(), size - VIRTIO_HEADER_BYTES);
                if (due != Link.LOST) {
                    other.put(ByteBuffer.wrap(packet.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE)), due, link);
                }
                return;
            }
        }
    }

    private void put(ByteBuffer bytes, long due, Link link) {
        lock.lock();
        try {
            Packet packet = new Packet(bytes, due, sequence++, link);
            arriving.add(packet);
            Packet first = arriving.peek();
            if (first != null && first.sequence == packet.sequence) {
                earlier.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void give() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(PACKET_BYTES_MAX);
            while (true) {
                Packet packet = next();
                if (packet.link.isDown()) {
                    packet.link.cutOff();
                } else {
                    int size = packet.bytes.remaining();
                    out.copyFrom(MemorySegment.ofBuffer(packet.bytes));
                    SystemCalls.write(device, out, size);
                    packet.link.carried();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Packet next() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                Packet first = arriving.peek();
                long wait = first == null ? TimeUnit.SECONDS.toNanos(1) : first.due - System.nanoTime();
                if (first != null && wait <= 0) {
                    arriving.remove();
                    return first;
                }
                earlier.awaitNanos(wait);
            }
        } finally {
            lock.unlock();
        }
    }
}

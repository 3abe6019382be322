package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.tunnel.ControlHandler;
import io.bridgehead.tunnel.TunnelPeer;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Peers that watch this node: each has a stream open on the control connection that it dialed, and gets on it what is news here, as the
 * length of a record, 4 bytes, and the record. So a site that only dials out is told as quickly as one that can be dialed.
 *
 * <p>A peer has one such stream: the newest takes the place of one whose end this node has not noticed yet. A peer that reads too slowly is cut
 * off with what waits for it, and repairs when it watches again. Threads: any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Watchers {
    private static final int WATCHERS_MAX = 1024;
    private static final long WAITING_BYTES_MAX = 32L << 20;

    private final ConcurrentMap<NodeName, Watcher> all = new ConcurrentHashMap<>();
    private final int watchersMax;
    private final long waitingBytesMax;
    private volatile boolean over;

    Watchers() {
        this(WATCHERS_MAX, WAITING_BYTES_MAX);
    }

    /**
     * @param watchersMax further peers get 503
     * @param waitingBytesMax what may wait for one of them
     */
    Watchers(int watchersMax, long waitingBytesMax) {
        this.watchersMax = watchersMax;
        this.waitingBytesMax = waitingBytesMax;
    }

    ControlHandler handler() {
        return this::begin;
    }

    private StreamEvents begin(Loop loop, TunnelPeer peer, ServerStream stream, RequestHead head, boolean end) {
        Watcher watcher = new Watcher(loop, peer.node(), stream);
        if (over || (all.size() >= watchersMax && !all.containsKey(peer.node()))) {
            stream.sendResponse(new ResponseHead(503, new HeaderFields()), true);
            return watcher;
        }
        stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
        Watcher former = all.put(peer.node(), watcher);
        if (former != null) {
            former.loop.execute(() -> former.stream.reset(StreamReset.CANCEL));
        }
        if (over) {
            watcher.end();
        }
        return watcher;
    }

    /** Tells those of them that are meant. */
    void tell(byte[] record, Predicate<NodeName> meant) {
        List<Watcher> told =
                all.values().stream().filter(one -> meant.test(one.node)).toList();
        if (!told.isEmpty()) {
            byte[] frame = new BinaryWriter().blob(Bytes.wrap(record)).toBytes().toArray();
            told.forEach(watcher -> watcher.loop.execute(() -> watcher.send(frame)));
        }
    }

    /** Nobody is told any more: every stream ends, and further peers get 503. Else a node that stops would wait for them. */
    void end() {
        over = true;
        all.values().forEach(watcher -> watcher.loop.execute(watcher::end));
    }

    /** How many watch now. */
    int count() {
        return all.size();
    }

    /** One peer's stream; used on its loop alone. */
    private final class Watcher implements StreamEvents {
        private final Loop loop;
        private final NodeName node;
        private final ServerStream stream;
        private final AtomicLong waiting = new AtomicLong();

        Watcher(Loop loop, NodeName node, ServerStream stream) {
            this.loop = loop;
            this.node = node;
            this.stream = stream;
        }

        /** Sends what all get; nobody changes it. */
        void send(byte[] frame) {
            if (!equals(all.get(node))) {
                return;
            }
            if (stream.writable()) {
                waiting.set(0);
            }
            if (waiting.addAndGet(frame.length) > waitingBytesMax) {
                all.remove(node, this);
                stream.reset(StreamReset.CANCEL);
                return;
            }
            stream.sendData(Chunk.of(frame), false);
        }

        void end() {
            if (!all.remove(node, this)) {
                return;
            }
            if (stream.writable()) {
                stream.sendData(Chunk.empty(), true);
            } else {
                stream.reset(StreamReset.CANCEL);
            }
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            int size = chunk.size();
            chunk.release();
            stream.consumed(size);
        }

        @Override
        public void onTrailers(HeaderFields trailers) {}

        @Override
        public void onReset(StreamReset reset) {
            all.remove(node, this);
        }

        @Override
        public void onWritable() {
            waiting.set(0);
        }
    }
}

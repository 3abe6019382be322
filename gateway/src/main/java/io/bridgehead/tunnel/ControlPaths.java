package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The control handlers of this node by path; used on every loop, changed on any thread. */
final class ControlPaths {
    private static final String PREFIX = "/.bridgehead/";
    private static final int PATHS_MAX = 64;

    private final ConcurrentMap<String, ControlHandler> byPath = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException if the path is not below {@code /.bridgehead/}, taken, or one too many */
    void add(String path, ControlHandler handler) {
        if (!path.startsWith(PREFIX) || byPath.size() >= PATHS_MAX) {
            throw new IllegalArgumentException(
                    "control path '" + path + "': expected one below " + PREFIX + ", at most " + PATHS_MAX + " in all");
        }
        if (byPath.putIfAbsent(path, handler) != null) {
            throw new IllegalArgumentException("control path '" + path + "': has a handler already");
        }
    }

    /** Serves one peer's control connection. */
    RequestHandler serve(Loop loop, TunnelPeer peer) {
        return new Dispatch(loop, peer);
    }

    private final class Dispatch implements RequestHandler {
        private final Loop loop;
        private final TunnelPeer peer;

        Dispatch(Loop loop, TunnelPeer peer) {
            this.loop = loop;
            this.peer = peer;
        }

        @Override
        public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
            int query = head.path().indexOf('?');
            ControlHandler handler =
                    byPath.get(query < 0 ? head.path() : head.path().substring(0, query));
            if (handler == null) {
                stream.sendResponse(new ResponseHead(404, new HeaderFields()), true);
                return new Discard(stream);
            }
            return handler.onRequest(loop, peer, stream, head, end);
        }

        @Override
        public void onRefused(Refusal refusal, String detail) {}
    }

    /** Takes the body of a request that nobody serves. */
    private static final class Discard implements StreamEvents {
        private final ServerStream stream;

        Discard(ServerStream stream) {
            this.stream = stream;
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            stream.consumed(chunk.size());
            chunk.release();
        }

        @Override
        public void onTrailers(HeaderFields trailers) {}

        @Override
        public void onReset(StreamReset reset) {}

        @Override
        public void onWritable() {}
    }
}

package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a test node serves to its peers: {@code /name} (its name), {@code /after/<millis>} (its name, later), {@code /flood} (4 MiB as
 * fast as it is taken), {@code /hang} (nothing); bodies and CONNECT streams come back as they were sent.
 */
final class TestService implements TunnelServerHandlers {
    static final int FLOOD_BYTES = 4 << 20;

    private final String name;
    private final AtomicInteger resets = new AtomicInteger();

    TestService(String name) {
        this.name = name;
    }

    /** Streams that were reset under the service. */
    int resets() {
        return resets.get();
    }

    @Override
    public RequestHandler requests(Loop loop, TunnelPeer peer) {
        return new RequestHandler() {
            @Override
            public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
                Served served = new Served(stream);
                if (!end) {
                    stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
                } else if (head.path().startsWith("/after/")) {
                    loop.after(Long.parseLong(head.path().substring(7)), () -> answer(stream));
                } else if (head.path().equals("/flood")) {
                    stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
                    served.left = FLOOD_BYTES;
                    served.onWritable();
                } else if (!head.path().equals("/hang")) {
                    answer(stream);
                }
                return served;
            }

            @Override
            public void onRefused(Refusal refusal, String detail) {}
        };
    }

    private void answer(ServerStream stream) {
        stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
        stream.sendData(Chunk.of(name.getBytes(StandardCharsets.UTF_8)), true);
    }

    @OwnedBy(Owner.EVENT_LOOP)
    private final class Served implements StreamEvents {
        private final ServerStream stream;
        private int left;

        Served(ServerStream stream) {
            this.stream = stream;
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            int size = chunk.size();
            stream.sendData(chunk, end);
            stream.consumed(size);
        }

        @Override
        public void onTrailers(HeaderFields trailers) {
            stream.sendTrailers(trailers);
        }

        @Override
        public void onReset(StreamReset reset) {
            resets.incrementAndGet();
        }

        @Override
        public void onWritable() {
            while (left > 0 && stream.writable()) {
                int size = Math.min(left, 16 * 1024);
                left -= size;
                stream.sendData(Chunk.of(new byte[size]), left == 0);
            }
        }
    }
}

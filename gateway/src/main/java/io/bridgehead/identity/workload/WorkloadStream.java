package io.bridgehead.identity.workload;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.UnixClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@code FetchX509SVID} stream to the SPIFFE agent open: gRPC over HTTP/2 over a Unix socket. When it ends it is opened again after a pause that
 * doubles from half a second to half a minute, by chance a bit longer.
 *
 * <p><b>Limits</b>: messages up to {@value #MESSAGE_BYTES_MAX} bytes.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class WorkloadStream {
    private static final int MESSAGE_BYTES_MAX = 1 << 20;
    private static final int FRAME_BYTES = 5;
    private static final int CONNECT_MILLIS = 3_000;
    private static final int PAUSE_FIRST_MILLIS = 500;
    private static final int PAUSE_MAX_MILLIS = 30_000;
    private static final byte[] EMPTY_MESSAGE = new byte[FRAME_BYTES];
    private static final HeaderName SECURITY = HeaderName.of("workload.spiffe.io");
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");

    private final Loop loop;
    private final Path socket;
    private final RandomGenerator random;
    private final Listener listener;
    private @Nullable HttpClientConnection connection;
    private int pauseMillis = PAUSE_FIRST_MILLIS;
    private boolean closed;
    private int attempt;

    /** Is told on the loop. */
    interface Listener {
        /** The whole state, in place of the one before. */
        void onMessage(byte[] message);

        /** There is no stream for now; it is tried again. */
        void onLost(String why);
    }

    WorkloadStream(Loop loop, Path socket, RandomGenerator random, Listener listener) {
        this.loop = loop;
        this.socket = socket;
        this.random = random;
        this.listener = listener;
    }

    void open() {
        if (closed) {
            return;
        }
        int now = ++attempt;
        UnixClient.http2(
                loop,
                socket,
                CONNECT_MILLIS,
                new Ending(now),
                opened -> {
                    connection = opened;
                    if (closed) {
                        opened.close();
                    } else {
                        fetch(opened, now);
                    }
                },
                why -> lost(now, socket + ": " + why));
    }

    private void fetch(HttpClientConnection opened, int now) {
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.CONTENT_TYPE, "application/grpc");
        fields.add(HeaderName.TE, "trailers");
        fields.add(SECURITY, "true");
        Reading reading = new Reading(now);
        ClientStream stream = opened.open(
                new RequestHead("POST", "http", "localhost", "/SpiffeWorkloadAPI/FetchX509SVID", fields),
                false,
                reading);
        reading.stream = stream;
        stream.sendData(Chunk.of(EMPTY_MESSAGE), true);
    }

    void close() {
        closed = true;
        HttpClientConnection open = connection;
        if (open != null) {
            open.close();
        }
    }

    private void lost(int ended, String why) {
        if (closed || ended != attempt) {
            return;
        }
        attempt++;
        HttpClientConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
        listener.onLost(why);
        loop.after(pauseMillis + random.nextInt(pauseMillis / 4 + 1), this::open);
        pauseMillis = Math.min(PAUSE_MAX_MILLIS, pauseMillis * 2);
    }

    /** The connection's end. */
    private final class Ending implements ClientConnectionEvents {
        private final int now;

        Ending(int now) {
            this.now = now;
        }

        @Override
        public void onIdle(HttpClientConnection ended) {}

        @Override
        public void onGoingAway(HttpClientConnection ended) {}

        @Override
        public void onClosed(HttpClientConnection ended) {
            lost(now, socket + ": the agent closed the connection");
        }

        @Override
        public void onBytesReceived() {}
    }

    /** The answers of one call, put together from DATA. */
    @OwnedBy(Owner.EVENT_LOOP)
    private final class Reading implements ResponseEvents {
        private final int now;
        private byte[] kept = {};
        private @Nullable ClientStream stream;

        Reading(int now) {
            this.now = now;
        }

        @Override
        public void onInformational(ResponseHead head) {}

        @Override
        public void onResponse(ResponseHead head, boolean end) {
            if (end) {
                ended(head.fields());
            } else if (head.status() != 200) {
                lost(now, socket + ": the agent answered with status " + head.status());
            }
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            byte[] bytes = chunk.toBytes();
            chunk.release();
            ClientStream open = stream;
            if (open != null) {
                open.consumed(bytes.length);
            }
            if (now == attempt) {
                take(bytes);
            }
            if (end) {
                lost(now, socket + ": the agent ended the stream");
            }
        }

        private void take(byte[] bytes) {
            byte[] all = Arrays.copyOf(kept, kept.length + bytes.length);
            System.arraycopy(bytes, 0, all, kept.length, bytes.length);
            int at = 0;
            while (all.length - at >= FRAME_BYTES) {
                int length = ByteBuffer.wrap(all, at + 1, 4).getInt();
                if (all[at] != 0 || length < 0 || length > MESSAGE_BYTES_MAX) {
                    lost(
                            now,
                            socket + ": found a message that is compressed or longer than " + MESSAGE_BYTES_MAX
                                    + " bytes");
                    return;
                }
                if (all.length - at - FRAME_BYTES < length) {
                    break;
                }
                pauseMillis = PAUSE_FIRST_MILLIS;
                listener.onMessage(Arrays.copyOfRange(all, at + FRAME_BYTES, at + FRAME_BYTES + length));
                at += FRAME_BYTES + length;
            }
            kept = Arrays.copyOfRange(all, at, all.length);
        }

        @Override
        public void onTrailers(HeaderFields trailers) {
            ended(trailers);
        }

        private void ended(HeaderFields fields) {
            String status = fields.first(GRPC_STATUS);
            String message = fields.first(GRPC_MESSAGE);
            String why = "7".equals(status)
                    ? "the agent has no identity for this process (grpc-status 7); expected a registration entry for it"
                    : "the agent ended the stream (grpc-status " + status + ")";
            lost(now, socket + ": " + why + (message == null ? "" : ": " + message));
        }

        @Override
        public void onReset(StreamReset reset) {
            lost(now, socket + ": the stream was reset (" + reset + ")");
        }

        @Override
        public void onWritable() {}
    }
}

package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamOpener;
import io.bridgehead.wire.StreamReset;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * This node watches a peer: takes the records that come on the stream, until it ends. While more than {@link #PENDING_BYTES_MAX} of them are not
 * judged yet the peer may send no more.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class TunnelWatch implements ResponseEvents {
    static final int PENDING_BYTES_MAX = 4 << 20;
    /** What a record costs while it waits, however short it is. */
    private static final int RECORD_BYTES_MIN = 256;

    private final Loop loop;
    private final Function<Bytes, CompletionStage<?>> records;
    private final Runnable ended;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private @Nullable ClientStream stream;
    private int needed = Integer.BYTES;
    private long pending;
    private int owed;
    private boolean over;

    private TunnelWatch(Loop loop, Function<Bytes, CompletionStage<?>> records, Runnable ended) {
        this.loop = loop;
        this.records = records;
        this.ended = ended;
    }

    /**
     * Opens the stream; on the loop of the control connection.
     *
     * @param records takes a record and completes when it is judged
     * @param ended called once
     */
    static void open(
            Loop loop, StreamOpener peer, String path, Function<Bytes, CompletionStage<?>> records, Runnable ended) {
        TunnelWatch watch = new TunnelWatch(loop, records, ended);
        RequestHead head = new RequestHead("POST", "https", "bridgehead.internal", path, new HeaderFields());
        watch.stream = peer.open(head, true, watch);
    }

    @Override
    public void onInformational(ResponseHead head) {}

    @Override
    public void onResponse(ResponseHead head, boolean end) {
        if (end || head.status() != 200) {
            end(!end);
        }
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        ClientStream from = stream;
        int size = chunk.size();
        if (from == null || over) {
            chunk.release();
            return;
        }
        gathered.writeBytes(chunk.toBytes());
        chunk.release();
        owed += size;
        boolean good = takeWhole();
        giveCredit();
        if (!good) {
            end(true);
        } else if (end) {
            end(false);
        }
    }

    /** Hands on every record that is complete; false when the peer announces one that is too long. */
    private boolean takeWhole() {
        if (gathered.size() < needed) {
            return true;
        }
        byte[] bytes = gathered.toByteArray();
        int at = 0;
        needed = Integer.BYTES;
        while (bytes.length - at >= Integer.BYTES) {
            int length = ByteBuffer.wrap(bytes, at, Integer.BYTES).getInt();
            if (length < 0 || length > Limits.RECORD_BYTES_MAX) {
                return false;
            }
            if (bytes.length - at - Integer.BYTES < length) {
                needed = Integer.BYTES + length;
                break;
            }
            int from = at + Integer.BYTES;
            at = from + length;
            handOn(Bytes.wrap(Arrays.copyOfRange(bytes, from, at)));
        }
        if (at > 0) {
            gathered.reset();
            gathered.write(bytes, at, bytes.length - at);
        }
        return true;
    }

    private void handOn(Bytes record) {
        int cost = Math.max(record.size(), RECORD_BYTES_MIN);
        pending += cost;
        records.apply(record)
                .whenComplete((judged, problem) -> loop.execute(() -> {
                    pending -= cost;
                    giveCredit();
                }));
    }

    private void giveCredit() {
        ClientStream from = stream;
        if (from != null && !over && owed > 0 && pending <= PENDING_BYTES_MAX) {
            int bytes = owed;
            owed = 0;
            from.consumed(bytes);
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        end(false);
    }

    @Override
    public void onReset(StreamReset reset) {
        end(false);
    }

    @Override
    public void onWritable() {}

    private void end(boolean resetStream) {
        if (over) {
            return;
        }
        over = true;
        if (resetStream && stream != null) {
            stream.reset(StreamReset.CANCEL);
        }
        ended.run();
    }
}

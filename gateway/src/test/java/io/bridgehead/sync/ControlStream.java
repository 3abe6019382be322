package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamReset;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One end of a control stream in memory: keeps what it is told, and is as strict as a real one. Used on one loop, looked at when that is at rest. */
final class ControlStream implements ClientStream, ServerStream {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final List<Integer> statuses = new ArrayList<>();

    @Nullable
    StreamReset reset;

    boolean writable = true;
    boolean ended;
    long consumed;

    @Override
    public void sendInformational(ResponseHead head) {}

    @Override
    public void sendResponse(ResponseHead head, boolean end) {
        if (reset == null) {
            if (!statuses.isEmpty()) {
                throw new AssertionError("two final heads: " + statuses + " and " + head.status());
            }
            statuses.add(head.status());
            end(end);
        }
    }

    @Override
    public void sendData(Chunk chunk, boolean end) {
        if (reset == null) {
            sent.writeBytes(chunk.toBytes());
            end(end);
        }
        chunk.release();
    }

    @Override
    public void sendTrailers(HeaderFields fields) {
        end(true);
    }

    private void end(boolean end) {
        if (ended) {
            throw new AssertionError("sent after the end");
        }
        ended = end;
    }

    @Override
    public boolean writable() {
        return writable && reset == null;
    }

    @Override
    public void consumed(int bytes) {
        consumed += bytes;
    }

    @Override
    public void reset(StreamReset why) {
        if (reset == null) {
            reset = why;
        }
    }

    int status() {
        return statuses.isEmpty() ? 0 : statuses.getFirst();
    }

    Bytes sent() {
        return Bytes.wrap(sent.toByteArray());
    }
}

package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamReset;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream in memory: keeps what it is told to send. */
final class FakeStream implements ClientStream, ServerStream {
    final List<ResponseHead> informational = new ArrayList<>();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    @Nullable
    ResponseHead response;

    @Nullable
    HeaderFields trailers;

    @Nullable
    StreamReset reset;

    boolean ended;
    boolean writable = true;
    int consumed;

    @Override
    public void sendInformational(ResponseHead head) {
        informational.add(head);
    }

    @Override
    public void sendResponse(ResponseHead head, boolean end) {
        if (reset != null) {
            return;
        }
        if (response != null) {
            throw new AssertionError("two final heads");
        }
        response = head;
        end(end);
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
        if (reset == null) {
            trailers = fields;
            end(true);
        }
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

    String text() {
        return sent.toString(StandardCharsets.UTF_8);
    }

    int sentBytes() {
        return sent.size();
    }

    int status() {
        return response == null ? 0 : response.status();
    }

    @Nullable
    String responseField(String name) {
        return response == null ? null : response.fields().first(io.bridgehead.model.HeaderName.of(name));
    }
}

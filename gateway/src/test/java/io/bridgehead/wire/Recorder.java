package io.bridgehead.wire;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A stream's user that keeps all it is told; consumes at once unless told to wait. */
@OwnedBy(Owner.EVENT_LOOP)
final class Recorder implements ResponseEvents {
    final List<ResponseHead> informational = new ArrayList<>();
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    final CompletableFuture<String> outcome = new CompletableFuture<>();
    final CompletableFuture<StreamReset> reset = new CompletableFuture<>();

    @Nullable
    ResponseHead head;

    @Nullable
    HeaderFields trailers;

    @Nullable
    Stream stream;

    boolean hold;
    int held;
    int writables;
    boolean headOnly;

    static Recorder consuming() {
        return new Recorder();
    }

    static Recorder holding() {
        Recorder recorder = new Recorder();
        recorder.hold = true;
        return recorder;
    }

    Recorder on(Stream attached) {
        stream = attached;
        return this;
    }

    @Override
    public void onInformational(ResponseHead response) {
        informational.add(response);
    }

    @Override
    public void onResponse(ResponseHead response, boolean end) {
        head = response;
        if (end) {
            outcome.complete("end");
        }
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        byte[] bytes = chunk.toBytes();
        chunk.release();
        body.writeBytes(bytes);
        Stream attached = stream;
        if (hold) {
            held += bytes.length;
        } else if (attached != null) {
            attached.consumed(bytes.length);
        }
        if (end) {
            outcome.complete("end");
        }
    }

    @Override
    public void onTrailers(HeaderFields received) {
        trailers = received;
        outcome.complete("end");
    }

    @Override
    public void onReset(StreamReset cause) {
        reset.complete(cause);
        outcome.complete(cause.name());
    }

    @Override
    public void onWritable() {
        writables++;
    }

    String text() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }
}

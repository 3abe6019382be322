package io.bridgehead.wire.http2;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.Stream;
import io.bridgehead.wire.StreamReset;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The user of one stream of either side, who keeps what it is told and finds fault with the order of it. */
@OwnedBy(Owner.CONFINED)
final class Served implements ResponseEvents {
    final Bed bed;
    final RequestHead request;
    final List<ResponseHead> informational = new ArrayList<>();
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final ArrayDeque<Chunk> held = new ArrayDeque<>();
    private final boolean holds;

    @Nullable
    Stream stream;

    @Nullable
    ResponseHead answer;

    @Nullable
    HeaderFields trailers;

    int id = -1;
    boolean opening = true;
    /** The peer's half ended as it should. */
    boolean ended;

    boolean reset;
    /** This side has said its last word. */
    boolean localEnded;

    boolean localReset;

    /** @param holds keeps what comes until it is told to let go */
    Served(Bed bed, RequestHead request, boolean holds) {
        this.bed = bed;
        this.request = request;
        this.holds = holds;
    }

    Served on(Stream attached) {
        stream = attached;
        return this;
    }

    private Stream stream() {
        Stream present = stream;
        if (present == null) {
            throw new IllegalStateException("an event before the stream");
        }
        return present;
    }

    private void told(String what) {
        bed.check(!ended || what.equals("onReset"), what + " behind the end");
        bed.check(!reset && !localReset, what + " behind a reset");
        bed.check(!opening, what + " before open has returned");
    }

    @Override
    public void onInformational(ResponseHead head) {
        told("onInformational");
        bed.check(answer == null, "1xx behind the answer");
        informational.add(head);
    }

    @Override
    public void onResponse(ResponseHead head, boolean end) {
        told("onResponse");
        bed.check(answer == null, "a second answer");
        answer = head;
        ended = end;
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        told("onData");
        body.writeBytes(chunk.toBytes());
        ended = end;
        held.add(chunk);
        if (!holds) {
            consume(Integer.MAX_VALUE);
        }
    }

    @Override
    public void onTrailers(HeaderFields received) {
        told("onTrailers");
        trailers = received;
        ended = true;
    }

    @Override
    public void onReset(StreamReset why) {
        told("onReset");
        reset = true;
    }

    @Override
    public void onWritable() {
        told("onWritable");
    }

    /** Lets so many chunks go that wait. */
    void consume(int chunks) {
        for (int i = 0; i < chunks && !held.isEmpty(); i++) {
            Chunk chunk = held.remove();
            int size = chunk.size();
            chunk.release();
            stream().consumed(size);
        }
    }

    /** Sends a part of a body. */
    void send(int bytes, boolean end) {
        bed.userBytes += bytes;
        bed.userSends++;
        localEnded |= end;
        stream().sendData(Chunk.of(new byte[bytes]), end);
    }

    void sendTrailers() {
        HeaderFields fields = new HeaderFields();
        fields.add("x-sum", "1");
        bed.userBytes += 64;
        localEnded = true;
        stream().sendTrailers(fields);
    }

    void cut(StreamReset why) {
        localReset = true;
        stream().reset(why);
    }

    /** Whether nothing is to be expected any more, from either side. */
    boolean isOver() {
        return reset || localReset || (ended && localEnded);
    }
}

package io.bridgehead.sync;

import io.bridgehead.cluster.api.AntiEntropy;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
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
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One question to a peer over its control connection, and the answer. */
@OwnedBy(Owner.EVENT_LOOP)
final class TunnelCall implements ResponseEvents {
    /** For what may take a peer's disk and compiler. */
    static final long MILLIS_MAX = 10_000;

    private final CompletableFuture<Bytes> answer = new CompletableFuture<>();
    private final Body body = new Body(AntiEntropy.ANSWER_BYTES_MAX);
    private @Nullable ClientStream stream;
    private @Nullable Timer timer;

    /** The peer heard the question and gives no answer to it. */
    static final class Refusal extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;

        Refusal(int status) {
            super("the peer answered " + status);
            this.status = status;
        }

        /** Whether it is the question that it does not like, and not the moment. */
        boolean isOfTheQuestion() {
            return status >= 400 && status < 500;
        }
    }

    private TunnelCall() {}

    /** Asks; called on the loop of the control connection. The answer completes there, within the time given. */
    static CompletableFuture<Bytes> ask(Loop loop, StreamOpener peer, String path, Bytes question, long millisMax) {
        TunnelCall call = new TunnelCall();
        RequestHead head = new RequestHead("POST", "https", "bridgehead.internal", path, new HeaderFields());
        call.timer = loop.after(millisMax, () -> call.fail("no answer within " + millisMax + " ms", true));
        ClientStream stream = peer.open(head, false, call);
        call.stream = stream;
        stream.sendData(Chunk.of(question.toArray()), true);
        return call.answer;
    }

    @Override
    public void onInformational(ResponseHead head) {}

    @Override
    public void onResponse(ResponseHead head, boolean end) {
        if (head.status() != 200) {
            fail(new Refusal(head.status()), true);
        } else if (end) {
            succeed();
        }
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        ClientStream from = stream;
        if (from == null || answer.isDone()) {
            chunk.release();
        } else if (!body.take(chunk, from)) {
            fail("the answer is longer than " + AntiEntropy.ANSWER_BYTES_MAX + " bytes", true);
        } else if (end) {
            succeed();
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        succeed();
    }

    @Override
    public void onReset(StreamReset reset) {
        fail("the stream ended: " + reset, false);
    }

    @Override
    public void onWritable() {}

    private void succeed() {
        cancelTimer();
        answer.complete(body.bytes());
    }

    private void fail(String reason, boolean resetStream) {
        fail(new IOException(reason), resetStream);
    }

    private void fail(IOException problem, boolean resetStream) {
        cancelTimer();
        if (!answer.isDone()) {
            answer.completeExceptionally(problem);
            if (resetStream && stream != null) {
                stream.reset(StreamReset.CANCEL);
            }
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}

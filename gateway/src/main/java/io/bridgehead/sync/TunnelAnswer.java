package io.bridgehead.sync;

import io.bridgehead.cluster.api.AntiEntropy;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.tunnel.TunnelPeer;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One question of a peer on its control connection: gathers it, has it answered elsewhere, sends the answer. */
final class TunnelAnswer implements StreamEvents {
    private final Loop loop;
    private final TunnelPeer peer;
    private final ServerStream stream;
    private final Responder responder;
    private final Body question = new Body(Limits.RECORD_BYTES_MAX);

    /** Answers questions of one path; may take its time, on another thread. */
    interface Responder {
        CompletionStage<Bytes> answer(TunnelPeer peer, Bytes question);
    }

    TunnelAnswer(Loop loop, TunnelPeer peer, ServerStream stream, Responder responder) {
        this.loop = loop;
        this.peer = peer;
        this.stream = stream;
        this.responder = responder;
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        if (!question.take(chunk, stream)) {
            stream.sendResponse(new ResponseHead(413, new HeaderFields()), true);
        } else if (end) {
            complete();
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        complete();
    }

    @Override
    public void onReset(StreamReset reset) {}

    @Override
    public void onWritable() {}

    /** The question is complete. */
    void complete() {
        responder
                .answer(peer, question.bytes())
                .whenComplete((answer, problem) -> loop.execute(() -> send(answer, problem)));
    }

    private void send(@Nullable Bytes answer, @Nullable Throwable problem) {
        if (answer == null || problem != null || answer.size() > AntiEntropy.ANSWER_BYTES_MAX) {
            stream.sendResponse(new ResponseHead(400, new HeaderFields()), true);
        } else {
            stream.sendResponse(new ResponseHead(200, new HeaderFields()), answer.isEmpty());
            if (!answer.isEmpty()) {
                stream.sendData(Chunk.of(answer.toArray()), true);
            }
        }
    }
}

package io.bridgehead.sync;

import io.bridgehead.cluster.api.AntiEntropy;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.tunnel.TunnelPeer;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One question of a peer on its control connection: gathers it, has it answered elsewhere, sends the answer. What is held of it counts against
 * the peer's budget until it is answered.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class TunnelAnswer implements StreamEvents {
    private static final int TOO_LONG = 413;

    private final Loop loop;
    private final TunnelPeer peer;
    private final ServerStream stream;
    private final Responder responder;
    private final QuestionBudget budget;
    private final Consumer<String> refused;
    private final Body question = new Body(Limits.RECORD_BYTES_MAX);
    private long held;
    private boolean over;

    /** Answers questions of one path; may take its time, on another thread. */
    interface Responder {
        CompletionStage<Bytes> answer(TunnelPeer peer, Bytes question);
    }

    private TunnelAnswer(
            Loop loop,
            TunnelPeer peer,
            ServerStream stream,
            Responder responder,
            QuestionBudget budget,
            Consumer<String> refused) {
        this.loop = loop;
        this.peer = peer;
        this.stream = stream;
        this.responder = responder;
        this.budget = budget;
        this.refused = refused;
    }

    /**
     * Takes a question of which the head is there; {@code end} when there is no more of it.
     *
     * @param refused is told why one is not taken
     */
    static TunnelAnswer begin(
            Loop loop,
            TunnelPeer peer,
            ServerStream stream,
            boolean end,
            Responder responder,
            QuestionBudget budget,
            Consumer<String> refused) {
        TunnelAnswer answer = new TunnelAnswer(loop, peer, stream, responder, budget, refused);
        if (!answer.hold(QuestionBudget.QUESTION_BYTES)) {
            answer.refuse(503);
        } else if (end) {
            answer.complete();
        }
        return answer;
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        int size = chunk.size();
        if (over) {
            chunk.release();
            stream.consumed(size);
        } else if (!hold(size)) {
            chunk.release();
            stream.consumed(size);
            refuse(503);
        } else if (!question.take(chunk, stream)) {
            refuse(TOO_LONG);
        } else if (end) {
            complete();
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        if (!over) {
            complete();
        }
    }

    /** A question that was complete before is being answered, and holds what it holds until then. */
    @Override
    public void onReset(StreamReset reset) {
        if (!over) {
            over = true;
            budget.give(peer.node(), held);
        }
    }

    private boolean hold(int bytes) {
        if (!budget.take(peer.node(), bytes)) {
            return false;
        }
        held += bytes;
        return true;
    }

    /** What is still to come of it is thrown away. */
    private void refuse(int status) {
        over = true;
        budget.give(peer.node(), held);
        refused.accept(
                status == TOO_LONG
                        ? "it is longer than " + Limits.RECORD_BYTES_MAX + " bytes"
                        : "what waits of this peer takes as much as one peer may");
        stream.sendResponse(new ResponseHead(status, new HeaderFields()), true);
    }

    @Override
    public void onWritable() {}

    private void complete() {
        over = true;
        long given = held;
        responder.answer(peer, question.bytes()).whenComplete((answer, problem) -> {
            budget.give(peer.node(), given);
            loop.execute(() -> send(answer, problem));
        });
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

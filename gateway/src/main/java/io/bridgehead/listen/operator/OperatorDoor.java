package io.bridgehead.listen.operator;

import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SpiffeId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What stands behind the port: who may come in, and what is answered. Asked on the port's loop, or, for {@link #objection}, on any thread. */
public interface OperatorDoor {
    /**
     * A request of an operator.
     *
     * @param operator proved by certificate
     * @param address where it came from, with its port
     * @param body whole; empty without one
     */
    record Question(SpiffeId operator, String address, RequestHead head, byte[] body) {}

    /**
     * What is answered.
     *
     * @param status 200 to 599
     */
    record Answer(int status, String contentType, byte[] body) {}

    /** Why an operator has no business here ("found ...; expected ..."), or null. */
    @Nullable
    String objection(SpiffeId operator);

    /**
     * Why a request is not answered, before a byte of its body is taken; null when it is.
     *
     * @param question without its body
     */
    @Nullable
    Answer refusal(Question question);

    /** An answer that says what is wrong, for what the port itself refuses. */
    Answer refused(int status, String reason);

    /** Answers; completes on any thread. */
    CompletionStage<Answer> answer(Question question);
}

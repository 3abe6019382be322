package io.bridgehead.listen.operator;

import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SpiffeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What stands behind the port: who may come in, and what is answered. Asked on the port's loop, or, for {@link #objection}, on any thread. */
public interface OperatorDoor {
    /**
     * A request of an operator.
     *
     * @param operator proved by certificate
     * @param address where it came from, with its port
     */
    record Question(SpiffeId operator, String address, RequestHead head) {}

    /**
     * What is answered.
     *
     * @param status 200 to 599
     * @param body from its position to its limit, which nobody changes
     */
    record Answer(int status, String contentType, ByteBuffer body) {
        /** An answer in UTF-8; takes some time for a long one. */
        public static Answer of(int status, String contentType, String text) {
            return new Answer(status, contentType, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Why an operator has no business here ("found ...; expected ..."), or null. */
    @Nullable
    String objection(SpiffeId operator);

    /** Why a request is not answered, before a byte of its body is taken; null when it is. */
    @Nullable
    Answer refusal(Question question);

    /** An answer that says what is wrong, for what the port itself refuses. */
    Answer refused(int status, String reason);

    /**
     * Answers; completes on any thread.
     *
     * @param body whole; empty without one
     */
    CompletionStage<Answer> answer(Question question, byte[] body);
}

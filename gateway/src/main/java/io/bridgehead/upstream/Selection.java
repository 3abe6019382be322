package io.bridgehead.upstream;

import io.bridgehead.model.Refusal;

/** The answer to the question where the next attempt goes. */
public sealed interface Selection {
    /** Here. The destination counts as in use until {@link Destination#ended}. */
    record To(Destination destination) implements Selection {}

    /**
     * Nowhere yet: this node has just started, and a site that may serve has not been reached. To be asked again after a moment.
     */
    record NotYet() implements Selection {
        /** The only one. */
        static final NotYet ASK_AGAIN = new NotYet();
    }

    /**
     * Nowhere.
     *
     * @param detail why, for logs and {@code explain}; never for outside clients
     */
    record None(Refusal refusal, String detail) implements Selection {}
}

package io.bridgehead.upstream;

import io.bridgehead.model.Refusal;

/** The answer to the question where the next attempt goes. */
public sealed interface Selection {
    /** Here. The destination counts as in use until {@link Destination#ended}. */
    record To(Destination destination) implements Selection {}

    /**
     * Nowhere.
     *
     * @param detail why, for logs and {@code explain}; never for outside clients
     */
    record None(Refusal refusal, String detail) implements Selection {}
}

package io.bridgehead.wire.guard;

import io.bridgehead.model.Refusal;

/**
 * Why a message is refused.
 *
 * @param refusal the cause by name
 * @param detail for people: what was found and what is expected; holds nothing of the message that could be a secret
 */
public record Fault(Refusal refusal, String detail) {
    /** A malformed message. */
    public static Fault bad(String detail) {
        return new Fault(Refusal.BAD_REQUEST, detail);
    }
}

package io.bridgehead.authn;

/** What is to be thought of a statement. */
public sealed interface OriginVerdict {
    /** It is true as far as its issuer can be believed. */
    record Good(OriginStatement statement) implements OriginVerdict {}

    /**
     * It is not taken.
     *
     * @param detail for people who run this node: what was found, and what was expected
     */
    record Refused(OriginFault fault, String detail) implements OriginVerdict {}
}

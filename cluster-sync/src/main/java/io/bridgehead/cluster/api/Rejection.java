package io.bridgehead.cluster.api;

import java.util.Optional;

/**
 * A record that was not taken.
 *
 * @param fault why, as a word
 * @param record what it says of itself, which nobody need believe; nothing when it could not be read
 * @param carrier who handed it over
 * @param reason a sentence for people
 */
public record Rejection(Fault fault, Optional<SignedRecord> record, String carrier, String reason) {
    /** Bytes that are no record. */
    public static Rejection unreadable(String carrier, MalformedException problem) {
        return new Rejection(Fault.MALFORMED, Optional.empty(), carrier, String.valueOf(problem.getMessage()));
    }

    /** Who signed it, by its own word; "?" when it could not be read. */
    public String origin() {
        return record.map(SignedRecord::origin).orElse("?");
    }

    /** Its kind and what it is about, such as {@code changeset "shop"}; "?" when it could not be read. */
    public String subject() {
        return record.map(said -> said.kind() + " \"" + said.subject() + "\"").orElse("?");
    }
}

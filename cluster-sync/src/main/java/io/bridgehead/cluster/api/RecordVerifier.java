package io.bridgehead.cluster.api;

/**
 * Says whether a record is what it claims to be: signature, chain, the signer's identity, and what the reader's own
 * {@code trust} lets that signer publish. Supplied by the gateway.
 *
 * <p>Asked once, when a record is first received; what was accepted is marked by the store and not judged again, so it
 * outlives the certificate that signed it. The stamp is checked by the caller. Called on threads that may compute;
 * must not wait for a network.
 */
@FunctionalInterface
public interface RecordVerifier {
    Verdict verify(EncodedRecord record);

    /** Whether a record that was rejected a moment ago deserves another look, because more is known of it since. */
    default boolean reconsiders(Sha256 record) {
        return false;
    }

    /** The answer. */
    sealed interface Verdict {}

    /** The record is genuine and its origin may publish it. */
    record Accepted() implements Verdict {}

    /**
     * The record must be ignored.
     *
     * @param fault why, as a word
     * @param reason a sentence for people: what, the value, what was expected
     */
    record Rejected(Fault fault, String reason) implements Verdict {
        public Rejected(String reason) {
            this(Fault.REFUSED, reason);
        }
    }
}

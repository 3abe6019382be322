package io.bridgehead.cluster.api;

/** What became of a record that came from elsewhere. */
public sealed interface Receipt {
    /** It was news, was verified, and is kept (or delivered, when it is a health message). */
    record Accepted(EncodedRecord record) implements Receipt {}

    /** It is held already, or something newer is. */
    record Known() implements Receipt {}

    /** It is ignored. */
    record Rejected(Fault fault, String reason) implements Receipt {
        /** It cannot be taken now. */
        public static Rejected forNow(String reason) {
            return new Rejected(Fault.NOT_KEPT, reason);
        }
    }
}

package io.bridgehead.cluster.api;

import java.util.concurrent.CompletionStage;

/**
 * Repair between two nodes that the cluster does not join: compare digests, pull what is missing here, offer what is
 * missing there, as the peer may have no way to ask. The carriage is given.
 *
 * <p>The digest is 256 buckets of count and hash over the {@linkplain Store#live live} records. Run it every 30 s, on
 * start and on merge, with a random peer.
 */
public interface AntiEntropy {
    /**
     * Answers a peer's request from this node's store. Does not wait.
     *
     * @throws MalformedException for bytes that are not a request
     */
    Bytes answer(Bytes request) throws MalformedException;

    /**
     * Pulls what {@code peer} has and this node lacks, and offers it what it lacks; whatever arrives is verified like
     * any record. What a peer was offered and lacks all the same is offered again after 3 s, then after twice as long
     * each time, 2 minutes at most.
     */
    CompletionStage<Repair> repair(Transport peer);

    /** A way to one peer. */
    interface Transport {
        /** The peer's name, for messages. */
        String peer();

        /**
         * Carries a request to the peer's {@link #answer} and brings the answer. Must complete in bounded time, and
         * must refuse answers larger than {@link #ANSWER_BYTES_MAX}.
         */
        CompletionStage<Bytes> exchange(Bytes request);

        /** Carries a record to the peer, which verifies it like any. Must complete in bounded time. */
        CompletionStage<Offered> offer(Bytes record);
    }

    /** What became of a record that a peer was offered. */
    enum Offered {
        /** It was news there and is kept. */
        TAKEN,
        /** It or something newer is held there. */
        KNOWN,
        /** It is ignored there. */
        REFUSED;

        /** The same of what this node was offered. */
        public static Offered of(Receipt receipt) {
            return switch (receipt) {
                case Receipt.Accepted _ -> TAKEN;
                case Receipt.Known _ -> KNOWN;
                case Receipt.Rejected _ -> REFUSED;
            };
        }
    }

    /** The largest answer: one record of the largest size, and room for small ones. */
    int ANSWER_BYTES_MAX = Limits.RECORD_BYTES_MAX + (1 << 20);

    /**
     * What a round did.
     *
     * @param differing buckets that differed, 0 to 256
     * @param taken records that were news here
     * @param rejected records that were ignored here
     * @param given records that were news there
     */
    record Repair(int differing, int taken, int rejected, int given) {}
}

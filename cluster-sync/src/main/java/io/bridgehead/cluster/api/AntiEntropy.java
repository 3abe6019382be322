package io.bridgehead.cluster.api;

import java.util.concurrent.CompletionStage;

/**
 * Repair between two nodes that the cluster does not join: compare digests, pull what is missing. The carriage is
 * given.
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

    /** Pulls what {@code peer} has and this node lacks; whatever arrives is verified like any record. */
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
    }

    /** The largest answer: one record of the largest size, and room for small ones. */
    int ANSWER_BYTES_MAX = Limits.RECORD_BYTES_MAX + (1 << 20);

    /**
     * What a round did.
     *
     * @param differing buckets that differed, 0 to 256
     * @param taken records that were news here
     * @param rejected records that were ignored here
     */
    record Repair(int differing, int taken, int rejected) {}
}

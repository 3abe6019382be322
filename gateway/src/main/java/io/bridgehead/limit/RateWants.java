package io.bridgehead.limit;

import java.util.Map;

/**
 * What a node tells the others that it wants of limits of the fabric, now. Of a bucket that is not in it the node may take its equal part, and
 * others must leave it that.
 *
 * @param wants by bucket; at most {@value #WANTS_MAX}, fewer where many nodes talk ({@link RateShares#wantsMax})
 */
public record RateWants(Map<Bucket, Want> wants) {
    public static final int WANTS_MAX = 256;

    /** Says nothing. */
    public static final RateWants NONE = new RateWants(Map.of());

    public RateWants {
        wants = Map.copyOf(wants);
    }

    /**
     * A bucket of the fabric.
     *
     * @param limit digest of the limit and its service
     * @param key digest of the key
     */
    public record Bucket(long limit, long key) {}

    /**
     * What is wanted of one.
     *
     * @param part of the limit's rate that requests ask for; 0 or more, above 1 for more than there is
     * @param busy whether the node asks for more than its equal part, so that others say what they can spare
     */
    public record Want(double part, boolean busy) {}
}

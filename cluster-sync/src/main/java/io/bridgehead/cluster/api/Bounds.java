package io.bridgehead.cluster.api;

/**
 * How much one origin, and one carrier, may send before the rest is ignored. What is ignored and still true comes again
 * with the next comparison.
 *
 * @param updates stored records of one origin
 * @param health health messages of one origin
 * @param bytes bytes of one origin
 * @param carried unverified records of one carrier: what they cost is checking signatures
 */
public record Bounds(Rate updates, Rate health, Rate bytes, Rate carried) {
    public static final Bounds STANDARD = new Bounds(
            new Rate(200, 5_000), new Rate(20, 100), new Rate(32L << 20, 256L << 20), new Rate(2_000, 50_000));

    /**
     * A rate with a burst.
     *
     * @param perSecond 1 or more
     * @param burst 1 or more
     */
    public record Rate(long perSecond, long burst) {
        public Rate {
            if (perSecond < 1 || burst < 1) {
                throw new IllegalArgumentException(
                        "rate is " + perSecond + "/s with a burst of " + burst + "; expected at least 1 and 1");
            }
        }
    }
}

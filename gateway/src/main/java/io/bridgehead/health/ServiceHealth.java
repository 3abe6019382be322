package io.bridgehead.health;

import java.util.OptionalDouble;

/**
 * What one node sees of one service in its own site.
 *
 * @param fit endpoints that may be sent requests
 * @param unknown endpoints that no probe has judged yet
 * @param total endpoints in all
 * @param load requests in flight to them from this node
 */
public record ServiceHealth(int fit, int unknown, int total, int load) {
    /** @throws IllegalArgumentException if a number is negative or there are more parts than the whole */
    public ServiceHealth {
        if (fit < 0 || unknown < 0 || load < 0 || fit > total - unknown) {
            throw new IllegalArgumentException("service health fit " + fit + ", unknown " + unknown + ", total " + total
                    + ", load " + load + ": expected none negative, and fit and unknown within total");
        }
    }

    /** The share of the judged endpoints that are fit, 0 to 1; empty while none is judged; 0 when there is none at all. */
    public OptionalDouble fitShare() {
        if (total == 0) {
            return OptionalDouble.of(0);
        }
        return total == unknown ? OptionalDouble.empty() : OptionalDouble.of(fit / (double) (total - unknown));
    }

    @Override
    public String toString() {
        return fit + "/" + total + " fit" + (unknown == 0 ? "" : " (" + unknown + " unknown)");
    }
}

package io.bridgehead.health;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What one node sees of one service in its own site.
 *
 * @param fit endpoints that may be sent requests
 * @param unknown endpoints that no probe has judged yet
 * @param total endpoints in all
 * @param load requests in flight to them from this node
 */
public record ServiceHealth(int fit, int unknown, int total, int load) {
    /** No endpoints, so nothing to send requests to. */
    public static final ServiceHealth NONE = new ServiceHealth(0, 0, 0, 0);

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

    /**
     * What counts of what two nodes of one site say, each null when it says nothing: the higher share of fit endpoints, then the more of
     * them. A node that has not judged yet says less than one that found the site unfit, and is not preferred to it.
     */
    public static @Nullable ServiceHealth better(@Nullable ServiceHealth a, @Nullable ServiceHealth b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        int order = Double.compare(a.fitShare().orElse(-1), b.fitShare().orElse(-1));
        return order == 0 ? (a.fit() >= b.fit() ? a : b) : order > 0 ? a : b;
    }

    @Override
    public String toString() {
        return fit + "/" + total + " fit" + (unknown == 0 ? "" : " (" + unknown + " unknown)");
    }
}

package io.bridgehead.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Places with weights. Immutable; {@link #pick} costs no allocation. */
public final class Backends {
    private final List<Backend> all;
    private final long[] sums;

    public Backends(List<Backend> all) {
        this.all = List.copyOf(all);
        this.sums = new long[all.size()];
        long sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += all.get(i).weight();
            sums[i] = sum;
        }
    }

    /** All of them as written. */
    public List<Backend> all() {
        return all;
    }

    /**
     * One by weight, or null when all weights are zero or there is none.
     *
     * @param chance from 0 to below 1
     */
    public @Nullable Backend pick(double chance) {
        long sum = sums.length == 0 ? 0 : sums[sums.length - 1];
        if (sum == 0) {
            return null;
        }
        if (sums.length == 1) {
            return all.getFirst();
        }
        long at = (long) (chance * sum);
        int i = 0;
        while (sums[i] <= at) {
            i++;
        }
        return all.get(i);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Backends that && all.equals(that.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}

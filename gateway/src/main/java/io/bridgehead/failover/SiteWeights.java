package io.bridgehead.failover;

import io.bridgehead.model.SiteName;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which sites serve a service at this moment, and why: the immutable answer of {@link SiteChoice}. Sites are addressed by
 * their index in {@link #shares}, so that a request keeps the sites it has tried as bits of one word. Weights sum to one,
 * or all are zero and the service is refused.
 */
public final class SiteWeights {
    /** No site; the answer of {@link #pick} when the service is to be refused and of {@link #next} when all are tried. */
    public static final int NONE = -1;

    private static final int SITES_MAX = Long.SIZE;

    private final List<SiteShare> shares;
    private final double[] cumulative;
    private final int[] order;

    /**
     * @param shares every site of the order, first tier first
     * @throws IllegalArgumentException if there are more than 64
     */
    public SiteWeights(List<SiteShare> shares) {
        if (shares.size() > SITES_MAX) {
            throw new IllegalArgumentException(shares.size() + " sites: expected at most " + SITES_MAX);
        }
        this.shares = List.copyOf(shares);
        this.cumulative = new double[shares.size()];
        double sum = 0;
        for (int i = 0; i < cumulative.length; i++) {
            sum += shares.get(i).weight();
            cumulative[i] = sum;
        }
        this.order = order();
    }

    /** The sites that can serve, the best first. There are few, and this is done for every service whenever something changes. */
    private int[] order() {
        int[] found = new int[shares.size()];
        int count = 0;
        for (int i = 0; i < found.length; i++) {
            if (shares.get(i).canServe()) {
                int at = count++;
                while (at > 0 && rank(found[at - 1]) > rank(i)) {
                    found[at] = found[at - 1];
                    at--;
                }
                found[at] = i;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** Every site of the order, first tier first, with those that get nothing. */
    public List<SiteShare> shares() {
        return shares;
    }

    /** The site at an index that {@link #pick} or {@link #next} gave. */
    public SiteName site(int index) {
        return shares.get(index).site();
    }

    /** The share of a site, or null when it is not in the order. */
    public @Nullable SiteShare of(SiteName site) {
        for (SiteShare share : shares) {
            if (share.site().equals(site)) {
                return share;
            }
        }
        return null;
    }

    /** Whether no site can be given a request. */
    public boolean isRefused() {
        return cumulative.length == 0 || cumulative[cumulative.length - 1] <= 0;
    }

    /**
     * The site of a first attempt. Allocates nothing.
     *
     * @param random from 0 (included) to 1 (excluded), drawn evenly
     * @return an index, or {@link #NONE} when the service is refused
     */
    public int pick(double random) {
        int last = NONE;
        for (int i = 0; i < cumulative.length; i++) {
            if (shares.get(i).weight() > 0) {
                if (random < cumulative[i]) {
                    return i;
                }
                last = i;
            }
        }
        // Rounding may leave the sum a hair below one.
        return last;
    }

    /**
     * The site of a further attempt: of those not tried the first in the order that serves now, else the first that could.
     * Sites out of reach, known to be unfit, or drained are not offered. Allocates nothing.
     *
     * @param tried bit {@code 1L << index} is set for every site tried
     * @return an index, or {@link #NONE} when none is left
     */
    public int next(long tried) {
        for (int index : order) {
            if ((tried & (1L << index)) == 0) {
                return index;
            }
        }
        return NONE;
    }

    private int rank(int index) {
        SiteShare share = shares.get(index);
        boolean suspect = share.view().reach() == Reach.SUSPECT;
        return share.weight() > 0 && !suspect ? 0 : suspect ? 2 : 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SiteWeights that && shares.equals(that.shares);
    }

    @Override
    public int hashCode() {
        return shares.hashCode();
    }

    @Override
    public String toString() {
        return shares.stream()
                .map(share -> Math.round(share.weight() * 100) + "% " + share.reason())
                .toList()
                .toString();
    }
}

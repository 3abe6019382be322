package io.bridgehead.balance;

import java.util.Arrays;

/**
 * A ring of points, so many for each endpoint as its weight says; a hash belongs to the endpoint of the first point at or after it.
 *
 * <p><b>Limits</b>: 256 points for each unit of weight; half as often halved as it takes to stay within {@value #POINTS_AIM} in all, 8 at least.
 */
final class HashRing implements HashTable {
    private static final int POINTS_AIM = 1 << 16;
    private static final int POINTS_PER_WEIGHT_MAX = 256;
    private static final int POINTS_PER_WEIGHT_MIN = 8;

    private final long[] points;
    private final int[] owners;
    private final long[] ids;

    private HashRing(long[] points, int[] owners, long[] ids) {
        this.points = points;
        this.owners = owners;
        this.ids = ids;
    }

    static HashRing of(long[] ids, int[] weights) {
        int perWeight = pointsPerWeight(weights);
        int size = perWeight * Arrays.stream(weights).sum();
        long[] points = new long[size];
        int at = 0;
        for (int i = 0; i < ids.length; i++) {
            for (int k = 0; k < perWeight * weights[i]; k++) {
                points[at++] = point(ids[i], k);
            }
        }
        Arrays.sort(points);
        int[] owners = new int[size];
        Arrays.fill(owners, -1);
        for (int i = 0; i < ids.length; i++) {
            for (int k = 0; k < perWeight * weights[i]; k++) {
                own(points, owners, ids, point(ids[i], k), i);
            }
        }
        return new HashRing(points, owners, ids);
    }

    /** Of two endpoints with the same point, which hardly ever happens, the one with the lower id has it, whatever their order. */
    private static void own(long[] points, int[] owners, long[] ids, long point, int index) {
        int place = Arrays.binarySearch(points, point);
        for (int first = place; first >= 0 && points[first] == point; first--) {
            place = first;
        }
        for (int i = place; i < points.length && points[i] == point; i++) {
            if (owners[i] < 0 || ids[index] < ids[owners[i]]) {
                owners[i] = index;
            }
        }
    }

    private static int pointsPerWeight(int[] weights) {
        int sum = Arrays.stream(weights).sum();
        int points = POINTS_PER_WEIGHT_MAX;
        while (points > POINTS_PER_WEIGHT_MIN && (long) points * sum > POINTS_AIM) {
            points /= 2;
        }
        return points;
    }

    private static long point(long id, int number) {
        return KeyHash.mix(id + number * 0x9e3779b97f4a7c15L);
    }

    @Override
    public int owner(long hash) {
        int found = Arrays.binarySearch(points, hash);
        int place = found >= 0 ? found : -found - 1;
        return owners[place == points.length ? 0 : place];
    }

    @Override
    public long id(int index) {
        return ids[index];
    }
}

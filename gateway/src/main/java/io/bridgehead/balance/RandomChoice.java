package io.bridgehead.balance;

import java.util.random.RandomGenerator;

/** Any fit endpoint, each with the same probability. */
public final class RandomChoice implements Picker {
    /** Draws before counting. */
    private static final int DRAWS_MAX = 4;

    private final RandomGenerator random;

    public RandomChoice(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public int pick(Candidates candidates) {
        int size = candidates.size();
        for (int i = 0; i < DRAWS_MAX && size > 0; i++) {
            int index = random.nextInt(size);
            if (candidates.isFit(index)) {
                return index;
            }
        }
        int fit = 0;
        int chosen = NONE;
        for (int i = 0; i < size; i++) {
            if (candidates.isFit(i) && random.nextInt(++fit) == 0) {
                chosen = i;
            }
        }
        return chosen;
    }
}

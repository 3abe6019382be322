package io.bridgehead.balance;

import java.util.random.RandomGenerator;

/** Chooses an endpoint for one request. Allocates nothing. One picker serves one service on one event loop. */
public sealed interface Picker permits PowerOfTwoChoices, RoundRobin, RandomChoice, WeightedPicker {
    /** What {@link #pick} answers when no endpoint is fit: the site is, then, unfit for this request. */
    int NONE = -1;

    /** The index of a fit endpoint, or {@link #NONE} when there is none; an unfit endpoint is never chosen in need. */
    int pick(Candidates candidates);

    /** The picker for a kind of balancing; for one that hashes, what serves requests that have nothing to hash. */
    static Picker of(BalanceKind kind, RandomGenerator random) {
        return switch (kind) {
            case LEAST_REQUEST, RING_HASH, MAGLEV -> new PowerOfTwoChoices(random);
            case ROUND_ROBIN -> new RoundRobin(random);
            case RANDOM -> new RandomChoice(random);
        };
    }

    /** The same where {@link Candidates#weight} counts. */
    static Picker weighted(BalanceKind kind, RandomGenerator random) {
        return new WeightedPicker(kind, random);
    }
}

package io.bridgehead.balance;

import java.util.random.RandomGenerator;

/** Chooses an endpoint for one request. Allocates nothing. One picker serves one service on one event loop. */
public sealed interface Picker permits PowerOfTwoChoices, RoundRobin {
    /** What {@link #pick} answers when no endpoint is fit: the site is, then, unfit for this request. */
    int NONE = -1;

    /** The index of a fit endpoint, or {@link #NONE} when there is none; an unfit endpoint is never chosen in need. */
    int pick(Candidates candidates);

    /** The picker for a kind of balancing. */
    static Picker of(BalanceKind kind, RandomGenerator random) {
        return switch (kind) {
            case LEAST_REQUEST -> new PowerOfTwoChoices(random);
            case ROUND_ROBIN -> new RoundRobin(random);
        };
    }
}

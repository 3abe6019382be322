package io.bridgehead.balance;

/** An immutable set of endpoints, by index, and what the caller knows of each at this moment. */
public interface Candidates {
    /** How many endpoints there are, fit or not. */
    int size();

    /** Whether the endpoint may be given a request now: healthy, not ejected, not tried before by this request. */
    boolean isFit(int index);

    /** How much the endpoint has to do: requests in flight, as far as the caller's loop knows. */
    int load(int index);

    /** The endpoint's part of requests against the others'; more than 0. Only pickers that weigh ask. */
    default double weight(int index) {
        return 1;
    }
}

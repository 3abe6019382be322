package io.bridgehead.balance;

/** How a service spreads requests over its fit endpoints in one site. */
public enum BalanceKind {
    /** The less loaded of two endpoints drawn at random (power of two choices). The default. */
    LEAST_REQUEST("the less loaded of two drawn at random"),
    /** Each in turn. */
    ROUND_ROBIN("each endpoint in turn"),
    /** Any. */
    RANDOM("any, at random,"),
    /** That to which a hash of the request belongs, on a ring of points. */
    RING_HASH("the one that a hash of the request belongs to on a ring"),
    /** That to which a hash of the request belongs, in a table of Maglev's kind. */
    MAGLEV("the one that a hash of the request belongs to in a table");

    private final String words;

    BalanceKind(String words) {
        this.words = words;
    }

    /** What it does, for people: "&lt;this&gt; of 3 endpoints is used". */
    public String words() {
        return words;
    }

    /** Whether it goes by a hash of the request. */
    public boolean hashes() {
        return this == RING_HASH || this == MAGLEV;
    }
}

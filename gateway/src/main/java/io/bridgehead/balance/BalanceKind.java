package io.bridgehead.balance;

/** How a service spreads requests over its fit endpoints in one site. */
public enum BalanceKind {
    /** The less loaded of two endpoints drawn at random (power of two choices). The default. */
    LEAST_REQUEST,
    /** Each in turn. */
    ROUND_ROBIN
}

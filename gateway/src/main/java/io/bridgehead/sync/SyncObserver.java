package io.bridgehead.sync;

/** Is told what happened to shared state, on any thread; must return at once. */
public interface SyncObserver {
    /** This node's health could not be signed; others keep the last report until its lease ends. */
    default void healthNotSigned(String reason) {}

    /** A report of another node was ignored. */
    default void reportRefused(String origin, String reason) {}

    /** A round of repair over a tunnel ended: so many records were news here, were refused here, were news there. */
    default void repaired(String peer, int taken, int rejected, int given) {}

    /** A peer vouched for so many records that this node could not take without. */
    default void vouched(String peer, int records) {}

    /** A voucher was ignored. */
    default void voucherRefused(String peer, String reason) {}

    /** A question that a peer asked on its control connection was not taken: it is too long, or too much is held for that peer. */
    default void questionRefused(String peer, String path, String reason) {}

    /** A round of repair, or a push, over a tunnel failed. */
    default void exchangeFailed(String peer, String reason) {}
}

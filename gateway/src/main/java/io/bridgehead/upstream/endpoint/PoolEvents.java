package io.bridgehead.upstream.endpoint;

/** What a loop's connections tell of their endpoint; called on the loop. */
public interface PoolEvents {
    /** A connection could not be opened. */
    void onConnectFailed(Dialer.Failure failure);

    /** A request was turned away, or had waited too long. */
    void onPoolFull();

    /** Whether the service may have another connection, beside one of each pool. */
    default boolean mayConnect() {
        return true;
    }

    /** Whether another request of the service may wait. */
    default boolean mayWait() {
        return true;
    }

    /** There are so many more connections, open or about to be; less if negative. */
    default void connections(int more) {
        // Nobody counts.
    }

    /** So many more requests wait; less if negative. */
    default void waiting(int more) {
        // Nobody counts.
    }
}

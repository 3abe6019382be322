package io.bridgehead.upstream.endpoint;

/** What a loop's connections tell of their endpoint; called on the loop. */
public interface PoolEvents {
    /** A connection could not be opened. */
    void onConnectFailed(Dialer.Failure failure);

    /** A request was turned away, or had waited too long. */
    void onPoolFull();
}

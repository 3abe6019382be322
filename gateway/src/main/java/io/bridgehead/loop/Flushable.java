package io.bridgehead.loop;

/** Something with bytes to send that wants them sent once, at the end of the loop's turn. */
public interface Flushable {
    /** Sends what has gathered; called once for each {@link Loop#flushLater}, on the loop. */
    void flushNow();
}

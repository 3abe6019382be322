package io.bridgehead.loop;

/** Work set for later on a {@link Loop}. */
public interface Timer {
    /** Nothing happens any more; no effect when it already has. */
    void cancel();
}

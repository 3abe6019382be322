package io.bridgehead.limit;

/** Is told of a node's load, on the control loop; it must not block. */
public interface OverloadObserver {
    /** The level is another one now, and that is why. */
    void levelChanged(OverloadLevel before, OverloadLevel after, Pressure pressure);

    /** So long a task has waited for the event loop that is behind most; ten times a second. */
    void lagged(long nanos);
}

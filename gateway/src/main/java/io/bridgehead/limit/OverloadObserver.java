package io.bridgehead.limit;

/** Is told when a node enters another level of overload, on the control loop; it must not block. */
public interface OverloadObserver {
    /** The level is another one now, and that is why. */
    void levelChanged(OverloadLevel before, OverloadLevel after, Pressure pressure);
}

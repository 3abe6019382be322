package io.bridgehead.failover;

/** Whether a site can be reached from here, by the best of its nodes. The local site is always {@link #UP}. */
public enum Reach {
    /** A tunnel is open and alive. */
    UP,
    /** A tunnel is open and has been silent for too long: new attempts avoid it. */
    SUSPECT,
    /** Every tunnel has been lost. */
    DEAD,
    /** No tunnel has been opened yet, or none can be. */
    UNREACHABLE;

    /** Whether an attempt can be made at all. */
    boolean isOpen() {
        return this == UP || this == SUSPECT;
    }
}

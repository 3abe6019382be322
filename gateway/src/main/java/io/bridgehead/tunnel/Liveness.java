package io.bridgehead.tunnel;

/** What this node believes of a peer node. */
public enum Liveness {
    /** Known by name, without a control connection that can be used for new work: before the first, and while the peer drains. */
    CONNECTING,
    /** Heard from within the limit. */
    UP,
    /** Silent for longer than its round trip explains: new attempts avoid it, nothing is reset. */
    SUSPECT,
    /** Its control connection ended or it was silent for five times the limit: its streams were reset. */
    DEAD
}

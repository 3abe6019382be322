package io.bridgehead.model;

/** Who may touch the mutable state of an object marked {@link OwnedBy}. The threads are described in docs/ARCHITECTURE.md. */
public enum Owner {
    /** One event loop; every method is called on it. */
    EVENT_LOOP,
    /** The control context; every method is called on it. */
    CONTROL,
    /** The failover context; every method is called on it. */
    FAILOVER,
    /** The one thread that builds or runs it, such as a command of the command line or a task on the blocking pool. */
    CONFINED,
    /** Any thread; the class says in its documentation how it stays correct. */
    ANY_THREAD
}

package io.bridgehead.wire;

/** A stream that this node opened; its request head went out, or waits for the connection, when it was opened. */
public interface ClientStream extends Stream {}

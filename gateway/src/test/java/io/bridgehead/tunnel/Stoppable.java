package io.bridgehead.tunnel;

/** Something that a test started. */
interface Stoppable extends AutoCloseable {
    @Override
    void close();
}

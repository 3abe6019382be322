package io.bridgehead.authn;

import java.util.concurrent.CompletionStage;

/** Reads the text of a key set from where it comes. */
interface JwksReader extends AutoCloseable {
    /** Begins to read; completes on any thread, exceptionally with a message for people. */
    CompletionStage<byte[]> read();

    @Override
    default void close() {
        // most have nothing to give up
    }
}

package io.bridgehead.wire;

import io.bridgehead.model.HeaderFields;

/**
 * What a stream tells its user, on the stream's event loop. After an end and nothing more to send, or after a reset,
 * nothing follows.
 */
public interface StreamEvents {
    /**
     * A part of the body arrived; {@code end} when it is the last (it may be empty then). The receiver owns the
     * chunk.
     */
    void onData(Chunk chunk, boolean end);

    /** The body ended with these trailers. */
    void onTrailers(HeaderFields trailers);

    /** Both halves are over. */
    void onReset(StreamReset reset);

    /** The stream takes data again after it had been not writable. */
    void onWritable();
}

package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.Stream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;

/** The rest of a request that was refused: dropped. How much of it is waited for is the connection's to say. */
record Discarded(Stream source) implements StreamEvents {
    @Override
    public void onData(Chunk chunk, boolean end) {
        int size = chunk.size();
        chunk.release();
        source.consumed(size);
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        // dropped
    }

    @Override
    public void onReset(StreamReset reset) {
        // it is over already
    }

    @Override
    public void onWritable() {
        // nothing more is sent
    }
}

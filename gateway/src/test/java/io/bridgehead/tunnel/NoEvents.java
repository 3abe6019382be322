package io.bridgehead.tunnel;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;

/** Takes what comes and does nothing. */
final class NoEvents implements StreamEvents {
    @Override
    public void onData(Chunk chunk, boolean end) {
        chunk.release();
    }

    @Override
    public void onTrailers(HeaderFields trailers) {}

    @Override
    public void onReset(StreamReset reset) {}

    @Override
    public void onWritable() {}
}

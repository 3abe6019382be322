package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamOpener;
import io.bridgehead.wire.StreamReset;

/** Resets every stream as soon as it is opened: stands where a connection was that has just gone. */
public record ClosedDoor(Loop loop, StreamReset reset) implements StreamOpener {
    @Override
    public ClientStream open(RequestHead head, boolean end, ResponseEvents events) {
        PendingStream stream = new PendingStream(head, end, events, Long.MAX_VALUE, abandoned -> {});
        loop.execute(() -> stream.fail(reset));
        return stream;
    }
}

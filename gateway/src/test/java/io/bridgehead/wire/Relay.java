package io.bridgehead.wire;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;

/**
 * A request handler that passes every request on to a stream opened elsewhere, and the answer back: the least that a
 * gateway is.
 */
final class Relay implements RequestHandler {
    private final StreamOpener next;

    Relay(StreamOpener next) {
        this.next = next;
    }

    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        Back back = new Back(stream);
        ClientStream up = next.open(head, end, back);
        Pump request = new Pump(stream, up, Silent.EVENTS);
        Pump response = new Pump(up, stream, Silent.EVENTS);
        Pump.join(request, response);
        back.response = response;
        return request;
    }

    @Override
    public void onRefused(Refusal refusal, String detail) {}

    private enum Silent implements PumpEvents {
        EVENTS;

        @Override
        public void onEnded(Pump pump) {}

        @Override
        public void onReset(Pump pump, StreamReset reset) {}
    }

    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Back implements ResponseEvents {
        private final ServerStream stream;
        private Pump response;

        Back(ServerStream stream) {
            this.stream = stream;
            this.response = new Pump(stream, stream, Silent.EVENTS);
        }

        @Override
        public void onInformational(ResponseHead head) {
            stream.sendInformational(head);
        }

        @Override
        public void onResponse(ResponseHead head, boolean end) {
            stream.sendResponse(head, end);
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            response.onData(chunk, end);
        }

        @Override
        public void onTrailers(HeaderFields trailers) {
            response.onTrailers(trailers);
        }

        @Override
        public void onReset(StreamReset reset) {
            response.onReset(reset);
        }

        @Override
        public void onWritable() {
            response.onWritable();
        }
    }
}

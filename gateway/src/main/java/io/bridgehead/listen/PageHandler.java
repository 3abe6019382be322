package io.bridgehead.listen;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;

/** Answers GET and HEAD of one path with a page, and everything else with 404 or 405. What is sent along is passed over. */
record PageHandler(ListenerSpec.Page page) implements RequestHandler {
    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        HeaderFields fields = new HeaderFields();
        String asked = head.path();
        int query = asked.indexOf('?');
        boolean reads = head.method().equals("GET") || head.method().equals("HEAD");
        if (!(query < 0 ? asked : asked.substring(0, query)).equals(page.path())) {
            answer(stream, 404, fields);
        } else if (!reads) {
            fields.add(HeaderName.of("allow"), "GET, HEAD");
            answer(stream, 405, fields);
        } else {
            byte[] content = page.content().get();
            fields.add(HeaderName.CONTENT_TYPE, "application/json");
            fields.add(HeaderName.CONTENT_LENGTH, Integer.toString(content.length));
            boolean bare = head.method().equals("HEAD");
            stream.sendResponse(new ResponseHead(200, fields), bare);
            if (!bare) {
                stream.sendData(Chunk.of(content), true);
            }
        }
        return new Passing(stream);
    }

    private static void answer(ServerStream stream, int status, HeaderFields fields) {
        fields.add(HeaderName.CONTENT_LENGTH, "0");
        stream.sendResponse(new ResponseHead(status, fields), true);
    }

    @Override
    public void onRefused(Refusal refusal, String detail) {}

    private record Passing(ServerStream stream) implements StreamEvents {
        @Override
        public void onData(Chunk chunk, boolean end) {
            stream.consumed(chunk.size());
            chunk.release();
        }

        @Override
        public void onTrailers(HeaderFields trailers) {}

        @Override
        public void onReset(StreamReset reset) {}

        @Override
        public void onWritable() {}
    }
}

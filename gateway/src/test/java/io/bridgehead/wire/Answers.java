package io.bridgehead.wire;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request handler that answers each request, when it is complete, with a line that says what it was. */
final class Answers implements RequestHandler {
    final List<Recorder> requests = new ArrayList<>();
    final List<Refusal> refused = new ArrayList<>();
    final List<ServerStream> streams = new ArrayList<>();

    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        Recorder recorder = Recorder.consuming().on(stream);
        requests.add(recorder);
        streams.add(stream);
        if (end) {
            answer(stream, head, recorder);
        } else {
            recorder.outcome.thenAccept(outcome -> {
                if (outcome.equals("end")) {
                    answer(stream, head, recorder);
                }
            });
        }
        return recorder;
    }

    private static void answer(ServerStream stream, RequestHead head, Recorder recorder) {
        StringBuilder line = new StringBuilder()
                .append(head.method())
                .append(' ')
                .append(head.scheme())
                .append(' ')
                .append(head.authority())
                .append(' ')
                .append(head.path())
                .append(" [")
                .append(recorder.text())
                .append(']');
        for (int i = 0; i < head.fields().size(); i++) {
            line.append(' ')
                    .append(head.fields().name(i))
                    .append('=')
                    .append(head.fields().value(i));
        }
        HeaderFields trailers = recorder.trailers;
        if (trailers != null) {
            line.append(" trailers ").append(trailers.toString().trim());
        }
        byte[] body = line.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.CONTENT_LENGTH, Integer.toString(body.length));
        stream.sendResponse(new ResponseHead(200, fields), false);
        stream.sendData(Chunk.of(body), true);
    }

    @Override
    public void onRefused(Refusal refusal, String detail) {
        refused.add(refusal);
    }
}

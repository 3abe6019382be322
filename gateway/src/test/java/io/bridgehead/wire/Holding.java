package io.bridgehead.wire;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import java.util.ArrayList;
import java.util.List;

/** Answers nothing of its own accord. */
@OwnedBy(Owner.EVENT_LOOP)
final class Holding implements RequestHandler {
    final List<ServerStream> streams = new ArrayList<>();
    final List<Recorder> recorders = new ArrayList<>();
    final List<Refusal> refused = new ArrayList<>();

    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        Recorder recorder = Recorder.consuming();
        streams.add(stream);
        recorders.add(recorder.on(stream));
        return recorder;
    }

    @Override
    public void onRefused(Refusal refusal, String detail) {
        refused.add(refusal);
    }
}

package io.bridgehead.wire;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import java.util.ArrayList;
import java.util.List;

/** Leaves answering to the test. */
@OwnedBy(Owner.EVENT_LOOP)
final class Manual implements RequestHandler {
    final List<ServerStream> streams = new ArrayList<>();
    final List<RequestHead> heads = new ArrayList<>();
    final List<Recorder> recorders = new ArrayList<>();
    final List<Refusal> refused = new ArrayList<>();
    boolean holding;

    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        if (head.path().equals("/throw")) {
            throw new IllegalStateException("thrown by the test");
        }
        Recorder recorder = holding ? Recorder.holding() : Recorder.consuming();
        streams.add(stream);
        heads.add(head);
        recorders.add(recorder.on(stream));
        return recorder;
    }

    @Override
    public void onRefused(Refusal refusal, String detail) {
        refused.add(refusal);
    }
}

package io.bridgehead.proxy;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A place where one attempt goes, played by the test. */
final class FakeDestination implements Destination {
    private final SiteName site;
    private final @Nullable Endpoint endpoint;
    private final @Nullable NodeName node;
    final FakeStream stream = new FakeStream();

    @Nullable
    RequestHead head;

    @Nullable
    ResponseEvents events;

    @Nullable
    AttemptOutcome outcome;

    boolean openedWithEnd;
    boolean failsAtOnce;

    private FakeDestination(String site, @Nullable String endpoint, @Nullable String node) {
        this.site = new SiteName(site);
        this.endpoint = endpoint == null ? null : Endpoint.parse(endpoint);
        this.node = node == null ? null : new NodeName(node);
    }

    static FakeDestination endpoint(String address) {
        return new FakeDestination("here", address, null);
    }

    static FakeDestination node(String site, String node) {
        return new FakeDestination(site, null, node);
    }

    FakeDestination failingAtOnce() {
        failsAtOnce = true;
        return this;
    }

    FakeDestination notWritable() {
        stream.writable = false;
        return this;
    }

    @Override
    public SiteName site() {
        return site;
    }

    @Override
    public @Nullable Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public @Nullable NodeName node() {
        return node;
    }

    @Override
    public int tier() {
        return node == null ? 0 : 1;
    }

    @Override
    public ClientStream openRequest(RequestHead requestHead, boolean end, ResponseEvents responseEvents) {
        if (head != null) {
            throw new AssertionError("opened twice");
        }
        head = requestHead;
        openedWithEnd = end;
        stream.ended = end;
        events = responseEvents;
        if (failsAtOnce) {
            responseEvents.onReset(StreamReset.CONNECT_FAILED);
        }
        return stream;
    }

    @Override
    public ClientStream openBytes(ServiceRoute route, RequestHead connectHead, ResponseEvents responseEvents) {
        return openRequest(connectHead, false, responseEvents);
    }

    @Override
    public void ended(AttemptOutcome how) {
        if (outcome != null) {
            throw new AssertionError("ended twice: " + outcome + ", " + how);
        }
        outcome = how;
    }

    ResponseEvents events() {
        if (events == null) {
            throw new AssertionError("not opened");
        }
        return events;
    }

    RequestHead head() {
        if (head == null) {
            throw new AssertionError("not opened");
        }
        return head;
    }

    @Nullable
    String field(String name) {
        return head().fields().first(HeaderName.of(name));
    }

    boolean isOpened() {
        return head != null;
    }

    void answers(int status, String body) {
        events().onResponse(new ResponseHead(status, new HeaderFields()), body.isEmpty());
        if (!body.isEmpty()) {
            sends(body, true);
        }
    }

    void refuses(String refusal, @Nullable Integer attempts) {
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.BRIDGEHEAD_REFUSAL, refusal);
        if (attempts != null) {
            fields.add(HeaderName.BRIDGEHEAD_ATTEMPTS, attempts.toString());
        }
        events().onResponse(new ResponseHead(503, fields), true);
    }

    void sends(String body, boolean end) {
        events().onData(Chunk.of(body.getBytes(StandardCharsets.UTF_8)), end);
    }

    void resets(StreamReset reset) {
        events().onReset(reset);
    }
}

package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamOpener;
import io.bridgehead.wire.StreamReset;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One request of a test and all that came back; its future completes at the end or the reset. */
@OwnedBy(Owner.EVENT_LOOP)
final class Exchange implements ResponseEvents {
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final boolean consumes;
    private @Nullable ClientStream stream;
    private int status;
    private final AtomicInteger received = new AtomicInteger();

    /** What came back: a status and a body (ISO-8859-1), or a reset. */
    record Result(int status, String text, @Nullable StreamReset reset) {}

    private Exchange(boolean consumes) {
        this.consumes = consumes;
    }

    /** Opens on a loop of a node; a tunnel that cannot be used is a reset of CONNECT_FAILED. */
    static Exchange open(
            TestNode from, Loop loop, NodeName to, RequestHead head, byte @Nullable [] body, boolean consumes) {
        Exchange exchange = new Exchange(consumes);
        loop.execute(() -> {
            LoopTunnels tunnels = from.tunnels().on(loop);
            exchange.begin(head.isConnect() ? tunnels.bytes(to) : tunnels.requests(to), head, body);
        });
        return exchange;
    }

    /** Opens so many in one turn of the loop, which reads no answer in between. */
    static List<Exchange> openAtOnce(TestNode from, Loop loop, NodeName to, RequestHead head, int count) {
        List<Exchange> exchanges =
                Stream.generate(() -> new Exchange(true)).limit(count).toList();
        loop.execute(() -> {
            LoopTunnels tunnels = from.tunnels().on(loop);
            exchanges.forEach(exchange -> exchange.begin(tunnels.requests(to), head, null));
        });
        return exchanges;
    }

    static Exchange openControl(TestNode from, NodeName to, RequestHead head) {
        Exchange exchange = new Exchange(true);
        from.tunnels().home().execute(() -> exchange.begin(from.tunnels().control(to), head, null));
        return exchange;
    }

    static Exchange get(TestNode from, NodeName to, String path) {
        return open(from, from.loop(0), to, head("GET", path), null, true);
    }

    static RequestHead head(String method, String path) {
        return new RequestHead(method, "http", "service.example", path, new HeaderFields());
    }

    private void begin(@Nullable StreamOpener opener, RequestHead head, byte @Nullable [] sent) {
        if (opener == null) {
            result.complete(new Result(0, "", StreamReset.CONNECT_FAILED));
            return;
        }
        ClientStream opened = opener.open(head, sent == null, this);
        stream = opened;
        if (sent != null) {
            opened.sendData(Chunk.of(sent), true);
        }
    }

    CompletableFuture<Result> result() {
        return result;
    }

    /** Bytes of the body so far. */
    int received() {
        return received.get();
    }

    @Override
    public void onInformational(ResponseHead head) {}

    @Override
    public void onResponse(ResponseHead head, boolean end) {
        status = head.status();
        ended(end);
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        int size = chunk.size();
        body.writeBytes(chunk.toBytes());
        chunk.release();
        received.addAndGet(size);
        if (consumes && stream != null) {
            stream.consumed(size);
        }
        ended(end);
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        ended(true);
    }

    private void ended(boolean end) {
        if (end) {
            result.complete(new Result(status, body.toString(StandardCharsets.ISO_8859_1), null));
        }
    }

    @Override
    public void onReset(StreamReset reset) {
        result.complete(new Result(status, body.toString(StandardCharsets.ISO_8859_1), reset));
    }

    @Override
    public void onWritable() {}
}

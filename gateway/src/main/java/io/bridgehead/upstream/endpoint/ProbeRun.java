package io.bridgehead.upstream.endpoint;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.preface.ProxyHeaderWriter;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * One probe of one endpoint, on a connection of its own so that accepting connections is probed too. Ends once,
 * within the check's timeout.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ProbeRun implements Dialer.Outcome, ResponseEvents, ClientConnectionEvents {
    private static final String USER_AGENT = "bridgehead-probe";
    private static final int OK = 200;

    private final EndpointLink link;
    private final HealthCheck check;
    private final ProxyHeader header;
    private final Done done;
    private @Nullable Timer timer;
    private @Nullable Channel channel;
    private @Nullable GrpcHealth grpc;
    private boolean over;

    private ProbeRun(EndpointLink link, HealthCheck check, ProxyHeader header, Done done) {
        this.link = link;
        this.check = check;
        this.header = header;
        this.done = done;
    }

    /** What a probe found. */
    interface Done {
        /** @param detail in words for people; empty after a success */
        void probed(boolean success, String detail);

        /** This node could not even ask, for want of a descriptor, a port or an address: that says nothing of the endpoint. */
        void notMade();
    }

    static void start(EndpointLink link, HealthCheck check, ProxyHeader header, Done done) {
        ProbeRun run = new ProbeRun(link, check, header, done);
        long timeoutMillis = check.timeout().toMillis();
        run.timer = link.loop()
                .after(timeoutMillis, () -> run.end(false, "no answer to the probe within " + timeoutMillis + " ms"));
        link.dial(run);
    }

    @Override
    public void connected(Channel connected) {
        channel = connected;
        if (over) {
            connected.close();
            return;
        }
        greet(connected);
        switch (check.probe()) {
            case HealthCheck.Probe.Tcp _ -> end(true, "");
            case HealthCheck.Probe.Http http -> ask(connected, http);
            case HealthCheck.Probe.Grpc asked -> ask(connected, asked);
        }
    }

    /** An endpoint that expects a PROXY header is told that this node speaks for itself. */
    private void greet(Channel connected) {
        switch (header) {
            case NONE -> {}
            case V1 -> connected.writeAndFlush(ProxyHeaderWriter.v1(null).bytes(), connected.voidPromise());
            case V2 -> connected.writeAndFlush(ProxyHeaderWriter.v2Local().bytes(), connected.voidPromise());
        }
    }

    private void ask(Channel connected, HealthCheck.Probe.Http http) {
        HeaderFields fields = new HeaderFields();
        fields.add("user-agent", USER_AGENT);
        RequestHead head = new RequestHead(
                "GET", scheme(), http.host().isEmpty() ? link.address().toString() : http.host(), http.path(), fields);
        open(connected, head, true);
    }

    private void ask(Channel connected, HealthCheck.Probe.Grpc asked) {
        grpc = new GrpcHealth();
        RequestHead head = GrpcHealth.head(
                scheme(), link.address().toString(), USER_AGENT, check.timeout().toMillis());
        open(connected, head, false).sendData(Chunk.of(GrpcHealth.question(asked.service())), true);
    }

    private String scheme() {
        return link.protocol().tls() == null ? "http" : "https";
    }

    private ClientStream open(Channel connected, RequestHead head, boolean end) {
        return link.protocol()
                .install(link.loop(), connected, link.wireLimits(), this)
                .open(head, end, this);
    }

    @Override
    public void failed(Dialer.Failure failure) {
        if (!failure.local()) {
            end(false, failure.detail());
        } else if (ends()) {
            done.notMade();
        }
    }

    private void end(boolean success, String detail) {
        if (ends()) {
            done.probed(success, detail);
        }
    }

    private boolean ends() {
        if (over) {
            return false;
        }
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        if (channel != null) {
            channel.close();
        }
        return true;
    }

    @Override
    public void onInformational(ResponseHead head) {
        // The final head decides.
    }

    @Override
    public void onResponse(ResponseHead head, boolean end) {
        boolean expected = grpc != null
                ? head.status() == OK
                : check.probe() instanceof HealthCheck.Probe.Http http && http.expects(head.status());
        if (!expected) {
            end(false, "the probe was answered with status " + head.status());
        } else if (grpc == null) {
            end(true, "");
        } else if (end) {
            onTrailers(head.fields());
        }
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        if (grpc != null) {
            grpc.add(chunk.toBytes());
        }
        chunk.release();
        if (end) {
            end(false, "the probe's answer has no grpc-status");
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        if (grpc != null) {
            String problem = GrpcHealth.problem(trailers);
            problem = problem != null ? problem : grpc.problem();
            end(problem == null, problem == null ? "" : problem);
        }
    }

    @Override
    public void onReset(StreamReset reset) {
        end(false, "the probe's connection ended without an answer: " + reset);
    }

    @Override
    public void onWritable() {
        // Nothing more is sent.
    }

    @Override
    public void onIdle(HttpClientConnection connection) {
        connection.close();
    }

    @Override
    public void onGoingAway(HttpClientConnection connection) {
        // The head decides.
    }

    @Override
    public void onClosed(HttpClientConnection connection) {
        end(false, "the probe's connection was closed without an answer");
    }

    @Override
    public void onBytesReceived() {
        // The head decides.
    }
}

package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Acceptor;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerConnectionEvents;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WireLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** An HTTP/2 server on loopback that answers "ok", or holds what it gets until it is told. */
public final class Http2TestEndpoint implements RequestHandler, ServerConnectionEvents, AutoCloseable {
    private final Loop loop;
    private final WireLimits limits;
    private final Queue<ServerStream> held = new ConcurrentLinkedQueue<>();
    private final Queue<RequestHead> requests = new ConcurrentLinkedQueue<>();
    private final List<HttpServerConnection> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger resets = new AtomicInteger();
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final ChannelFuture server;
    private volatile boolean holding;
    private volatile Consumer<ServerStream> answering = Http2TestEndpoint::ok;

    /** Serves clear text. */
    public Http2TestEndpoint(Loop loop, int streamsMax) {
        this(loop, streamsMax, (endpoint, channel) -> endpoint.serve(channel));
    }

    /** Serves what {@code accepted} makes of each channel; it calls {@link #serve} when there is HTTP/2 to speak. */
    public Http2TestEndpoint(Loop loop, int streamsMax, BiConsumer<Http2TestEndpoint, Channel> accepted) {
        this.loop = loop;
        this.limits = WireLimits.edge().withStreamsMax(streamsMax);
        this.server = Acceptor.bind(
                        loop,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        128,
                        channel -> loop,
                        (on, channel) -> {
                            connections.incrementAndGet();
                            accepted.accept(this, channel);
                        },
                        error -> {})
                .syncUninterruptibly();
    }

    /** Speaks HTTP/2 on a channel. */
    public void serve(Channel channel) {
        open.add(HttpServerConnection.http2(loop, channel, limits, this, this));
    }

    /** How requests are answered from now on. */
    public void answering(Consumer<ServerStream> how) {
        answering = how;
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", ((InetSocketAddress) server.channel().localAddress()).getPort());
    }

    public void hold(boolean next) {
        holding = next;
    }

    public int connections() {
        return connections.get();
    }

    public int openConnections() {
        return open.size();
    }

    public int requests() {
        return requests.size();
    }

    public int held() {
        return held.size();
    }

    public int resets() {
        return resets.get();
    }

    public List<RequestHead> heads() {
        return List.copyOf(requests);
    }

    public String bodies() {
        return String.join("", bodies);
    }

    /** Answers the request that has been held longest. */
    public boolean answerOne() {
        ServerStream stream = held.poll();
        if (stream != null) {
            OnLoop.run(loop, () -> answer(stream));
        }
        return stream != null;
    }

    /** GOAWAY on every connection; what is under way may end. */
    public void goAway() {
        OnLoop.run(loop, () -> open.forEach(HttpServerConnection::drain));
    }

    /** Closes every connection. */
    public void hangUp() {
        OnLoop.run(loop, () -> open.forEach(HttpServerConnection::close));
    }

    private void answer(ServerStream stream) {
        answering.accept(stream);
    }

    private static void ok(ServerStream stream) {
        stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
        stream.sendData(Chunk.of("ok".getBytes(StandardCharsets.US_ASCII)), true);
    }

    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        boolean holds = holding;
        if (holds) {
            // whoever sees it counted may have it answered
            held.add(stream);
        }
        requests.add(head);
        if (!holds && end) {
            answer(stream);
        }
        return new Body(stream);
    }

    private final class Body implements StreamEvents {
        private final ServerStream stream;

        Body(ServerStream stream) {
            this.stream = stream;
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            bodies.add(new String(chunk.toBytes(), StandardCharsets.US_ASCII));
            stream.consumed(chunk.size());
            chunk.release();
            if (end && !holding) {
                answer(stream);
            }
        }

        @Override
        public void onTrailers(HeaderFields trailers) {
            answer(stream);
        }

        @Override
        public void onReset(StreamReset reset) {
            resets.incrementAndGet();
        }

        @Override
        public void onWritable() {
            // Answers are small.
        }
    }

    @Override
    public void onRefused(Refusal refusal, String detail) {
        throw new AssertionError("refused " + refusal + ": " + detail);
    }

    @Override
    public void onBytesReceived() {
        // Of no interest here.
    }

    @Override
    public void onClosed(HttpServerConnection connection) {
        open.remove(connection);
    }

    @Override
    public void close() {
        server.channel().close().syncUninterruptibly();
        hangUp();
    }
}

package io.bridgehead.identity.workload;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
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
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands in for a SPIFFE agent: speaks FetchX509SVID of the Workload API on a Unix socket and says what a test has it say. */
@OwnedBy(Owner.ANY_THREAD)
public final class TestAgent implements AutoCloseable {
    private final Loop loop;
    private final Channel listening;
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private final List<ServerStream> streams = new CopyOnWriteArrayList<>();
    private final List<RequestHead> calls = new CopyOnWriteArrayList<>();
    private volatile byte[] state = {};

    public TestAgent(Loop loop, Path socket) throws InterruptedException {
        this.loop = loop;
        this.listening = new ServerBootstrap()
                .group(loop.netty())
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        HttpServerConnection.http2(loop, channel, WireLimits.tunnel(), new Calls(), new NoEvents());
                    }
                })
                .bind(new DomainSocketAddress(socket.toString()))
                .sync()
                .channel();
    }

    /** From now on this is the state of the world; everybody who watches is told. */
    public void say(byte[] message) {
        loop.execute(() -> {
            state = message;
            streams.forEach(stream -> stream.sendData(Chunk.of(frame(message)), false));
        });
    }

    List<RequestHead> calls() {
        return calls;
    }

    private static byte[] frame(byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private final class Calls implements RequestHandler {
        @Override
        public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
            calls.add(head);
            HeaderFields fields = new HeaderFields();
            fields.add(HeaderName.CONTENT_TYPE, "application/grpc");
            if (!"true".equals(head.fields().first(HeaderName.of("workload.spiffe.io")))) {
                fields.add(HeaderName.of("grpc-status"), "3");
                stream.sendResponse(new ResponseHead(200, fields), true);
                return new Deaf(stream);
            }
            if (state.length == 0) {
                fields.add(HeaderName.of("grpc-status"), "7");
                fields.add(HeaderName.of("grpc-message"), "no identity issued");
                stream.sendResponse(new ResponseHead(200, fields), true);
                return new Deaf(stream);
            }
            stream.sendResponse(new ResponseHead(200, fields), false);
            stream.sendData(Chunk.of(frame(state)), false);
            streams.add(stream);
            return new Deaf(stream);
        }

        @Override
        public void onRefused(Refusal refusal, String detail) {}
    }

    private static final class NoEvents implements ServerConnectionEvents {
        @Override
        public void onBytesReceived() {}

        @Override
        public void onClosed(HttpServerConnection connection) {}
    }

    private final class Deaf implements StreamEvents {
        private final ServerStream stream;

        Deaf(ServerStream stream) {
            this.stream = stream;
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            stream.consumed(chunk.size());
            chunk.release();
        }

        @Override
        public void onTrailers(HeaderFields trailers) {}

        @Override
        public void onReset(StreamReset reset) {
            streams.remove(stream);
        }

        @Override
        public void onWritable() {}
    }

    /** The process is gone, and everybody's connection with it. */
    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        channels.forEach(channel -> channel.close().syncUninterruptibly());
        loop.execute(streams::clear);
    }

    /** X509SVIDResponse. */
    public static byte[] response(List<byte[]> svids, List<byte[]> crls, Map<String, byte[]> federated) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        svids.forEach(svid -> field(out, 1, svid));
        crls.forEach(crl -> field(out, 2, crl));
        federated.forEach((domain, bundle) -> {
            ByteArrayOutputStream entry = new ByteArrayOutputStream();
            field(entry, 1, domain.getBytes(StandardCharsets.UTF_8));
            field(entry, 2, bundle);
            field(out, 3, entry.toByteArray());
        });
        return out.toByteArray();
    }

    /** X509SVID. */
    public static byte[] svid(String id, byte[] chain, byte[] key, byte[] bundle, String hint) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        field(out, 1, id.getBytes(StandardCharsets.UTF_8));
        field(out, 2, chain);
        field(out, 3, key);
        field(out, 4, bundle);
        field(out, 5, hint.getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, int number, byte[] value) {
        out.write((number << 3) | 2);
        int length = value.length;
        while (length > 0x7F) {
            out.write((length & 0x7F) | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(value);
    }
}

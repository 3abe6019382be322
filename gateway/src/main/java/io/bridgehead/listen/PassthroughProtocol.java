package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.proxy.Approach;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.TcpProxy;
import io.bridgehead.wire.ByteStream;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.preface.ClientHello;
import io.bridgehead.wire.preface.ClientHelloReader;
import io.bridgehead.wire.preface.Preface;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;

/** TLS that is passed through: the server's name in the ClientHello says which service is meant, and nothing is terminated. */
final class PassthroughProtocol implements EdgeProtocol {
    @Override
    public void serve(Accepted connection) {
        Reading reading = new Reading(connection);
        connection.track(reading);
        Preface.read(
                connection.loop(),
                connection.channel(),
                connection.spec().clients().prefaceMillis(),
                reading);
    }

    /** The ClientHello of one connection. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Reading implements Preface.Reader, LoopConnections.Open {
        private final Accepted connection;
        private final ClientHelloReader reader = new ClientHelloReader();
        private @Nullable ClientHello hello;
        private @Nullable ByteStream serving;

        Reading(Accepted connection) {
            this.connection = connection;
        }

        @Override
        public Preface.Verdict read(ByteBuf held) {
            return switch (reader.read(held)) {
                case ClientHelloReader.More _ -> Preface.Verdict.MORE;
                case ClientHelloReader.Hello whole -> {
                    hello = whole.hello();
                    yield Preface.Verdict.DONE;
                }
                case ClientHelloReader.Wrong wrong -> {
                    refuse(wrong.flaw());
                    yield Preface.Verdict.REFUSED;
                }
            };
        }

        private void refuse(ClientHelloReader.Flaw flaw) {
            switch (flaw) {
                case NOT_TLS -> connection.refuse(Refusal.NOT_TLS);
                case MALFORMED -> refuse(Refusal.CLIENT_HELLO_INVALID);
                case TOO_LARGE -> refuse(Refusal.CLIENT_HELLO_TOO_LARGE);
            }
        }

        private void refuse(Refusal refusal) {
            connection.parts().observer().refused(connection.spec().name(), refusal);
            connection
                    .channel()
                    .writeAndFlush(Unpooled.wrappedBuffer(TlsAlert.DECODE_ERROR.record()))
                    .addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void proceed() {
            ClientHello read = hello;
            if (read == null) {
                throw new IllegalStateException("proceeds without a ClientHello");
            }
            // with several protocols on offer nobody knows yet which one will be spoken
            String alpn = read.alpn().size() == 1 ? read.alpn().getFirst() : null;
            EntryPoint entry = EntryPoint.tls(connection.spec().name(), connection.caller());
            ByteStream stream = ByteStream.over(
                    connection.loop(), connection.channel(), connection.parts().limits());
            serving = stream;
            TcpProxy proxy = new TcpProxy(connection.context(), entry, status -> stream.close(alert(status)));
            stream.start(proxy.onConnection(stream, new Approach(connection.flow(), read.serverName(), alpn)));
        }

        private static Chunk alert(int status) {
            return Chunk.of(TlsAlert.of(status).record());
        }

        @Override
        public void timedOut() {
            connection.refuse(Refusal.CLIENT_HELLO_TIMEOUT);
        }

        @Override
        public void ended() {
            connection.channel().close();
        }

        @Override
        public void drain() {
            if (hello == null) {
                connection.channel().close();
            }
        }

        @Override
        public void close() {
            ByteStream stream = serving;
            if (stream == null) {
                connection.channel().close();
            } else {
                stream.abandon();
            }
        }
    }
}

package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.proxy.Approach;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.TcpProxy;
import io.bridgehead.routing.GatewayPort.TlsMode;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.edge.SecuredClient;
import io.bridgehead.wire.ByteStream;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.preface.ClientHello;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * TLS for several listeners at one port: the server's name in the ClientHello says which one is meant, before anybody answers. Its
 * connection is ended here, for requests or for bytes, or passed through unread.
 */
final class ServerNameProtocol implements EdgeProtocol, HelloGate.Server {
    private final ServerNames names;

    ServerNameProtocol(ServerNames names) {
        this.names = names;
    }

    @Override
    public void serve(Accepted connection) {
        HelloGate.install(connection, this);
    }

    @Override
    public LoopConnections.@Nullable Open serve(Accepted connection, ClientHello hello) {
        ServerNames.Named named = names.find(hello.serverName());
        if (named == null) {
            return refuse(connection, TlsAlert.UNRECOGNIZED_NAME, unknown(hello.serverName()));
        }
        if (named.mode() == TlsMode.PASSTHROUGH) {
            return new Kept(PassthroughProtocol.pass(connection, hello), connection, named, hello.serverName());
        }
        EdgeTls tls = named.tls();
        if (tls == null) {
            return refuse(connection, TlsAlert.INTERNAL_ERROR, named.shown() + " has no certificate that can be used");
        }
        LoopConnections.Open begun = named.mode() == TlsMode.HTTPS
                ? HttpsProtocol.begin(connection, tls, ServerNames.normalised(hello.serverName()))
                : Inside.begin(connection, tls, hello);
        return new Kept(begun, connection, named, hello.serverName());
    }

    @Override
    public HelloGate.@Nullable Server under(ListenerSpec next, ListenerSpec before) {
        ServerNames later = next.edge().names();
        return later != null && next.hasOtherNamesOnly(before) ? new ServerNameProtocol(later) : null;
    }

    @Override
    public void refuseOther(Accepted connection, ByteBuf first) {
        int letter = first.isReadable() ? first.getByte(first.readerIndex()) : 0;
        if (names.takesRequests() && letter >= 'A' && letter <= 'Z') {
            told(connection, HandshakeFault.NOT_TLS, "HTTP without TLS");
            EdgeTls.advise(connection.channel());
        } else {
            connection.refuse(Refusal.NOT_TLS);
        }
    }

    private static LoopConnections.@Nullable Open refuse(Accepted connection, TlsAlert alert, String why) {
        told(connection, HandshakeFault.NO_SERVER, why);
        HelloGate.alert(connection, alert);
        return null;
    }

    private static String unknown(@Nullable String serverName) {
        return serverName == null
                ? "no server name, and no listener that takes such clients"
                : "no listener with the server name '" + serverName + "'";
    }

    private static void told(Accepted connection, HandshakeFault fault, String detail) {
        connection.parts().observer().handshakeFailed(connection.spec().name(), fault, detail);
    }

    /** A connection that stays when only other listeners of its port change. */
    private record Kept(
            LoopConnections.Open open,
            Accepted connection,
            ServerNames.Named named,
            @Nullable String serverName) implements LoopConnections.Open {
        @Override
        public boolean moveUnder(ListenerSpec next) {
            ServerNames later = next.edge().names();
            return later != null && next.hasOtherNamesOnly(connection.spec()) && named.equals(later.find(serverName));
        }

        @Override
        public void drain() {
            open.drain();
        }

        @Override
        public void hurryIdle() {
            open.hurryIdle();
        }

        @Override
        public void close() {
            open.close();
        }

        @Override
        public void recheck() {
            open.recheck();
        }
    }

    /** Bytes inside TLS that is ended here. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Inside implements EdgeTls.Events, LoopConnections.Open {
        private final Accepted accepted;
        private final ClientHello hello;
        private final TlsWatch watch;
        private @Nullable ByteStream stream;

        private Inside(Accepted accepted, EdgeTls tls, ClientHello hello) {
            this.accepted = accepted;
            this.hello = hello;
            this.watch = new TlsWatch(accepted, tls);
        }

        static Inside begin(Accepted accepted, EdgeTls tls, ClientHello hello) {
            Inside inside = new Inside(accepted, tls, hello);
            tls.accept(accepted.channel(), inside);
            return inside;
        }

        @Override
        public void onSecured(SecuredClient client) {
            watch.secured(client);
            ByteStream bytes = ByteStream.over(
                    accepted.loop(), accepted.channel(), accepted.parts().limits());
            stream = bytes;
            EntryPoint entry =
                    EntryPoint.tcp(accepted.spec().name(), watch.caller()).at(accepted.arrival(hello.serverName()));
            TcpProxy proxy = new TcpProxy(accepted.context(), entry, status -> bytes.reset(StreamReset.REFUSED));
            bytes.start(
                    proxy.onConnection(bytes, new Approach(accepted.flow(), hello.serverName(), null, client.tls())));
        }

        @Override
        public void onInsecure(HandshakeFault fault, String detail) {
            told(accepted, fault, detail);
        }

        @Override
        public void drain() {
            if (stream == null) {
                accepted.channel().close();
            }
        }

        @Override
        public void close() {
            ByteStream begun = stream;
            if (begun == null) {
                accepted.channel().close();
            } else {
                begun.abandon();
            }
        }

        @Override
        public void recheck() {
            watch.recheck();
        }
    }
}

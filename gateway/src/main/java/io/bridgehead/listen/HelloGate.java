package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.wire.preface.ClientHello;
import io.bridgehead.wire.preface.ClientHelloReader;
import io.bridgehead.wire.preface.Preface;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;

/** The ClientHello of one TLS connection, which is read before anybody answers it: what it says decides who serves the connection. */
@OwnedBy(Owner.EVENT_LOOP)
final class HelloGate implements Preface.Reader, LoopConnections.Open {
    private Accepted connection;
    private Server server;
    private final ClientHelloReader reader = new ClientHelloReader();
    private @Nullable ClientHello hello;
    private LoopConnections.@Nullable Open serving;
    private boolean spared;

    private HelloGate(Accepted connection, Server server) {
        this.connection = connection;
        this.server = server;
    }

    /** Serves connections whose ClientHello is known. */
    interface Server {
        /**
         * Puts its handlers at the end of the pipeline; they get the ClientHello as the client's first bytes.
         *
         * @return ends the connection with its listener; null when it was closed
         */
        LoopConnections.@Nullable Open serve(Accepted connection, ClientHello hello);

        /** What serves a connection under another specification from now on, which has not begun yet; null if nothing can. */
        default @Nullable Server under(ListenerSpec next, ListenerSpec before) {
            return null;
        }

        /** The client does not speak TLS, by these bytes; closes the connection. */
        default void refuseOther(Accepted connection, ByteBuf first) {
            connection.refuse(Refusal.NOT_TLS);
        }
    }

    static void install(Accepted connection, Server server) {
        HelloGate gate = new HelloGate(connection, server);
        connection.track(gate);
        Preface.read(
                connection.loop(),
                connection.channel(),
                connection.spec().clients().prefaceMillis(),
                gate);
    }

    /** Tells a client by an alert in clear that it is not served, and closes. */
    static void alert(Accepted connection, TlsAlert alert) {
        connection
                .channel()
                .writeAndFlush(Unpooled.wrappedBuffer(alert.record()))
                .addListener(ChannelFutureListener.CLOSE);
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
                refuse(wrong.flaw(), held);
                yield Preface.Verdict.REFUSED;
            }
        };
    }

    private void refuse(ClientHelloReader.Flaw flaw, ByteBuf held) {
        switch (flaw) {
            case NOT_TLS -> server.refuseOther(connection, held);
            case MALFORMED -> refuse(Refusal.CLIENT_HELLO_INVALID);
            case TOO_LARGE -> refuse(Refusal.CLIENT_HELLO_TOO_LARGE);
        }
    }

    private void refuse(Refusal refusal) {
        connection.parts().observer().refused(connection.spec().name(), refusal);
        alert(connection, TlsAlert.DECODE_ERROR);
    }

    @Override
    public void proceed() {
        ClientHello read = hello;
        if (read == null) {
            throw new IllegalStateException("proceeds without a ClientHello");
        }
        serving = server.serve(connection, read);
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
        LoopConnections.Open served = serving;
        if (served != null) {
            served.drain();
        } else if (hello == null && (spared || !connection.spares(this::drain))) {
            connection.channel().close();
        } else {
            spared = true;
        }
    }

    @Override
    public void hurryIdle() {
        LoopConnections.Open served = serving;
        if (served != null) {
            served.hurryIdle();
        }
    }

    @Override
    public void close() {
        LoopConnections.Open served = serving;
        if (served == null) {
            connection.channel().close();
        } else {
            served.close();
        }
    }

    @Override
    public void recheck() {
        LoopConnections.Open served = serving;
        if (served != null) {
            served.recheck();
        }
    }

    @Override
    public boolean moveUnder(ListenerSpec next) {
        LoopConnections.Open served = serving;
        if (served != null) {
            return served.moveUnder(next);
        }
        Server other = hello == null ? server.under(next, connection.spec()) : null;
        if (other == null) {
            return false;
        }
        server = other;
        connection = connection.under(next);
        return true;
    }
}

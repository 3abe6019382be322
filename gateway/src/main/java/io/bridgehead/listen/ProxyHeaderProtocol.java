package io.bridgehead.listen;

import io.bridgehead.model.Flow;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.wire.preface.Preface;
import io.bridgehead.wire.preface.ProxyHeaderReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Takes the client's address from the PROXY header that load balancers put first. Whether there is one is not guessed from the
 * bytes, as the standard demands: connections of listed peers have one, all others have none.
 *
 * @param rules the listed peers
 * @param next serves the connection under the address that was found
 */
record ProxyHeaderProtocol(ClientRules.ProxyHeaders rules, EdgeProtocol next) implements EdgeProtocol {
    @Override
    public void serve(Accepted connection) {
        if (rules.from().contains(connection.flow().source())) {
            Reading reading = new Reading(connection, rules.required(), next);
            connection.track(reading);
            Preface.read(
                    connection.loop(),
                    connection.channel(),
                    connection.spec().clients().prefaceMillis(),
                    reading);
        } else {
            connection.channel().pipeline().addLast(new UnlistedPeer(connection));
            next.serve(connection);
        }
    }

    /** The header of one connection. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Reading implements Preface.Reader, LoopConnections.Open {
        private final Accepted connection;
        private final boolean required;
        private final EdgeProtocol next;
        private @Nullable Flow found;
        private boolean served;

        Reading(Accepted connection, boolean required, EdgeProtocol next) {
            this.connection = connection;
            this.required = required;
            this.next = next;
        }

        @Override
        public Preface.Verdict read(ByteBuf held) {
            return switch (ProxyHeaderReader.read(held)) {
                case ProxyHeaderReader.More _ -> Preface.Verdict.MORE;
                case ProxyHeaderReader.Header header -> {
                    found = header.flow();
                    held.skipBytes(header.bytes());
                    yield Preface.Verdict.DONE;
                }
                case ProxyHeaderReader.NoHeader _ -> required ? refuse() : Preface.Verdict.DONE;
                case ProxyHeaderReader.Invalid _ -> refuse();
            };
        }

        private Preface.Verdict refuse() {
            connection.refuse(Refusal.PROXY_HEADER_INVALID);
            return Preface.Verdict.REFUSED;
        }

        @Override
        public void proceed() {
            served = true;
            next.serve(found == null ? connection : connection.at(found));
        }

        @Override
        public void timedOut() {
            connection.refuse(Refusal.PROXY_HEADER_TIMEOUT);
        }

        @Override
        public void ended() {
            // load balancers probe ports by connecting and leaving
            connection.channel().close();
        }

        @Override
        public void drain() {
            if (!served) {
                connection.channel().close();
            }
        }

        @Override
        public void close() {
            connection.channel().close();
        }
    }

    /**
     * Sees the first bytes of a peer that is not listed. They are what it sends, and never a header; when they look like one, the peer
     * claims what it may not, or the list lacks it: both are better told than served.
     */
    private static final class UnlistedPeer extends ChannelInboundHandlerAdapter {
        private final Accepted connection;

        UnlistedPeer(Accepted connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes && ProxyHeaderReader.isSigned(bytes)) {
                bytes.release();
                connection.refuse(Refusal.PROXY_HEADER_UNTRUSTED);
            } else {
                ctx.fireChannelRead(message);
                ctx.pipeline().remove(this);
            }
        }
    }
}

package io.bridgehead.listen;

import io.bridgehead.proxy.Approach;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.TcpProxy;
import io.bridgehead.wire.ByteStream;
import io.bridgehead.wire.StreamReset;
import io.netty.channel.Channel;

/** Bytes: the port alone says which service is meant. */
final class TcpProtocol implements EdgeProtocol {
    @Override
    public void serve(Accepted connection) {
        Channel channel = connection.channel();
        EntryPoint entry =
                EntryPoint.tcp(connection.spec().name(), connection.caller()).at(connection.arrival(null));
        ByteStream stream =
                ByteStream.over(connection.loop(), channel, connection.parts().limits());
        connection.track(new UntilItsEnd(stream));
        TcpProxy proxy = new TcpProxy(connection.context(), entry, status -> stream.reset(StreamReset.REFUSED));
        stream.start(proxy.onConnection(stream, Approach.plain(connection.flow())));
    }

    /** A stream of bytes has no place where it could be asked to end: it runs until it ends or is closed. */
    record UntilItsEnd(ByteStream stream) implements LoopConnections.Open {
        @Override
        public void drain() {}

        @Override
        public void close() {
            stream.abandon();
        }
    }
}

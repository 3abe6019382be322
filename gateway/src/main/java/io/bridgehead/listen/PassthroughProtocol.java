package io.bridgehead.listen;

import io.bridgehead.proxy.Approach;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.TcpProxy;
import io.bridgehead.wire.ByteStream;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.preface.ClientHello;

/** TLS that is passed through: the server's name in the ClientHello says which service is meant, and nothing is terminated. */
final class PassthroughProtocol implements EdgeProtocol {
    @Override
    public void serve(Accepted connection) {
        HelloGate.install(connection, PassthroughProtocol::pass);
    }

    /** Passes a connection through whose ClientHello is known. */
    static LoopConnections.Open pass(Accepted connection, ClientHello hello) {
        // with several protocols on offer nobody knows yet which one will be spoken
        String alpn = hello.alpn().size() == 1 ? hello.alpn().getFirst() : null;
        EntryPoint entry = EntryPoint.tls(connection.spec().name(), connection.caller())
                .at(connection.arrival(hello.serverName()));
        ByteStream stream = ByteStream.over(
                connection.loop(), connection.channel(), connection.parts().limits());
        TcpProxy proxy = new TcpProxy(connection.context(), entry, status -> stream.close(alert(status)));
        stream.start(proxy.onConnection(stream, Approach.passing(connection.flow(), hello.serverName(), alpn)));
        return new TcpProtocol.UntilItsEnd(stream);
    }

    private static Chunk alert(int status) {
        return Chunk.of(TlsAlert.of(status).record());
    }
}

package io.bridgehead.listen;

import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.HttpProxy;
import io.bridgehead.wire.HttpServerConnection;

/** HTTP/1.1 without TLS. */
final class HttpProtocol implements EdgeProtocol {
    @Override
    public void serve(Accepted connection) {
        EntryPoint entry = connection.requests(connection.caller());
        HttpProxy proxy = new HttpProxy(connection.context(), entry);
        connection.track(HttpServerConnection.http1(
                connection.loop(),
                connection.channel(),
                connection.parts().limits(),
                proxy,
                new ClientEvents(connection)));
    }
}

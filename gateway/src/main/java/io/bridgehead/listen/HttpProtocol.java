package io.bridgehead.listen;

import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.HttpProxy;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.ServerConnectionEvents;

/** HTTP/1.1 without TLS. */
final class HttpProtocol implements EdgeProtocol {
    @Override
    public void serve(Accepted connection) {
        EntryPoint entry = connection.requests(connection.caller());
        HttpProxy proxy = new HttpProxy(connection.context(), entry);
        connection.track(HttpServerConnection.http1(
                connection.loop(), connection.channel(), connection.parts().limits(), proxy, IgnoredEvents.INSTANCE));
    }

    /** Nobody needs to know: liveness of clients is judged by timers, and the channel's end is what counts. */
    enum IgnoredEvents implements ServerConnectionEvents {
        INSTANCE;

        @Override
        public void onBytesReceived() {}

        @Override
        public void onClosed(HttpServerConnection connection) {}
    }
}

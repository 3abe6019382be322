package io.bridgehead.listen;

import io.bridgehead.loop.Timer;
import io.bridgehead.model.Caller;
import io.bridgehead.proxy.EdgeTerms;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.ForwardedCertificate;
import io.bridgehead.proxy.HttpProxy;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.RequestHandler;
import org.jspecify.annotations.Nullable;

/** HTTP without TLS: HTTP/1.1 and, where the listener allows it, HTTP/2 by prior knowledge (RFC 9113, section 3.3). */
final class HttpProtocol implements EdgeProtocol {
    @Override
    public void serve(Accepted connection) {
        if (connection.spec().edge().http2()) {
            PrefaceGate.install(connection, http2 -> connection.track(begin(connection, http2)));
        } else {
            connection.track(begin(connection, false));
        }
    }

    private static HttpServerConnection begin(Accepted connection, boolean http2) {
        ForwardedCertificate.Mode mode = connection.spec().edge().forward();
        EdgeTerms terms = mode == ForwardedCertificate.Mode.SANITIZE_SET
                ? EdgeTerms.PLAIN
                : new EdgeTerms(new ForwardedCertificate(mode, null), null);
        return begin(connection, http2, connection.caller(), terms, null);
    }

    /**
     * Serves HTTP in the version that was found out, until the connection ends or is old.
     *
     * @param serverName what the client's TLS asked for; null for nothing, or no TLS
     */
    static HttpServerConnection begin(
            Accepted accepted, boolean http2, Caller caller, EdgeTerms terms, @Nullable String serverName) {
        EntryPoint entry = accepted.requests(caller, http2, terms, serverName);
        return begin(accepted, http2, new HttpProxy(accepted.context(), entry));
    }

    /** The same with another who answers. */
    static HttpServerConnection begin(Accepted accepted, boolean http2, RequestHandler handler) {
        ListenerParts parts = accepted.parts();
        HttpServerConnection connection = http2
                ? HttpServerConnection.http2(
                        accepted.loop(), accepted.channel(), parts.limits(), handler, new ClientEvents(accepted))
                : HttpServerConnection.http1(
                        accepted.loop(), accepted.channel(), parts.limits(), handler, new ClientEvents(accepted));
        if (!http2 && accepted.connections().isLeaving()) {
            connection.retire();
        }
        long age = parts.bounds().get().age().draw();
        if (age > 0) {
            Timer old = accepted.loop().after(age, connection::retire);
            accepted.channel().closeFuture().addListener(done -> old.cancel());
        }
        return connection;
    }
}

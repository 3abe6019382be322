package io.bridgehead.wire.http2;

import static io.bridgehead.wire.http2.IncomingHeaders.AUTHORITY;
import static io.bridgehead.wire.http2.IncomingHeaders.HOST;
import static io.bridgehead.wire.http2.IncomingHeaders.METHOD;
import static io.bridgehead.wire.http2.IncomingHeaders.PATH;
import static io.bridgehead.wire.http2.IncomingHeaders.PROTOCOL;
import static io.bridgehead.wire.http2.IncomingHeaders.SCHEME;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.guard.AuthorityGuard;
import io.bridgehead.wire.guard.Fault;
import io.bridgehead.wire.guard.Methods;
import io.bridgehead.wire.guard.Octets;
import io.bridgehead.wire.guard.PathGuard;
import org.jspecify.annotations.Nullable;

/**
 * Turns the heads that one connection receives into requests (RFC 9113, section 8.3.1) and applies the guard as
 * HTTP/1.1 has it.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class RequestRules {
    private static final int METHOD_MAX = 32;

    private final String transportScheme;
    private final boolean peerIsGateway;
    private final PathGuard paths = new PathGuard();
    private final AuthorityGuard authorities = new AuthorityGuard();
    private Fault fault = Fault.bad("");
    private boolean malformed;

    RequestRules(WireLimits limits, String transportScheme) {
        this.transportScheme = transportScheme;
        this.peerIsGateway = limits.peerIsGateway();
    }

    /** The request, or null when it is refused: {@link #fault} says why. */
    @Nullable
    RequestHead read(IncomingHeaders headers) {
        Fault found = headers.fault();
        if (found != null) {
            fault = found;
            malformed = headers.isMalformed();
            return null;
        }
        byte[] text = headers.array();
        int methodStart = headers.start(METHOD);
        int methodLength = headers.length(METHOD);
        if (methodLength > METHOD_MAX || !Octets.isToken(text, methodStart, methodStart + methodLength)) {
            return malformed(":method: missing or not a token");
        }
        String name = Methods.of(text, methodStart, methodLength);
        String authority = authority(headers);
        if (authority == null) {
            return null;
        }
        boolean extended = headers.has(PROTOCOL);
        if (name.equals(RequestHead.CONNECT) && !extended) {
            return connect(headers, authority);
        }
        String scheme = scheme(headers);
        if (scheme == null) {
            return malformed(":scheme: expected http or https");
        }
        int from = headers.start(PATH);
        int to = from + headers.length(PATH);
        if (from == to) {
            return malformed(":path: missing");
        }
        if (extended) {
            return extendedConnect(name, headers, scheme, authority);
        }
        if (to - from == 1 && text[from] == '*' && name.equals("OPTIONS")) {
            return new RequestHead(name, scheme, authority, "*", headers.fields());
        }
        return withPath(name, scheme, authority, headers, 0);
    }

    private @Nullable RequestHead withPath(
            String method, String scheme, String authority, IncomingHeaders headers, int marks) {
        int from = headers.start(PATH);
        String normal = paths.read(headers.array(), from, from + headers.length(PATH));
        if (normal == null) {
            return refuse(paths.problem());
        }
        return new RequestHead(method, scheme, authority, normal, headers.fields(), marks | paths.marks());
    }

    /** Extended CONNECT (RFC 8441, section 4), which means what GET means with Upgrade in HTTP/1.1. */
    private @Nullable RequestHead extendedConnect(
            String method, IncomingHeaders headers, String scheme, String authority) {
        if (!method.equals(RequestHead.CONNECT)) {
            return malformed(":protocol: with another method than CONNECT");
        }
        int from = headers.start(PROTOCOL);
        if (!Octets.equalsIgnoreCase(headers.array(), from, from + headers.length(PROTOCOL), "websocket")) {
            refuse("");
            fault = new Fault(Refusal.UPGRADE_NOT_ALLOWED, ":protocol: only websocket is known");
            return null;
        }
        HeaderFields fields = headers.fields();
        fields.removeAll(HeaderName.SEC_WEBSOCKET_KEY);
        fields.removeAll(HeaderName.CONTENT_LENGTH);
        int marks = RequestMark.UPGRADE.bit() | RequestMark.WEB_SOCKET.bit();
        return withPath("GET", scheme, authority, headers, marks);
    }

    private @Nullable RequestHead connect(IncomingHeaders headers, String authority) {
        if (headers.has(SCHEME) || headers.has(PATH)) {
            return malformed("CONNECT: with :scheme or :path");
        }
        if (authority.indexOf(':', authority.indexOf(']') + 1) < 0) {
            return malformed("CONNECT: expected host:port as :authority");
        }
        return new RequestHead(
                RequestHead.CONNECT, transportScheme, authority, "", headers.fields(), RequestMark.CONNECT.bit());
    }

    private @Nullable String scheme(IncomingHeaders headers) {
        int from = headers.start(SCHEME);
        int to = from + headers.length(SCHEME);
        boolean https = Octets.equalsIgnoreCase(headers.array(), from, to, "https");
        if (!https && !Octets.equalsIgnoreCase(headers.array(), from, to, "http")) {
            return null;
        }
        if (!peerIsGateway) {
            return transportScheme;
        }
        return https ? "https" : "http";
    }

    private @Nullable String authority(IncomingHeaders headers) {
        boolean said = headers.has(AUTHORITY);
        if (!said && !headers.has(HOST)) {
            refuse(":authority: missing");
            return null;
        }
        String authority = read(headers, said ? AUTHORITY : HOST);
        if (authority == null) {
            refuse(":authority: expected a host name or address and perhaps a port");
        } else if (said && headers.has(HOST) && !authority.equals(read(headers, HOST))) {
            refuse("host: differs from :authority");
            return null;
        }
        return authority;
    }

    private @Nullable String read(IncomingHeaders headers, int place) {
        int start = headers.start(place);
        return authorities.read(headers.array(), start, start + headers.length(place));
    }

    private @Nullable RequestHead malformed(String detail) {
        refuse(detail);
        malformed = true;
        return null;
    }

    private @Nullable RequestHead refuse(String detail) {
        fault = Fault.bad(detail);
        malformed = false;
        return null;
    }

    /** Why the last head was refused. */
    Fault fault() {
        return fault;
    }

    /** Whether the stream has to be reset for it, not answered. */
    boolean isMalformed() {
        return malformed;
    }
}

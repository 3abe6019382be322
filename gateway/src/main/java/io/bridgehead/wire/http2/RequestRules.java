package io.bridgehead.wire.http2;

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
import io.bridgehead.wire.guard.Octets;
import io.bridgehead.wire.guard.PathGuard;
import io.netty.util.AsciiString;
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
        AsciiString method = headers.method();
        if (method == null || method.length() > METHOD_MAX || !isToken(method)) {
            return malformed(":method: missing or not a token");
        }
        String name = method.toString();
        String authority = authority(headers);
        if (authority == null) {
            return null;
        }
        AsciiString protocol = headers.protocol();
        if (name.equals(RequestHead.CONNECT) && protocol == null) {
            return connect(headers, authority);
        }
        String scheme = scheme(headers);
        if (scheme == null) {
            return malformed(":scheme: expected http or https");
        }
        AsciiString path = headers.path();
        if (path == null || path.isEmpty()) {
            return malformed(":path: missing");
        }
        if (protocol != null) {
            return extendedConnect(name, headers, scheme, authority, path);
        }
        if (path.length() == 1 && path.byteAt(0) == '*' && name.equals("OPTIONS")) {
            return new RequestHead(name, scheme, authority, "*", headers.fields());
        }
        return withPath(name, scheme, authority, path, headers.fields(), 0);
    }

    private @Nullable RequestHead withPath(
            String method, String scheme, String authority, AsciiString path, HeaderFields fields, int marks) {
        String normal = paths.read(path.array(), path.arrayOffset(), path.arrayOffset() + path.length());
        if (normal == null) {
            return refuse(paths.problem());
        }
        return new RequestHead(method, scheme, authority, normal, fields, marks | paths.marks());
    }

    /** Extended CONNECT (RFC 8441, section 4), which means what GET means with Upgrade in HTTP/1.1. */
    private @Nullable RequestHead extendedConnect(
            String method, IncomingHeaders headers, String scheme, String authority, AsciiString path) {
        if (!method.equals(RequestHead.CONNECT)) {
            return malformed(":protocol: with another method than CONNECT");
        }
        AsciiString protocol = headers.protocol();
        if (protocol == null || !protocol.contentEqualsIgnoreCase("websocket")) {
            refuse("");
            fault = new Fault(Refusal.UPGRADE_NOT_ALLOWED, ":protocol: only websocket is known");
            return null;
        }
        HeaderFields fields = headers.fields();
        fields.removeAll(HeaderName.SEC_WEBSOCKET_KEY);
        fields.removeAll(HeaderName.CONTENT_LENGTH);
        int marks = RequestMark.UPGRADE.bit() | RequestMark.WEB_SOCKET.bit();
        return withPath("GET", scheme, authority, path, fields, marks);
    }

    private @Nullable RequestHead connect(IncomingHeaders headers, String authority) {
        if (headers.scheme() != null || headers.path() != null) {
            return malformed("CONNECT: with :scheme or :path");
        }
        if (authority.indexOf(':', authority.indexOf(']') + 1) < 0) {
            return malformed("CONNECT: expected host:port as :authority");
        }
        return new RequestHead(
                RequestHead.CONNECT, transportScheme, authority, "", headers.fields(), RequestMark.CONNECT.bit());
    }

    private @Nullable String scheme(IncomingHeaders headers) {
        AsciiString scheme = headers.scheme();
        if (scheme == null) {
            return null;
        }
        boolean https = scheme.contentEqualsIgnoreCase("https");
        if (!https && !scheme.contentEqualsIgnoreCase("http")) {
            return null;
        }
        if (!peerIsGateway) {
            return transportScheme;
        }
        return https ? "https" : "http";
    }

    private @Nullable String authority(IncomingHeaders headers) {
        AsciiString said = headers.authority();
        AsciiString host = headers.host();
        AsciiString raw = said == null ? host : said;
        if (raw == null) {
            refuse(":authority: missing");
            return null;
        }
        String authority = read(raw);
        if (authority == null) {
            refuse(":authority: expected a host name or address and perhaps a port");
        } else if (said != null && host != null && !authority.equals(read(host))) {
            refuse("host: differs from :authority");
            return null;
        }
        return authority;
    }

    private @Nullable String read(AsciiString text) {
        return authorities.read(text.array(), text.arrayOffset(), text.arrayOffset() + text.length());
    }

    private static boolean isToken(AsciiString text) {
        return Octets.isToken(text.array(), text.arrayOffset(), text.arrayOffset() + text.length());
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

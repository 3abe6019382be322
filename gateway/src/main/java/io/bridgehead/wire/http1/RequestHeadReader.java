package io.bridgehead.wire.http1;

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

/** Reads request heads (RFC 9112, sections 3 and 5) of one connection, one after another, and applies the guard. */
@OwnedBy(Owner.EVENT_LOOP)
final class RequestHeadReader {
    private static final int METHOD_MAX = 32;
    private static final int VERSION_LENGTH = 8;

    private final String scheme;
    private final FieldLines lines;
    private final PathGuard paths = new PathGuard();
    private final AuthorityGuard authorities = new AuthorityGuard();
    private boolean oldVersion;
    private @Nullable String webSocketKey;
    private Fault fault = Fault.bad("");

    RequestHeadReader(WireLimits limits, String scheme) {
        this.scheme = scheme;
        this.lines = new FieldLines(limits, true);
    }

    /**
     * Reads one head.
     *
     * @param head taken over by the result
     * @param end behind the empty line
     * @return null when it is refused; {@link #fault} says why
     */
    @Nullable
    RequestHead read(byte[] head, int end) {
        int methodEnd = 0;
        while (head[methodEnd] != ' ' && Octets.tokenLower(head[methodEnd]) != 0) {
            methodEnd++;
        }
        if (methodEnd == 0 || methodEnd > METHOD_MAX || head[methodEnd] != ' ') {
            return refuse("request line: expected method, target and version with one space between");
        }
        int target = methodEnd + 1;
        int targetEnd = target;
        while (head[targetEnd] != ' ' && head[targetEnd] != '\n') {
            targetEnd++;
        }
        int version = targetEnd + 1;
        int lineEnd = version + VERSION_LENGTH;
        if (head[targetEnd] != ' ' || lineEnd + 2 > end || head[lineEnd] != '\r' || head[lineEnd + 1] != '\n') {
            return refuse("request line: expected method, target and version with one space between, and CR LF");
        }
        if (!isVersion(head, version)) {
            return null;
        }
        Fault bad = lines.read(head, lineEnd + 2, end);
        if (bad != null) {
            fault = bad;
            return null;
        }
        if (oldVersion && lines.chunked()) {
            return refuse("transfer-encoding: not known to HTTP/1.0");
        }
        if (oldVersion) {
            lines.fields().removeAll(HeaderName.EXPECT);
        }
        return target(Methods.of(head, 0, methodEnd), head, target, targetEnd);
    }

    private boolean isVersion(byte[] head, int at) {
        boolean http = head[at] == 'H'
                && head[at + 1] == 'T'
                && head[at + 2] == 'T'
                && head[at + 3] == 'P'
                && head[at + 4] == '/'
                && head[at + 6] == '.';
        if (!http) {
            fault = Fault.bad("request line: expected HTTP/1.1 at its end");
            return false;
        }
        if (head[at + 5] != '1' || (head[at + 7] != '1' && head[at + 7] != '0')) {
            fault = new Fault(Refusal.VERSION_UNSUPPORTED, "version: expected HTTP/1.1 or HTTP/1.0");
            return false;
        }
        oldVersion = head[at + 7] == '0';
        return true;
    }

    private @Nullable RequestHead target(String method, byte[] head, int from, int to) {
        String host = "";
        if (lines.hasHost()) {
            String read = authorities.read(head, lines.hostStart(), lines.hostEnd());
            if (read == null) {
                return refuse("host: expected a host name or address and perhaps a port");
            }
            host = read;
        } else if (!oldVersion) {
            return refuse("host: missing");
        }
        int marks = 0;
        webSocketKey = null;
        // HTTP/1.0 knows no upgrade (RFC 9110, section 7.8)
        if (lines.upgrade() && !oldVersion) {
            marks = RequestMark.UPGRADE.bit();
            if (lines.webSocket() && method.equals("GET") && lines.fields().contains(HeaderName.SEC_WEBSOCKET_KEY)) {
                Fault bad = openingHandshake(lines.fields());
                if (bad != null) {
                    fault = bad;
                    return null;
                }
                marks |= RequestMark.WEB_SOCKET.bit();
            }
        }
        if (method.equals(RequestHead.CONNECT)) {
            return connect(head, from, to, host, marks);
        }
        if (to > from && head[from] == '/') {
            return withPath(method, host, head, from, to, marks);
        }
        if (to - from == 1 && head[from] == '*' && method.equals("OPTIONS")) {
            return new RequestHead(method, scheme, host, "*", lines.fields(), marks);
        }
        return absolute(method, host, head, from, to, marks);
    }

    /** Takes the key out of the fields: another is made for the next hop. */
    private @Nullable Fault openingHandshake(HeaderFields fields) {
        String key = fields.first(HeaderName.SEC_WEBSOCKET_KEY);
        fields.removeAt(fields.indexOf(HeaderName.SEC_WEBSOCKET_KEY, 0));
        if (key == null || !WebSocketHandshake.isKey(key) || fields.contains(HeaderName.SEC_WEBSOCKET_KEY)) {
            return Fault.bad("sec-websocket-key: expected once, 16 bytes in Base64");
        }
        if (lines.chunked() || lines.contentLength() > 0) {
            return Fault.bad("upgrade: websocket: a body before the answer has no meaning");
        }
        fields.removeAll(HeaderName.CONTENT_LENGTH);
        webSocketKey = key;
        return null;
    }

    private @Nullable RequestHead withPath(String method, String host, byte[] head, int from, int to, int marks) {
        String path = paths.read(head, from, to);
        if (path == null) {
            return refuse(paths.problem());
        }
        return new RequestHead(method, scheme, host, path, lines.fields(), marks | paths.marks());
    }

    private @Nullable RequestHead connect(byte[] head, int from, int to, String host, int marks) {
        String authority = authorities.read(head, from, to);
        if (authority == null || authority.indexOf(':', authority.indexOf(']') + 1) < 0) {
            return refuse("CONNECT: expected host:port as target");
        }
        if (!host.isEmpty() && !host.equals(authority)) {
            return refuse("host: differs from the target");
        }
        if (lines.chunked() || lines.contentLength() >= 0) {
            return refuse("CONNECT: a body before the answer has no meaning");
        }
        return new RequestHead(
                RequestHead.CONNECT, scheme, authority, "", lines.fields(), marks | RequestMark.CONNECT.bit());
    }

    private @Nullable RequestHead absolute(String method, String host, byte[] head, int from, int to, int marks) {
        int authorityStart = from + scheme.length() + 3;
        if (authorityStart > to
                || !Octets.equalsIgnoreCase(head, from, from + scheme.length(), scheme)
                || !Octets.equalsIgnoreCase(head, from + scheme.length(), authorityStart, "://")) {
            return refuse("target: expected a path, or a URI with the scheme of this listener");
        }
        int authorityEnd = authorityStart;
        while (authorityEnd < to && head[authorityEnd] != '/' && head[authorityEnd] != '?') {
            authorityEnd++;
        }
        String authority = authorities.read(head, authorityStart, authorityEnd);
        if (authority == null) {
            return refuse("target: expected a host name or address and perhaps a port");
        }
        if (lines.hasHost() && !host.equals(authority)) {
            return refuse("host: differs from the target");
        }
        if (authorityEnd == to) {
            String path = method.equals("OPTIONS") ? "*" : "/";
            return new RequestHead(method, scheme, authority, path, lines.fields(), marks);
        }
        return withPath(method, authority, head, authorityEnd, to, marks);
    }

    private @Nullable RequestHead refuse(String detail) {
        fault = Fault.bad(detail);
        return null;
    }

    /** Why the last head was refused. */
    Fault fault() {
        return fault;
    }

    /** What the last head said of its body and connection. */
    FieldLines lines() {
        return lines;
    }

    /** The key of the last head when it was WebSocket's opening handshake, else null. */
    @Nullable
    String webSocketKey() {
        return webSocketKey;
    }

    /** Whether the last head was of HTTP/1.0. */
    boolean oldVersion() {
        return oldVersion;
    }

    /** Whether the client wants the connection kept after this exchange (RFC 9112, section 9.3). */
    boolean keepAlive() {
        return oldVersion
                ? lines.hopByHop().keepAlive() && !lines.hopByHop().close()
                : !lines.hopByHop().close();
    }
}

package io.bridgehead.model;

/**
 * The head of a request after the guard: what is matched is what is forwarded.
 *
 * @param method the method, as sent (RFC 9110, section 9)
 * @param scheme {@code http} or {@code https}
 * @param authority the one effective host, with its port if it was given; empty only for HTTP/1.0 without Host
 * @param path origin-form with query, {@code *} for OPTIONS, empty for CONNECT
 * @param fields the fields, without Host, pseudo-fields and hop-by-hop fields
 * @param marks the bits of the {@link RequestMark}s that apply
 */
public record RequestHead(String method, String scheme, String authority, String path, HeaderFields fields, int marks) {
    public static final String CONNECT = "CONNECT";
    public static final String HEAD = "HEAD";

    /** A head without marks. */
    public RequestHead(String method, String scheme, String authority, String path, HeaderFields fields) {
        this(method, scheme, authority, path, fields, 0);
    }

    /** Whether this mark applies. */
    public boolean is(RequestMark mark) {
        return (marks & mark.bit()) != 0;
    }

    /** Whether this asks for a byte stream (RFC 9110, section 9.3.6). */
    public boolean isConnect() {
        return method.equals(CONNECT);
    }

    /**
     * Whether this asks to go on as a WebSocket. It is a GET here, whatever form it has on a connection, without the key
     * and without a body: what the peer sends after it are bytes for when the answer is 101, which is the only status
     * that means yes.
     */
    public boolean isWebSocket() {
        return is(RequestMark.WEB_SOCKET);
    }

    /** Whether the answer has no body whatever its head says. */
    public boolean isHead() {
        return method.equals(HEAD);
    }

    /** The same request with other fields. */
    public RequestHead with(HeaderFields otherFields) {
        return new RequestHead(method, scheme, authority, path, otherFields, marks);
    }
}

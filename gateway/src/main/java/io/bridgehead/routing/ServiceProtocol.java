package io.bridgehead.routing;

/** What a service speaks to its endpoints. Clients and other nodes may speak another version of HTTP. */
public enum ServiceProtocol {
    /** HTTP/1.1 in clear text, routed by host. */
    HTTP(false),
    /** HTTP/2 in clear text with prior knowledge, routed by host. */
    H2C(false),
    /** HTTP/1.1 over TLS, routed by host. */
    HTTPS(false),
    /** HTTP/2 over TLS, agreed on by ALPN, routed by host. */
    H2(false),
    /** gRPC: HTTP/2 in clear text, or over TLS when the service has settings for it; routed by host. */
    GRPC(false),
    /** Bytes, routed by the port they arrive at. */
    TCP(true),
    /** TLS passed through unread, routed by server name. */
    TLS(true),
    /** Datagrams, routed by the port they arrive at; to endpoints of the own site only, and without active checks. */
    UDP(false);

    private final boolean bytes;

    ServiceProtocol(boolean bytes) {
        this.bytes = bytes;
    }

    /** Whether it is a stream of bytes rather than requests: it travels as CONNECT, and no request of another kind fits. */
    public boolean isBytes() {
        return bytes;
    }

    /** Whether it is datagrams: no request and no connection fits. */
    public boolean isDatagrams() {
        return this == UDP;
    }

    /** Whether its endpoints are spoken to by HTTP/2. */
    public boolean isHttp2() {
        return this == H2C || this == H2 || this == GRPC;
    }
}

package io.bridgehead.routing;

/** What a service speaks. */
public enum ServiceProtocol {
    /** HTTP/1.1 or HTTP/2, routed by host. */
    HTTP,
    /** Bytes, routed by the port they arrive at. */
    TCP
}

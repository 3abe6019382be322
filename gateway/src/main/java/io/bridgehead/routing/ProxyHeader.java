package io.bridgehead.routing;

/** Whether connections to a service's endpoints begin with a header of the PROXY protocol, and of which version. */
public enum ProxyHeader {
    NONE,
    /** One line of text: the ends of the client's connection. */
    V1,
    /** Binary: the same, and who calls. */
    V2
}

package io.bridgehead.load.setting;

/**
 * Ports on loopback where a setting can be entered; 0 for what it does not do.
 *
 * @param http HTTP/1.1 of the near gateway
 * @param rules HTTP/1.1 of the near gateway, which takes what rules ask for: a path below {@code /shop} and the field {@value #FIELD};
 *     the prefix goes, a field is set and one removed in the request, and one set in the answer
 * @param tcp plain TCP of the near gateway, which leads to the backend's sink
 * @param tls TLS of the far gateway, which asks for a client certificate
 */
public record Doors(int http, int rules, int tcp, int tls) {
    /** What the paths at the door of rules begin with. */
    public static final String PREFIX = "/shop";

    /** The field that a request there must have. */
    public static final String FIELD = "x-tenant: blue";
}

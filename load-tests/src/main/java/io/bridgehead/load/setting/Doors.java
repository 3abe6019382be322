package io.bridgehead.load.setting;

/**
 * Ports on loopback where a setting can be entered; 0 for what it does not do.
 *
 * @param http HTTP/1.1 of the near gateway
 * @param tcp plain TCP of the near gateway, which leads to the backend's sink
 * @param tls TLS of the far gateway, which asks for a client certificate
 */
public record Doors(int http, int tcp, int tls) {}

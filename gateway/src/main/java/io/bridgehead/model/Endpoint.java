package io.bridgehead.model;

/** One host:port that serves a service in one site. */
public record Endpoint(HostPort address) {
    /** Reads {@code host:port}; errors as {@link HostPort#parse}. */
    public static Endpoint parse(String text) {
        return new Endpoint(HostPort.parse(text));
    }

    @Override
    public String toString() {
        return address.toString();
    }
}

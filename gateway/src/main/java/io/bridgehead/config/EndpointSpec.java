package io.bridgehead.config;

import io.bridgehead.model.Endpoint;

/**
 * An endpoint as written.
 *
 * @param weight its part of requests against others of the site
 * @param zone where in its site it is; empty when the file does not say
 */
public record EndpointSpec(Endpoint address, int weight, String zone) {
    /** One of whom nothing more is said. */
    public static EndpointSpec parse(String text) {
        return new EndpointSpec(Endpoint.parse(text), 1, "");
    }

    /** Whether anything is said of it beside its address. */
    public boolean isPlain() {
        return weight == 1 && zone.isEmpty();
    }
}

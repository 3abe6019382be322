package io.bridgehead.config.read;

import io.bridgehead.config.ServiceSpec.Limits;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;

/** The keys of what a node may have at once with a service's endpoints. */
final class CircuitKeys {
    private static final Key<Integer> CONNECTIONS = count(
            "connections",
            "Open connections; one of each event loop to each endpoint may always be. 0: no such bound.");
    private static final Key<Integer> PENDING =
            count("pending", "Requests that wait for a connection. 0: no such bound.");
    private static final Key<Integer> REQUESTS =
            count("requests", "Requests, or connections of tcp and tls, under way. 0: no such bound.");
    private static final Key<Integer> RETRIES =
            count("retries", "Attempts under way that are not the first of their request. 0: no such bound.");
    static final Section<Limits> LIMITS = Section.of(
            "spec.limits",
            fields ->
                    new Limits(fields.get(CONNECTIONS), fields.get(PENDING), fields.get(REQUESTS), fields.get(RETRIES)),
            CONNECTIONS,
            PENDING,
            REQUESTS,
            RETRIES);

    private CircuitKeys() {}

    private static Key<Integer> count(String name, String meaning) {
        return Key.defaulted(name, Scalars.integer(0, 1_000_000), "0", meaning);
    }
}

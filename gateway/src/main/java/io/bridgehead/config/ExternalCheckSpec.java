package io.bridgehead.config;

import java.time.Duration;
import java.util.List;

/**
 * Another service that is asked about each request; docs/configuration.md says what each key means.
 *
 * @param pathPrefix empty for none
 */
public record ExternalCheckSpec(
        String service, String pathPrefix, Duration timeout, boolean allowOnFailure, Headers headers) {
    /** Names of header fields, in lower case. */
    public record Headers(List<String> send, List<String> toRequest, List<String> toAnswer) {
        public Headers {
            send = List.copyOf(send);
            toRequest = List.copyOf(toRequest);
            toAnswer = List.copyOf(toAnswer);
        }
    }
}

package io.bridgehead.config;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How requests spread over the endpoints of one site.
 *
 * @param hashOn null exactly if the policy does not hash
 */
public record BalanceSpec(
        Policy policy, @Nullable HashOn hashOn, Duration slowStart, int panicBelowPercent, boolean preferZone) {
    /** Ways to choose an endpoint. */
    public enum Policy {
        LEAST_REQUEST,
        ROUND_ROBIN,
        RANDOM,
        RING_HASH,
        MAGLEV;

        /** The word of the document. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether it goes by a hash of the request. */
        public boolean hashes() {
            return this == RING_HASH || this == MAGLEV;
        }
    }

    /**
     * What of a request is hashed.
     *
     * @param name of the header field or cookie; empty for the source
     */
    public record HashOn(Kind kind, String name) {
        /** Parts of a request. */
        public enum Kind {
            HEADER,
            COOKIE,
            SOURCE
        }
    }
}

package io.bridgehead.tunnel;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a tunnel connection is for; its hello says so, and the text is part of the protocol. */
public enum Purpose {
    /** Liveness, health, orders and records; one that each node of a pair dials to the other. */
    CONTROL,
    /** HTTP requests. */
    REQUESTS,
    /** CONNECT streams, kept apart so that bulk never starves requests. */
    BYTES;

    /** The word in a hello. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable Purpose parse(String text) {
        for (Purpose purpose : values()) {
            if (purpose.text().equals(text)) {
                return purpose;
            }
        }
        return null;
    }
}

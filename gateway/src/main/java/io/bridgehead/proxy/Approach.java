package io.bridgehead.proxy;

import io.bridgehead.model.Flow;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * How a stream of bytes came to the fabric; travels with it through tunnels, because its endpoint may want to be told.
 *
 * @param flow the ends of the client's connection; null when the other side of a tunnel does not say
 * @param serverName the name in the ClientHello of TLS that is passed through, as sent; null when there was none
 * @param alpn the one application protocol that the ClientHello offers; null when it offers none or several
 */
public record Approach(
        @Nullable Flow flow,
        @Nullable String serverName,
        @Nullable String alpn) {
    /** No host name and no protocol name is longer (RFC 1035, section 2.3.4; RFC 7301, section 3.1). */
    private static final int CHARACTERS_MAX = 255;

    /** What a tunnel's stream says, before the fields are stripped. What cannot be read counts as not said. */
    static Approach of(HeaderFields fields) {
        String flow = fields.first(HeaderName.BRIDGEHEAD_FLOW);
        return new Approach(
                flow == null ? null : Flow.parse(flow),
                bounded(fields.first(HeaderName.BRIDGEHEAD_SERVER_NAME)),
                bounded(fields.first(HeaderName.BRIDGEHEAD_ALPN)));
    }

    private static @Nullable String bounded(@Nullable String value) {
        return value == null || value.length() > CHARACTERS_MAX ? null : value;
    }

    void addTo(HeaderFields fields) {
        add(fields, HeaderName.BRIDGEHEAD_FLOW, flow == null ? null : flow.toString());
        add(fields, HeaderName.BRIDGEHEAD_SERVER_NAME, serverName);
        add(fields, HeaderName.BRIDGEHEAD_ALPN, alpn);
    }

    private static void add(HeaderFields fields, HeaderName name, @Nullable String value) {
        if (value != null) {
            fields.add(name, value);
        }
    }
}

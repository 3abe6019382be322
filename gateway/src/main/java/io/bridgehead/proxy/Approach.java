package io.bridgehead.proxy;

import io.bridgehead.model.ClientTls;
import io.bridgehead.model.Flow;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * How a stream of bytes came to the fabric; travels with it through tunnels, because its endpoint may want to be told.
 *
 * @param flow the ends of the client's connection; null when the other side of a tunnel does not say
 * @param serverName the name in the ClientHello, as sent; null when there was none
 * @param alpn the one application protocol that the ClientHello of TLS that is passed through offers; null when it offers none or several
 * @param tls what was agreed on where TLS was ended; null where it was not
 */
public record Approach(
        @Nullable Flow flow,
        @Nullable String serverName,
        @Nullable String alpn,
        @Nullable ClientTls tls) {
    /** No host name and no protocol name is longer (RFC 1035, section 2.3.4; RFC 7301, section 3.1). */
    private static final int CHARACTERS_MAX = 255;

    /** Of a connection that is not TLS. */
    public static Approach plain(@Nullable Flow flow) {
        return new Approach(flow, null, null, null);
    }

    /** Of TLS that is passed through. */
    public static Approach passing(@Nullable Flow flow, @Nullable String serverName, @Nullable String alpn) {
        return new Approach(flow, serverName, alpn, null);
    }

    /** What a tunnel's stream says, before the fields are stripped. What cannot be read counts as not said. */
    static Approach of(HeaderFields fields) {
        String flow = fields.first(HeaderName.BRIDGEHEAD_FLOW);
        String tls = fields.first(HeaderName.BRIDGEHEAD_TLS);
        return new Approach(
                flow == null ? null : Flow.parse(flow),
                bounded(fields.first(HeaderName.BRIDGEHEAD_SERVER_NAME)),
                bounded(fields.first(HeaderName.BRIDGEHEAD_ALPN)),
                tls == null ? null : ClientTls.parse(tls));
    }

    private static @Nullable String bounded(@Nullable String value) {
        return value == null || value.length() > CHARACTERS_MAX ? null : value;
    }

    void addTo(HeaderFields fields) {
        add(fields, HeaderName.BRIDGEHEAD_FLOW, flow == null ? null : flow.toString());
        add(fields, HeaderName.BRIDGEHEAD_SERVER_NAME, serverName);
        add(fields, HeaderName.BRIDGEHEAD_ALPN, alpn);
        add(fields, HeaderName.BRIDGEHEAD_TLS, tls == null ? null : tls.toString());
    }

    private static void add(HeaderFields fields, HeaderName name, @Nullable String value) {
        if (value != null) {
            fields.add(name, value);
        }
    }
}

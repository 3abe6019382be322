package io.bridgehead.config.read;

import io.bridgehead.config.AddressRange;
import io.bridgehead.config.DocumentPattern;
import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.ServiceSpec.Failover;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.model.SiteName;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/** Types of single values whose records belong to {@code config}. */
final class ConfigTypes {
    private static final Pattern GATEWAY_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}/[a-z0-9][a-z0-9.-]{0,252}");

    /** Entries of an order of sites that are no names; each means all that those before it mean, and more. */
    static final List<String> TIER_WORDS = Failover.WORDS;

    private ConfigTypes() {}

    static ScalarType<InetAddress> address() {
        return ScalarType.text("an IP address, such as 10.0.0.7 or fd00::7", AddressRange::address);
    }

    static ScalarType<AddressRange> addressRange() {
        return ScalarType.text("an address range, such as 10.0.0.0/8 or fd00::/8", AddressRange::parse);
    }

    static ScalarType<IdentityPattern> identityPattern() {
        return ScalarType.text(
                "a SPIFFE ID that may end in /*, such as spiffe://corp.example/operator/*", IdentityPattern::parse);
    }

    static ScalarType<DocumentPattern> documentPattern() {
        return ScalarType.text("Kind/name or Kind/begin*, such as Service/orders-*", DocumentPattern::parse);
    }

    /** Whom an allow rule means; kept as text, because what it means is for {@code policy} to say. */
    static ScalarType<String> caller() {
        String expected = "site:*, site:<name>, or a SPIFFE ID that may end in /*";
        return ScalarType.text(expected, text -> {
            boolean valid = text.startsWith("site:")
                    ? text.equals("site:*") || SiteName.isValid(text.substring("site:".length()))
                    : text.startsWith("spiffe://")
                            && IdentityPattern.parse(text).path().startsWith("/");
            if (!valid) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return text;
        });
    }

    /** An entry of a failover order. */
    static ScalarType<String> tier() {
        String expected = "local, sameRegion, sameProvider, anySite or the name of a site";
        return ScalarType.text(expected, text -> {
            if (!TIER_WORDS.contains(text) && !SiteName.isValid(text)) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return text;
        });
    }

    /** The address of an HTTP server without credentials. */
    static ScalarType<URI> url() {
        String expected = "an address such as http://collector:4318";
        return ScalarType.text(expected, text -> {
                    URI uri = URI.create(text);
                    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                    if (!http || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
                        throw new IllegalArgumentException("expected " + expected + " without credentials and query");
                    }
                    return uri;
                })
                .matching("^https?://[^/@?#]+[^?#]*$");
    }

    /** The namespace and name of a Gateway. */
    static ScalarType<String> gatewayName() {
        String expected = "a Gateway as namespace/name, such as edge/public";
        return ScalarType.text(expected, text -> {
            if (!GATEWAY_NAME.matcher(text).matches()) {
                throw new IllegalArgumentException(expected);
            }
            return text;
        });
    }
}

package io.bridgehead.wire.guard;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a message's Connection fields say (RFC 9110, section 7.6.1): options of the connection, and further fields
 * that are not
 * passed on. A name that this product or its policies rely on cannot be removed that way (CVE-2024-45410).
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class HopByHop {
    private static final int NAMED_MAX = 32;
    private static final Set<String> PROTECTED = Set.of(
            "authorization",
            "b3",
            "baggage",
            "cache-control",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "date",
            "expect",
            "forwarded",
            "grpc-status",
            "grpc-timeout",
            "host",
            "origin",
            "proxy-status",
            "retry-after",
            "set-cookie",
            "traceparent",
            "tracestate",
            "via",
            "x-real-ip",
            "x-request-id");
    private static final List<String> PROTECTED_PREFIXES =
            List.of("bridgehead-", "x-forwarded-", "x-envoy-", "x-b3-", ":");

    private final List<HeaderName> named = new ArrayList<>();
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;

    private HopByHop() {}

    /** No Connection field seen yet. */
    public static HopByHop none() {
        return new HopByHop();
    }

    /** Forgets everything, for the next message. */
    public void clear() {
        named.clear();
        close = false;
        keepAlive = false;
        upgrade = false;
    }

    /**
     * Reads the value of one Connection field.
     *
     * @return false when it is malformed or names too many fields
     */
    public boolean read(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int start = at;
            while (at < to && bytes[at] != ',') {
                at++;
            }
            int end = at++;
            while (start < end && isSpace(bytes[start])) {
                start++;
            }
            while (end > start && isSpace(bytes[end - 1])) {
                end--;
            }
            if (start < end && !option(bytes, start, end)) {
                return false;
            }
        }
        return true;
    }

    private boolean option(byte[] bytes, int start, int end) {
        if (Octets.equalsIgnoreCase(bytes, start, end, "close")) {
            close = true;
        } else if (Octets.equalsIgnoreCase(bytes, start, end, "keep-alive")) {
            keepAlive = true;
        } else if (Octets.equalsIgnoreCase(bytes, start, end, "upgrade")) {
            upgrade = true;
        } else if (!Octets.isToken(bytes, start, end) || named.size() == NAMED_MAX) {
            return false;
        } else {
            named.add(HeaderName.of(new String(bytes, start, end - start, StandardCharsets.US_ASCII)));
        }
        return true;
    }

    /** Removes the fields that were named and are not protected. */
    public void removeNamed(HeaderFields fields) {
        for (HeaderName name : named) {
            if (!isProtected(name.toString())) {
                fields.removeAll(name);
            }
        }
    }

    /**
     * Whether a field of this name, in lower case, must not be removed or replaced by what a peer says of its
     * connection.
     */
    public static boolean isProtected(String name) {
        if (PROTECTED.contains(name)) {
            return true;
        }
        for (String prefix : PROTECTED_PREFIXES) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** The option {@code close} was there. */
    public boolean close() {
        return close;
    }

    /** The option {@code keep-alive} was there. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** The option {@code upgrade} was there. */
    public boolean upgrade() {
        return upgrade;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}

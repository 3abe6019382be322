package io.bridgehead.proxy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection whose peer is a proxy that is believed: who the client behind it is, and what is passed on of what
 * the proxy says.
 *
 * <p>{@code X-Forwarded-For} is read from the right, past as many proxies as are trusted; an entry that is no address ends the
 * walk, because nobody who is trusted wrote what stands before it. {@code Forwarded} (RFC 7239) is removed even here: two fields that
 * say the same can say different things.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class TrustedForwarding {
    /** More proxies than these stand in no row; what is further left is not looked at. */
    private static final int ENTRIES_MAX = 64;

    private final ForwardingTrust trust;
    private final Caller peer;
    private String lastValue = "";
    private Caller lastClient;

    TrustedForwarding(ForwardingTrust trust, Caller peer) {
        this.trust = trust;
        this.peer = peer;
        this.lastClient = peer;
    }

    /** The caller, at the address that the fields lead to; a proxy's next request is often of the same client. */
    Caller client(HeaderFields fields) {
        int first = fields.indexOf(HeaderName.X_FORWARDED_FOR, 0);
        if (first < 0) {
            return peer;
        }
        if (fields.indexOf(HeaderName.X_FORWARDED_FOR, first + 1) >= 0) {
            return at(derived(fields));
        }
        String value = fields.value(first);
        if (!value.equals(lastValue)) {
            lastClient = at(derived(fields));
            lastValue = value;
        }
        return lastClient;
    }

    private Caller at(@Nullable IpAddress address) {
        return address == null ? peer : peer.at(address.toString());
    }

    private @Nullable IpAddress derived(HeaderFields fields) {
        Walk walk = new Walk(trust);
        for (int i = fields.size() - 1; i >= 0 && !walk.over; i--) {
            if (fields.nameIs(i, HeaderName.X_FORWARDED_FOR)) {
                walk.through(fields.value(i));
            }
        }
        return walk.found;
    }

    /** Removes the other claims, and adds the peer to what it says itself. */
    void extend(RequestHead head) {
        HeaderFields fields = head.fields();
        RequestFields.stripOtherClaims(fields);
        String before = joined(fields);
        fields.set(HeaderName.X_FORWARDED_FOR, before.isEmpty() ? peer.address() : before + ", " + peer.address());
        String scheme = fields.first(HeaderName.X_FORWARDED_PROTO);
        if (scheme == null || !(scheme.equals("https") || scheme.equals("http"))) {
            fields.set(HeaderName.X_FORWARDED_PROTO, head.scheme());
        }
        if (!fields.contains(HeaderName.X_FORWARDED_HOST) && !head.authority().isEmpty()) {
            fields.add(HeaderName.X_FORWARDED_HOST, head.authority());
        }
    }

    private static String joined(HeaderFields fields) {
        String all = "";
        for (int i = fields.indexOf(HeaderName.X_FORWARDED_FOR, 0);
                i >= 0;
                i = fields.indexOf(HeaderName.X_FORWARDED_FOR, i + 1)) {
            all = all.isEmpty() ? fields.value(i) : all + ", " + fields.value(i);
        }
        return all;
    }

    /** One look from the right. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Walk {
        private final ForwardingTrust trust;
        private int passed;
        private @Nullable IpAddress found;
        private boolean over;

        Walk(ForwardingTrust trust) {
            this.trust = trust;
        }

        void through(String value) {
            int end = value.length();
            while (end >= 0 && !over) {
                int comma = end == 0 ? -1 : value.lastIndexOf(',', end - 1);
                step(address(value.substring(comma + 1, end).strip()));
                end = comma;
            }
        }

        private void step(@Nullable IpAddress entry) {
            passed++;
            if (trust.hops() > 0) {
                over = passed == trust.hops();
                found = over ? entry : null;
            } else if (entry == null) {
                over = true;
            } else {
                found = entry;
                over = passed == ENTRIES_MAX || !trust.proxies().contains(entry);
            }
        }
    }

    /** An entry: an address, perhaps with a port, IPv6 with a port in brackets; null for anything else. */
    static @Nullable IpAddress address(String entry) {
        if (entry.isEmpty()) {
            return null;
        }
        if (entry.charAt(0) == '[') {
            int close = entry.indexOf(']');
            boolean whole = close > 0 && (close == entry.length() - 1 || isPort(entry, close + 1));
            String inside = whole ? entry.substring(1, close) : "";
            return inside.indexOf(':') >= 0 ? IpAddress.parse(inside) : null;
        }
        int colon = entry.indexOf(':');
        if (colon >= 0 && entry.indexOf(':', colon + 1) < 0) {
            return isPort(entry, colon) ? IpAddress.parse(entry.substring(0, colon)) : null;
        }
        return IpAddress.parse(entry);
    }

    /** Whether there is a colon at this place and then up to five digits to the end. */
    private static boolean isPort(String entry, int colon) {
        int digits = entry.length() - colon - 1;
        if (entry.charAt(colon) != ':' || digits < 1 || digits > 5) {
            return false;
        }
        for (int i = colon + 1; i < entry.length(); i++) {
            if (entry.charAt(i) < '0' || entry.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}

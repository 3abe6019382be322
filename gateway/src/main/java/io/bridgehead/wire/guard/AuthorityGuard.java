package io.bridgehead.wire.guard;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code host[:port]} (RFC 9110, section 7.2) strictly: a name of letters, digits, {@code -._}, an IPv4 or a
 * bracketed IPv6 address; no
 * userinfo, no empty port. The result is in lower case. Remembers the last one, because connections repeat them.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class AuthorityGuard {
    private static final int HOST_MAX = 255;
    private static final int PORT_DIGITS_MAX = 5;
    private static final int PORT_MAX = 65535;

    private byte[] lastRaw = new byte[0];
    private String last = "";

    /** The authority in lower case, or null when it is malformed. */
    public @Nullable String read(byte[] bytes, int from, int to) {
        if (to > from && Arrays.equals(bytes, from, to, lastRaw, 0, lastRaw.length)) {
            return last;
        }
        int hostEnd = bytes.length > from && to > from && bytes[from] == '['
                ? addressEnd(bytes, from, to)
                : nameEnd(bytes, from, to);
        if (hostEnd < 0 || hostEnd - from > HOST_MAX || !isPort(bytes, hostEnd, to)) {
            return null;
        }
        lastRaw = Arrays.copyOfRange(bytes, from, to);
        last = new String(lastRaw, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
        return last;
    }

    private static int nameEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ':') {
            byte b = bytes[at];
            boolean allowed = (b >= 'a' && b <= 'z')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= '0' && b <= '9')
                    || b == '-'
                    || b == '.'
                    || b == '_';
            if (!allowed) {
                return -1;
            }
            at++;
        }
        return at > from && bytes[from] != '.' ? at : -1;
    }

    private static int addressEnd(byte[] bytes, int from, int to) {
        int at = from + 1;
        while (at < to && bytes[at] != ']') {
            at++;
        }
        if (at >= to || at - from > HOST_MAX) {
            return -1;
        }
        String address = new String(bytes, from + 1, at - from - 1, StandardCharsets.ISO_8859_1);
        return address.indexOf('%') < 0 && NetUtil.isValidIpV6Address(address) ? at + 1 : -1;
    }

    private static boolean isPort(byte[] bytes, int from, int to) {
        if (from == to) {
            return true;
        }
        if (bytes[from] != ':' || to - from - 1 > PORT_DIGITS_MAX) {
            return false;
        }
        long port = Octets.decimal(bytes, from + 1, to);
        return port >= 1 && port <= PORT_MAX;
    }
}

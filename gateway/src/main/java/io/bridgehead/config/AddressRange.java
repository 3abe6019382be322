package io.bridgehead.config;

import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * A range of IP addresses in CIDR form (RFC 4632, RFC 4291), such as {@code 10.0.0.0/8}.
 *
 * @param base the first address; its bits after the prefix are zero
 * @param prefix how many leading bits all addresses of the range share
 */
public record AddressRange(InetAddress base, int prefix) {
    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
    private static final String EXPECTED = "expected an address range, such as 10.0.0.0/8 or fd00::/8";

    /** @throws IllegalArgumentException if the prefix is too long or bits after it are set */
    public AddressRange {
        byte[] bytes = base.getAddress();
        if (prefix < 0 || prefix > bytes.length * 8) {
            throw new IllegalArgumentException(EXPECTED);
        }
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                throw new IllegalArgumentException(EXPECTED + " without bits set after the prefix");
            }
        }
    }

    /**
     * Reads a range, or one address as the range of itself.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            InetAddress address = address(text);
            return new AddressRange(address, address.getAddress().length * 8);
        }
        String digits = text.substring(slash + 1);
        if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return new AddressRange(address(text.substring(0, slash)), Integer.parseInt(digits));
    }

    /**
     * Reads an IPv4 address of four decimal numbers or an IPv6 address, never a name, never asking a resolver.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static InetAddress address(String text) {
        boolean plausible = text.indexOf(':') >= 0
                ? text.indexOf('%') < 0 && text.indexOf('[') < 0
                : IPV4.matcher(text).matches();
        if (!plausible) {
            throw new IllegalArgumentException("expected an IP address, such as 10.0.0.7 or fd00::7");
        }
        return InetAddress.ofLiteral(text);
    }

    /** Whether the address lies in this range; never for an address of the other family. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] start = base.getAddress();
        if (bytes.length != start.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit += 8) {
            int mask = prefix - bit >= 8 ? 0xFF : 0xFF << (8 - (prefix - bit));
            if (((bytes[bit / 8] ^ start[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + prefix;
    }
}

package io.bridgehead.config;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** What kind of network an address belongs to, as far as configuration has rules about it. */
public final class NetworkKinds {
    private static final List<AddressRange> PRIVATE = ranges(
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "fc00::/7",
            "fe80::/10");
    private static final List<AddressRange> LINK_LOCAL = ranges("169.254.0.0/16", "fe80::/10");
    /** Addresses where clouds serve instance metadata and credentials: outside link-local, by provider. */
    private static final List<AddressRange> METADATA = ranges(
            "169.254.169.254",
            "169.254.170.2",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254");

    private static final AddressRange THIS_NETWORK = AddressRange.parse("0.0.0.0/8");
    private static final AddressRange BROADCAST = AddressRange.parse("255.255.255.255");
    /** IPv6 forms that carry an IPv4 address in their last 32 bits: NAT64 (RFC 6052) and IPv4-compatible. */
    private static final List<AddressRange> CARRIERS = ranges("64:ff9b::/96", "::/96");

    private NetworkKinds() {}

    private static List<AddressRange> ranges(String... texts) {
        return Stream.of(texts).map(AddressRange::parse).toList();
    }

    /** Loopback, or private: RFC 1918, unique local, link-local, shared address space (RFC 6598). */
    public static boolean isInternal(InetAddress address) {
        return address.isLoopbackAddress() || within(PRIVATE, address);
    }

    static boolean isLinkLocal(InetAddress address) {
        return within(LINK_LOCAL, address);
    }

    static boolean isMetadata(InetAddress address) {
        return within(METADATA, address);
    }

    /** Unspecified, multicast or broadcast: nothing that one endpoint could have. */
    static boolean isNoUnicast(InetAddress address) {
        return address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || THIS_NETWORK.contains(address)
                || BROADCAST.contains(address);
    }

    /** The IPv4 address that an IPv6 address carries, or the address itself. */
    static InetAddress unwrapped(InetAddress address) {
        if (!within(CARRIERS, address) || address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return address;
        }
        byte[] b = address.getAddress();
        return AddressRange.address(
                (b[12] & 0xFF) + "." + (b[13] & 0xFF) + "." + (b[14] & 0xFF) + "." + (b[15] & 0xFF));
    }

    private static boolean within(List<AddressRange> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}

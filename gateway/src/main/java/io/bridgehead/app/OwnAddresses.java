package io.bridgehead.app;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/** The addresses of this machine's network interfaces. */
public final class OwnAddresses {
    private OwnAddresses() {}

    /** All of them; none when the system does not say. */
    public static Set<InetAddress> all() {
        Set<InetAddress> addresses = new HashSet<>();
        try {
            NetworkInterface.networkInterfaces()
                    .forEach(network -> network.inetAddresses().forEach(addresses::add));
        } catch (SocketException e) {
            return Set.of();
        }
        return addresses;
    }

    /** The one of these that other machines most likely reach: of IPv4 before IPv6, the lowest; loopback when there is no other. */
    static InetAddress reachable(Set<InetAddress> own) {
        return own.stream()
                .filter(address -> !address.isLoopbackAddress()
                        && !address.isLinkLocalAddress()
                        && !address.isAnyLocalAddress()
                        && !address.isMulticastAddress())
                .min(Comparator.<InetAddress>comparingInt(address -> address.getAddress().length)
                        .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned))
                .orElseGet(InetAddress::getLoopbackAddress);
    }
}

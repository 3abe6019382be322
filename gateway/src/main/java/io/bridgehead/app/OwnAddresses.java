package io.bridgehead.app;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
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
}

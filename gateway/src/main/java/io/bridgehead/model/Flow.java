package io.bridgehead.model;

import org.jspecify.annotations.Nullable;

/**
 * The two ends of a client's connection as the client's side of the network knows them.
 *
 * @param source the client
 * @param sourcePort 0 to 65535
 * @param destination the address that the client connected to
 * @param destinationPort 0 to 65535
 */
public record Flow(IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
    private static final int PORT_MAX = 65_535;
    private static final int PARTS = 4;

    /** @throws IllegalArgumentException if a port is out of range */
    public Flow {
        if (sourcePort < 0 || sourcePort > PORT_MAX || destinationPort < 0 || destinationPort > PORT_MAX) {
            throw new IllegalArgumentException(
                    "ports " + sourcePort + " and " + destinationPort + ": expected 0 to " + PORT_MAX);
        }
    }

    /**
     * Reads {@code source destination sourcePort destinationPort}, divided by single spaces, as {@link #toString} writes it.
     *
     * @return null if the text is anything else
     */
    public static @Nullable Flow parse(String text) {
        String[] parts = text.split(" ", PARTS + 1);
        if (parts.length != PARTS) {
            return null;
        }
        IpAddress source = IpAddress.parse(parts[0]);
        IpAddress destination = IpAddress.parse(parts[1]);
        int sourcePort = port(parts[2]);
        int destinationPort = port(parts[3]);
        return source == null || destination == null || sourcePort < 0 || destinationPort < 0
                ? null
                : new Flow(source, sourcePort, destination, destinationPort);
    }

    /** Whether both ends are of IPv4. */
    public boolean isV4() {
        return source.isV4() && destination.isV4();
    }

    /** Decimal, without leading zeros, at most 65535; else -1. */
    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || (text.charAt(0) == '0' && text.length() > 1)) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value > PORT_MAX ? -1 : value;
    }

    @Override
    public String toString() {
        return source + " " + destination + " " + sourcePort + " " + destinationPort;
    }
}

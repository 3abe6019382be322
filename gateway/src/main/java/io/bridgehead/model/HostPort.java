package io.bridgehead.model;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A host (name, IPv4 or IPv6 address without brackets) and a port from 1 to 65535. */
public record HostPort(String host, int port) {
    /** @throws IllegalArgumentException if the host is empty or holds white space, or the port is out of range */
    public HostPort {
        if (host.isEmpty() || hasForeign(host)) {
            throw new IllegalArgumentException("host '" + host + "': expected a host name or an address");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + ": expected 1 to 65535");
        }
    }

    /**
     * Reads {@code host:port} or {@code [v6]:port}.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new IllegalArgumentException("address '" + text + "': expected host:port or [IPv6]:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("address '" + text + "': expected brackets around an IPv6 address");
        }
        String digits = text.substring(colon + 1);
        if (digits.length() > 5 || !isDigits(digits)) {
            throw new IllegalArgumentException("address '" + text + "': expected a port from 1 to 65535");
        }
        return new HostPort(host, Integer.parseInt(digits));
    }

    /**
     * The address of a socket as people write it: {@code address:port}, IPv6 in brackets and without zone. Of a socket that has none any more:
     * {@code unknown}; what is no address of the internet, or not resolved, as Java writes it.
     */
    public static String textOf(@Nullable SocketAddress socket) {
        if (!(socket instanceof InetSocketAddress internet) || internet.isUnresolved()) {
            return socket == null ? "unknown" : socket.toString();
        }
        IpAddress address = IpAddress.of(internet.getAddress().getAddress());
        return text(address.toString(), internet.getPort());
    }

    private static boolean hasForeign(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c == '/' || c == '@' || c == '[' || c == ']') {
                return true;
            }
        }
        return false;
    }

    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text(host, port);
    }

    private static String text(String host, int port) {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}

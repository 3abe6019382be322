package io.bridgehead.listen;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a port could not be opened.
 *
 * @param listener the listener's name
 * @param reason for programs
 * @param message name, address, cause, and what to do
 */
public record ListenerProblem(String listener, Reason reason, String message) {
    private static final int PRIVILEGED_BELOW = 1024;

    /** Kinds of causes. */
    public enum Reason {
        /** Another process, or another listener, has the port. */
        IN_USE,
        /** The process may not bind such a port. */
        NOT_PERMITTED,
        /** The machine has no such address. */
        NO_SUCH_ADDRESS,
        /** Anything else. */
        OTHER
    }

    static ListenerProblem of(ListenerSpec spec, Throwable cause) {
        return of(spec.name(), spec.host(), spec.port(), "-ltnp", cause);
    }

    static ListenerProblem of(DatagramSpec spec, Throwable cause) {
        return of(spec.name(), spec.host(), spec.port(), "-lunp", cause);
    }

    /** @param sockets has ss show sockets of this kind */
    private static ListenerProblem of(String name, String host, int port, String sockets, Throwable cause) {
        String text = text(cause);
        Reason reason = reason(port, text.toLowerCase(Locale.ROOT));
        String advice = advice(host, port, sockets, reason, text);
        return new ListenerProblem(
                name,
                reason,
                "listener '" + name + "': cannot bind " + ListenerSpec.address(host, port) + ": " + advice);
    }

    /**
     * Why a port of TCP could not be opened now, as far as that is known without opening it: its place is taken and given back, and nobody can connect
     * meanwhile. Null when it could. The socket is of both families where there are two, as a listener's is, for which 0.0.0.0 means [::] too.
     *
     * @param port from 1 on
     */
    public static @Nullable ListenerProblem beforehand(String name, InetAddress address, int port) {
        try (SocketChannel place = SocketChannel.open()) {
            place.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            place.bind(new InetSocketAddress(address, port));
            return null;
        } catch (IOException e) {
            return of(name, address.getHostAddress(), port, "-ltnp", e);
        } catch (UnsupportedAddressTypeException e) {
            String host = address.getHostAddress();
            return of(name, host, port, "-ltnp", new IOException("cannot assign " + host + ": there is no IPv6", e));
        }
    }

    private static String text(@Nullable Throwable cause) {
        if (cause == null) {
            return "unknown cause";
        }
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    private static Reason reason(int port, String text) {
        if (text.contains("in use")) {
            return Reason.IN_USE;
        }
        if (text.contains("permission") && port < PRIVILEGED_BELOW) {
            return Reason.NOT_PERMITTED;
        }
        return text.contains("assign") || text.contains("resolve") ? Reason.NO_SUCH_ADDRESS : Reason.OTHER;
    }

    private static String advice(String host, int port, String sockets, Reason reason, String text) {
        return switch (reason) {
            case IN_USE ->
                "port " + port
                        + " is in use by another process; expected a free port. Stop that process (ss " + sockets
                        + " 'sport = :"
                        + port + "' shows it) or give the listener another port";
            case NOT_PERMITTED ->
                "not permitted; ports below 1024 need the capability CAP_NET_BIND_SERVICE. Grant it or choose a port"
                        + " from 1024 up";
            case NO_SUCH_ADDRESS ->
                "'" + host + "' is no address of this machine; expected one that 'ip addr' shows, 0.0.0.0 or [::]";
            case OTHER -> text;
        };
    }
}

package io.bridgehead.listen;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a port could not be opened.
 *
 * @param listener the listener's name
 * @param message name, address, cause, and what to do
 */
public record ListenerProblem(String listener, String message) {
    private static final int PRIVILEGED_BELOW = 1024;

    static ListenerProblem of(ListenerSpec spec, Throwable cause) {
        String reason = reason(cause);
        return new ListenerProblem(
                spec.name(),
                "listener '" + spec.name() + "': cannot bind " + spec.address() + ": " + advice(spec, reason));
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause == null) {
            return "unknown cause";
        }
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    private static String advice(ListenerSpec spec, String reason) {
        String text = reason.toLowerCase(Locale.ROOT);
        if (text.contains("in use")) {
            return "port " + spec.port()
                    + " is in use by another process; expected a free port. Stop that process (ss -ltnp 'sport = :"
                    + spec.port() + "' shows it) or give the listener another port";
        }
        if (text.contains("permission") && spec.port() < PRIVILEGED_BELOW) {
            return "not permitted; ports below 1024 need the capability CAP_NET_BIND_SERVICE. Grant it or choose a port from 1024 up";
        }
        if (text.contains("assign") || text.contains("unresolved") || text.contains("resolve")) {
            return "'" + spec.host()
                    + "' is no address of this machine; expected one that 'ip addr' shows, 0.0.0.0 or [::]";
        }
        return reason;
    }
}

package io.bridgehead.proxy;

import java.util.Locale;

/** Why a datagram was not passed on. */
public enum DatagramDrop {
    /** No route leads from the port to a service of datagrams, or all its places have the weight 0. */
    NO_ROUTE,
    /** The service does not let the client in. */
    NOT_AUTHORIZED,
    /** The service has had as many sessions as it may in the time. */
    RATE_LIMITED,
    /** The service has no fit endpoint at this site. */
    NO_ENDPOINT,
    /** The node is overloaded and begins no session. */
    OVERLOADED,
    /** The port has as many sessions as it may. */
    SESSIONS_FULL,
    /** The node has as many connections and sessions as it may. */
    NODE_FULL,
    /** The port is being closed and begins no session. */
    DRAINING,
    /** Too many datagrams wait to be sent. */
    QUEUE_FULL,
    /** The system did not send it. */
    NOT_SENT;

    /** The name in metrics. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package io.bridgehead.proxy;

/** The hosts that a connection's certificate covers. */
@FunctionalInterface
public interface ServedNames {
    /** @param host in lower case, without port and final dot */
    boolean covers(String host);
}

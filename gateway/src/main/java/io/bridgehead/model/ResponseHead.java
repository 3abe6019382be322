package io.bridgehead.model;

/**
 * The head of a response.
 *
 * @param status 100 to 599
 * @param fields the fields, without pseudo-fields and hop-by-hop fields
 */
public record ResponseHead(int status, HeaderFields fields) {
    /** The connection speaks another protocol from here on (RFC 9110, section 15.2.2). */
    public static final int SWITCHING_PROTOCOLS = 101;

    /** Whether this is a head before the final one (RFC 9110, section 15.2). */
    public boolean isInformational() {
        return status < 200;
    }

    /** Whether the exchange goes on as a stream of bytes in both directions. */
    public boolean switchesProtocol() {
        return status == SWITCHING_PROTOCOLS;
    }
}

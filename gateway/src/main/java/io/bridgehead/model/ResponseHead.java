package io.bridgehead.model;

/**
 * The head of a response.
 *
 * @param status 100 to 599
 * @param fields the fields, without pseudo-fields and hop-by-hop fields
 */
public record ResponseHead(int status, HeaderFields fields) {
    /** Whether this is a head before the final one (RFC 9110, section 15.2). */
    public boolean isInformational() {
        return status < 200;
    }
}

package io.bridgehead.tunnel;

import java.util.Locale;

/** Why a tunnel connection was refused, could not be made, or was ended. */
public enum TunnelFault {
    /** The connection was not established: refused, unreachable, a name without an address, or no answer in time. */
    CONNECT_FAILED,
    /** The other end did not speak TLS. */
    NOT_TLS,
    /** The TLS handshake failed for another reason than the peer's certificate, such as no common ALPN protocol. */
    HANDSHAKE_FAILED,
    /** The TLS handshake was not complete in time. */
    HANDSHAKE_TIMEOUT,
    /** The peer's certificate is missing, not from the trust domain's authority, expired, or not that of a gateway. */
    CERTIFICATE_REFUSED,
    /** The peer claims, or was expected, to be another node or site than its certificate says. */
    IDENTITY_MISMATCH,
    /** The hello was malformed, or another stream came before it. */
    HELLO_INVALID,
    /** The hello was not complete in time. */
    HELLO_TIMEOUT,
    /** The peer refused our hello. */
    HELLO_REFUSED,
    /** No protocol version is common. */
    VERSION_MISMATCH,
    /** The peer is a node of this node's own site, or this node itself. */
    SAME_SITE,
    /** Too many connections from one address, or too many unfinished handshakes in all. */
    FLOOD,
    /** The peer's certificate is no longer trusted after the trust material changed. */
    TRUST_WITHDRAWN,
    /** Nothing was heard from the peer for too long. */
    SILENT,
    /** The connection ended or was reset by the other end or the network. */
    LOST,
    /** This node ended it: drained, closed, or no longer configured. */
    CLOSED;

    /** The stable name, in lower case with hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

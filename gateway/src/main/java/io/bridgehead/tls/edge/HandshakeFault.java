package io.bridgehead.tls.edge;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.Locale;

/** Why a client's handshake failed. */
public enum HandshakeFault {
    /** Not TLS at all. */
    NOT_TLS,
    /** Not complete in time. */
    TIMEOUT,
    /** No client certificate, or one that is not trusted. */
    CERTIFICATE_REFUSED,
    /** The client offers protocols by ALPN, and none of them is served. */
    NO_PROTOCOL,
    /** No listener of the port has the server's name that the client asks for, or the one that has it has no certificate. */
    NO_SERVER,
    /** The client broke off. */
    LOST,
    /** Anything else: no common version, suite, group; a certificate that the client does not trust. */
    FAILED;

    /** The name in metrics and logs. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** By what broke the handshake. */
    public static HandshakeFault of(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            switch (at) {
                case NotSslRecordException _ -> {
                    return NOT_TLS;
                }
                case SslHandshakeTimeoutException _ -> {
                    return TIMEOUT;
                }
                case CertificateException _ -> {
                    return CERTIFICATE_REFUSED;
                }
                case ClosedChannelException _ -> {
                    return LOST;
                }
                default -> {}
            }
            String text = String.valueOf(at.getMessage());
            if (text.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE") || text.contains("Empty client certificate")) {
                return CERTIFICATE_REFUSED;
            }
        }
        return FAILED;
    }

    /** The deepest message, bounded. */
    public static String detail(Throwable cause) {
        Throwable deepest = cause;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        String text = message == null ? deepest.getClass().getSimpleName() : message;
        return text.length() > 300 ? text.substring(0, 300) + "..." : text;
    }
}

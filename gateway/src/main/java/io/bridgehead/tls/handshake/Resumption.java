package io.bridgehead.tls.handshake;

import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.internal.tcnative.SSL;
import javax.net.ssl.SSLEngine;

/**
 * Switches session resumption off: a resumed session skips the trust manager, so there must be none where the peer shows a certificate.
 * Both methods of that name are needed, the first for each context, the second for each engine before its handshake.
 */
public final class Resumption {
    /** More than this a TLS 1.3 ticket may not live (RFC 8446 4.6.1), so the JDK's server issues none. */
    static final int NO_TICKETS_TIMEOUT_SECONDS = 8 * 24 * 3600;

    private Resumption() {}

    /** Whether a handshake that is over resumed a session. */
    public enum Seen {
        NO("no"),
        YES("yes"),
        /** The JDK's engine does not tell. */
        UNKNOWN("unknown");

        private final String text;

        Seen(String text) {
            this.text = text;
        }

        /** The word for it in metrics. */
        public String text() {
            return text;
        }
    }

    /** What the library says of a handshake that has succeeded: none should be {@link Seen#YES} where {@link #forbid} was called. */
    static Seen seen(SSLEngine engine) {
        if (engine instanceof ReferenceCountedOpenSslEngine boring) {
            return SSL.isSessionReused(boring.sslPointer()) ? Seen.YES : Seen.NO;
        }
        return Seen.UNKNOWN;
    }

    /** @param id tells this server's sessions from those of others; not empty */
    public static void forbid(SslContext context, byte[] id) {
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
            if (sessions instanceof OpenSslServerSessionContext server) {
                server.setSessionIdContext(id);
            }
        } else {
            context.sessionContext().setSessionTimeout(NO_TICKETS_TIMEOUT_SECONDS);
        }
    }

    /**
     * Netty lets BoringSSL's servers hand out TLS 1.3 tickets unless a system property forbids it, and a ticket resumes
     * whatever the session cache is set to. So each engine is told, before its handshake.
     */
    public static void forbid(SSLEngine engine) {
        if (engine instanceof ReferenceCountedOpenSslEngine boring) {
            long pointer = boring.sslPointer();
            SSL.setOptions(pointer, SSL.getOptions(pointer) | SSL.SSL_OP_NO_TICKET);
        }
    }

    /**
     * Lets a server of BoringSSL hand out tickets (RFC 8446, section 4.6.1; RFC 5077), which a system property forbids for the sake of
     * peers with certificates. The key of tickets is the context's own, made by BoringSSL and renewed every two days, and ends with it.
     */
    public static void allow(SSLEngine engine) {
        if (engine instanceof ReferenceCountedOpenSslEngine boring) {
            SSL.clearOptions(boring.sslPointer(), SSL.SSL_OP_NO_TICKET);
        }
    }
}

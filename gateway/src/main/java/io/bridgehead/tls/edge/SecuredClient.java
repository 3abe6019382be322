package io.bridgehead.tls.edge;

import io.bridgehead.model.ClientTls;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake with a client ended in.
 *
 * @param applicationProtocol agreed on by ALPN; empty when the client offered none
 * @param names the hosts that the certificate shown to the client covers
 * @param proof the client's certificate, or null when it showed none that proves anything
 * @param tls what was agreed on
 * @param serverName the name that the client asked for (SNI), as sent; null when it named none
 */
public record SecuredClient(
        String applicationProtocol,
        CertificateNames names,
        @Nullable ClientProof proof,
        ClientTls tls,
        @Nullable String serverName) {}

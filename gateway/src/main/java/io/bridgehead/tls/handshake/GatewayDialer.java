package io.bridgehead.tls.handshake;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Blocking TLS connections of a program to the admin ports of gateways: TLS 1.3 by the JDK, both sides with certificates. The other end is known
 * by its SPIFFE ID, whatever name or address it was dialed by.
 */
public final class GatewayDialer {
    private static final String[] PROTOCOL = {"http/1.1"};

    private final MemberContexts contexts;
    private final Duration connectTimeout;
    private final Duration readTimeout;

    /**
     * @param material the operator's identity, and the bundle that judges gateways
     * @param wanted asked of the gateway beside its being one of the same trust domain
     * @param clock judges the gateway's certificate
     * @param connectTimeout for the connection, and for each read of the handshake
     * @param readTimeout for each read after it
     */
    public GatewayDialer(
            KeyMaterial material, ExpectedPeer wanted, Clock clock, Duration connectTimeout, Duration readTimeout) {
        this.contexts = new MemberContexts(new LiveTls(material, clock), wanted);
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
    }

    /**
     * Connects; nothing is sent to whoever is not the right one. TLS 1.3 lets the other end judge this one's certificate after the handshake:
     * its refusal is an {@link javax.net.ssl.SSLException} of a later read or write.
     *
     * @throws WrongGatewayException when somebody else answers
     * @throws IOException when nobody does
     */
    @SuppressWarnings("AddressSelection") // the first address is the one that the system would take
    public SSLSocket connect(HostPort address) throws IOException {
        Socket plain = new Socket();
        try {
            InetSocketAddress target = new InetSocketAddress(address.host(), address.port());
            if (target.isUnresolved()) {
                throw new UnknownHostException("unknown host " + address.host());
            }
            plain.connect(target, Math.toIntExact(connectTimeout.toMillis()));
            plain.setSoTimeout(Math.toIntExact(connectTimeout.toMillis()));
            SSLSocket socket = (SSLSocket)
                    contexts.current().getSocketFactory().createSocket(plain, address.host(), address.port(), true);
            SSLParameters parameters = contexts.engine(true).getSSLParameters();
            parameters.setApplicationProtocols(PROTOCOL);
            parameters.setServerNames(List.of());
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            SpiffeId _ = peer(socket);
            plain.setSoTimeout(Math.toIntExact(readTimeout.toMillis()));
            return socket;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw wrong(e);
        }
    }

    /** By the trust in force, once more: what is not asked is never true by mistake. */
    private SpiffeId peer(SSLSocket socket) throws IOException {
        Certificate[] shown = socket.getSession().getPeerCertificates();
        try {
            return contexts.peerId(
                    Arrays.stream(shown).map(X509Certificate.class::cast).toList());
        } catch (CertificateException e) {
            throw new IOException(e);
        }
    }

    /** As it is, unless its cause is who the other end is. */
    private static IOException wrong(Exception problem) {
        for (Throwable at = problem; at != null; at = at.getCause()) {
            if (at instanceof CertificateException) {
                return new WrongGatewayException(String.valueOf(at.getMessage()), problem);
            }
        }
        return problem instanceof IOException known ? known : new IOException(problem);
    }

    /** Who answers is not the gateway that was meant. */
    public static final class WrongGatewayException extends IOException {
        private static final long serialVersionUID = 1L;

        WrongGatewayException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

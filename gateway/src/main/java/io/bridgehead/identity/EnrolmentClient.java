package io.bridgehead.identity;

import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ChainTrust;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.KeyStores;
import io.bridgehead.tls.SvidValidator;
import io.bridgehead.tls.handshake.CipherOrder;
import io.bridgehead.tls.pki.SigningRequest;
import io.bridgehead.tunnel.EnrolmentService;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Asks an authority for an identity over TLS 1.3: with a token, then the other end proves itself by the bundle hash in it, or with the
 * certificate that is to be renewed. Blocks, some seconds at most for each address.
 */
public final class EnrolmentClient {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = 10_000;

    private final Clock clock;

    public EnrolmentClient(Clock clock) {
        this.clock = clock;
    }

    /**
     * Joins.
     *
     * @throws EnrolmentException if it was refused
     * @throws AfterAsking if the request went out, but no answer that can be used came
     * @throws IOException if nobody answers, or not the one whom the token names; nobody has seen the token
     */
    public Granted join(JoinToken token, SigningRequest request) throws EnrolmentException, IOException {
        byte[] asked =
                EnrolmentMessages.request(request, token.id(), token.proof().secret());
        ChainTrust trust = ChainTrust.inServers((chain, type, engine) -> prove(token, List.of(chain)));
        Granted granted = first(token.dial(), context(null, trust), EnrolmentService.JOIN, asked);
        try {
            requireOwn(granted, request);
        } catch (IOException e) {
            throw new AfterAsking(String.valueOf(e.getMessage()), e);
        }
        if (!token.proof().bundleHash().equals(text(granted.bundle()))) {
            throw new AfterAsking("found another bundle than the token pins; expected that of its fabric", null);
        }
        return granted;
    }

    /** The request, and a token in it, went out before something failed: it may have been granted. */
    public static final class AfterAsking extends IOException {
        private static final long serialVersionUID = 1L;

        AfterAsking(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Renews.
     *
     * @param issuer who may answer
     */
    Granted renew(List<HostPort> addresses, ExpectedPeer issuer, KeyMaterial current, SigningRequest request)
            throws EnrolmentException, IOException {
        SvidValidator validator =
                new SvidValidator(current.id().trustDomain(), current.bundle(), current.revocations(), clock);
        ChainTrust trust = ChainTrust.inServers((chain, type, engine) -> {
            SpiffeId peer = validator.validate(List.of(chain));
            String problem = issuer.problem(peer);
            if (problem != null) {
                throw new CertificateException(problem);
            }
        });
        byte[] asked = EnrolmentMessages.request(request, "", "");
        Granted granted = first(addresses, context(current, trust), EnrolmentService.RENEW, asked);
        requireOwn(granted, request);
        return granted;
    }

    private void requireOwn(Granted granted, SigningRequest request) throws IOException {
        try {
            SpiffeId id =
                    new SvidValidator(request.id().trustDomain(), granted.bundle(), clock).validate(granted.chain());
            boolean own = id.equals(request.id())
                    && granted.chain().getFirst().getPublicKey().equals(request.key());
            if (!own) {
                throw new IOException(
                        "found a certificate of " + id + "; expected " + request.id() + " with the new key");
            }
        } catch (CertificateException e) {
            throw new IOException("found a certificate that is not valid: " + e.getMessage(), e);
        }
    }

    /** The end of what the other side shows must be the bundle that the token pins, and its chain must lead there. */
    private void prove(JoinToken token, List<X509Certificate> shown) throws CertificateException {
        for (int from = 1; from < shown.size(); from++) {
            List<X509Certificate> bundle = shown.subList(from, shown.size());
            if (token.proof().bundleHash().equals(text(bundle))) {
                SpiffeId peer =
                        new SvidValidator(token.issuer().trustDomain(), bundle, clock).validate(shown.subList(0, from));
                if (!peer.equals(token.issuer())) {
                    throw new CertificateException(
                            "found " + peer + "; expected " + token.issuer() + ", which the token names");
                }
                return;
            }
        }
        throw new CertificateException("found no chain to the bundle that the token pins; expected " + token.issuer()
                + " under that bundle, with identity.authority in its gateway.yaml");
    }

    private static String text(List<X509Certificate> bundle) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Digest.ofBundle(bundle));
    }

    private static Granted first(List<HostPort> addresses, SSLContext context, String protocol, byte[] asked)
            throws EnrolmentException, IOException {
        IOException failed = new IOException("found no address to dial");
        for (HostPort address : addresses) {
            try {
                return EnrolmentMessages.readAnswer(exchange(address, context, protocol, asked));
            } catch (IOException e) {
                String what = address + ": " + reason(e);
                boolean sent = e instanceof AfterAsking || failed instanceof AfterAsking;
                failed = sent ? new AfterAsking(what, e) : new IOException(what, e);
            }
        }
        throw failed;
    }

    private static String reason(IOException problem) {
        Throwable deepest = problem;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        boolean notServed = deepest instanceof EOFException || deepest instanceof SSLException;
        String text = String.valueOf(deepest.getMessage() == null ? deepest : deepest.getMessage());
        return notServed
                ? "it gives no identities (" + text + "); expected a node with identity.authority in its gateway.yaml"
                : text;
    }

    private static byte[] exchange(HostPort address, SSLContext context, String protocol, byte[] asked)
            throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
            plain.setSoTimeout(READ_MILLIS);
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, address.host(), address.port(), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setProtocols(new String[] {"TLSv1.3"});
                parameters.setCipherSuites(CipherOrder.suites(false).toArray(String[]::new));
                parameters.setApplicationProtocols(new String[] {protocol});
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                if (!protocol.equals(socket.getApplicationProtocol())) {
                    throw new SSLException("it does not speak " + protocol);
                }
                return answer(socket, asked);
            }
        }
    }

    private static byte[] answer(SSLSocket socket, byte[] asked) throws AfterAsking {
        try {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(asked.length);
            out.write(asked);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readInt();
            if (length < 0 || length > EnrolmentMessages.ANSWER_BYTES_MAX) {
                throw new IOException("found an answer of " + length + " bytes; expected at most "
                        + EnrolmentMessages.ANSWER_BYTES_MAX);
            }
            byte[] answer = new byte[length];
            in.readFully(answer);
            return answer;
        } catch (IOException e) {
            throw new AfterAsking(String.valueOf(e.getMessage()), e);
        }
    }

    private static SSLContext context(@Nullable KeyMaterial own, ChainTrust trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(own == null ? null : KeyStores.presenting(own), new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform has TLS 1.3", e);
        }
    }
}

package io.bridgehead.identity;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.pki.PkiException;
import io.bridgehead.tls.pki.SigningRequest;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a node and the authority say to each other, in one exchange: {@code bridgehead-join/1} with a token on a connection without client
 * certificate, {@code bridgehead-renew/1} with the certificate that is to be renewed.
 */
public final class EnrolmentMessages {
    static final int ANSWER_BYTES_MAX = 256 * 1024;
    private static final int CERTIFICATES_MAX = 64;

    private EnrolmentMessages() {}

    /**
     * What the authority gave.
     *
     * @param chain the leaf first
     * @param bundle the trust anchors of the trust domain
     * @param peers tunnel ports to dial
     * @param issuer which node answered
     * @param renewAt tunnel ports where identities are renewed
     */
    public record Granted(
            List<X509Certificate> chain,
            List<X509Certificate> bundle,
            List<HostPort> peers,
            SpiffeId issuer,
            List<HostPort> renewAt) {}

    static byte[] request(SigningRequest request, String token, String secret) {
        Lines lines = new Lines().add("request", request.encoded());
        if (!token.isEmpty()) {
            lines.add("token", token).add("secret", secret);
        }
        return lines.encoded();
    }

    /**
     * What was asked; {@code token} and {@code secret} are empty without a token.
     *
     * @param encoded the certificate request in base64url, not looked at yet
     */
    record Asked(String encoded, String token, String secret) {
        /**
         * Reads the certificate request, and checks its signature: work that whoever has no token shall not cause.
         *
         * @throws EnrolmentException if it cannot be used
         */
        SigningRequest request() throws EnrolmentException {
            try {
                return SigningRequest.read(Lines.decoded(encoded));
            } catch (IllegalArgumentException e) {
                throw new EnrolmentException(EnrolmentRefusal.MALFORMED, String.valueOf(e.getMessage()), e);
            } catch (PkiException e) {
                throw new EnrolmentException(EnrolmentRefusal.REQUEST_INVALID, String.valueOf(e.getMessage()), e);
            }
        }
    }

    static Asked readRequest(byte[] bytes) throws EnrolmentException {
        try {
            Lines lines = Lines.parse(bytes);
            return new Asked(lines.one("request"), lines.orEmpty("token"), lines.orEmpty("secret"));
        } catch (IllegalArgumentException e) {
            throw new EnrolmentException(EnrolmentRefusal.MALFORMED, String.valueOf(e.getMessage()), e);
        }
    }

    static byte[] answer(Granted granted) {
        Lines lines = new Lines()
                .add("status", "granted")
                .add("issuer", granted.issuer().toString());
        granted.chain().forEach(certificate -> lines.add("chain", Digest.encoded(certificate)));
        granted.bundle().forEach(certificate -> lines.add("bundle", Digest.encoded(certificate)));
        granted.peers().forEach(peer -> lines.add("peer", peer.toString()));
        granted.renewAt().forEach(address -> lines.add("renew", address.toString()));
        return lines.encoded();
    }

    static byte[] answer(EnrolmentException refused) {
        return new Lines()
                .add("status", "refused")
                .add("refusal", refused.refusal().text())
                .add("detail", oneLine(refused.detail()))
                .encoded();
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() > 1000 ? line.substring(0, 1000) : line;
    }

    /** @throws EnrolmentException if it was refused, or the answer is none */
    static Granted readAnswer(byte[] bytes) throws EnrolmentException {
        try {
            Lines lines = Lines.parse(bytes);
            if (lines.one("status").equals("refused")) {
                throw new EnrolmentException(refusal(lines.one("refusal")), lines.orEmpty("detail"));
            }
            return new Granted(
                    certificates(lines.allBytes("chain")),
                    certificates(lines.allBytes("bundle")),
                    lines.all("peer").stream().map(HostPort::parse).toList(),
                    SpiffeId.parse(lines.one("issuer")),
                    lines.all("renew").stream().map(HostPort::parse).toList());
        } catch (IllegalArgumentException | CertificateException e) {
            throw new EnrolmentException(
                    EnrolmentRefusal.UNAVAILABLE, "found an answer that cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static EnrolmentRefusal refusal(String name) {
        for (EnrolmentRefusal refusal : EnrolmentRefusal.values()) {
            if (refusal.text().equals(name.toLowerCase(Locale.ROOT))) {
                return refusal;
            }
        }
        return EnrolmentRefusal.UNAVAILABLE;
    }

    private static List<X509Certificate> certificates(List<byte[]> encoded) throws CertificateException {
        if (encoded.isEmpty() || encoded.size() > CERTIFICATES_MAX) {
            throw new CertificateException(
                    "found " + encoded.size() + " certificates; expected 1 to " + CERTIFICATES_MAX);
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> read = new ArrayList<>();
        for (byte[] certificate : encoded) {
            read.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(certificate)));
        }
        return List.copyOf(read);
    }
}

package io.bridgehead.tls.edge;

import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges a certificate chain with its key: whether clients can be shown it.
 *
 * @param clock says whether it is valid now
 */
record PairJudge(Clock clock) {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_USAGE = "2.5.29.37.0";

    /**
     * What these hold.
     *
     * @throws MaterialException for the first thing that is wrong
     */
    EdgeCertificate judge(PemFile certificate, PemFile keyFile, @Nullable PemFile staple) throws MaterialException {
        List<X509Certificate> chain = certificate.certificates();
        X509Certificate leaf = chain.getFirst();
        PrivateKey key = keyFile.privateKey();
        requirePair(certificate, keyFile, key, leaf);
        requireTime(certificate.path(), leaf);
        requireServer(certificate.path(), leaf);
        requireOrder(certificate.path(), chain);
        CertificateNames names = names(certificate.path(), leaf);
        return new EdgeCertificate(
                certificate.path(), chain, key, names, staple == null ? null : OcspStaple.read(staple, leaf));
    }

    private static void requirePair(PemFile certificate, PemFile keyFile, PrivateKey key, X509Certificate leaf)
            throws MaterialException {
        try {
            KeyMaterial.requirePair(key, leaf.getPublicKey());
        } catch (InvalidKeyException | IllegalArgumentException e) {
            throw new MaterialException.Mismatched(
                    keyFile.path(),
                    String.valueOf(e.getMessage()),
                    "the private key of the first certificate in " + certificate.path(),
                    "install key and certificate of the same issue");
        }
    }

    private void requireTime(Path file, X509Certificate leaf) throws MaterialException {
        try {
            leaf.checkValidity(Date.from(clock.instant()));
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            throw new MaterialException.OutOfDate(
                    file,
                    "certificate '" + leaf.getSubjectX500Principal() + "' is valid from "
                            + leaf.getNotBefore().toInstant() + " to "
                            + leaf.getNotAfter().toInstant(),
                    "a certificate that is valid now",
                    "renew it, or correct this machine's clock",
                    e);
        }
    }

    private static void requireServer(Path file, X509Certificate leaf) throws MaterialException {
        try {
            List<String> usages = leaf.getExtendedKeyUsage();
            if (usages != null && !usages.contains(SERVER_AUTH) && !usages.contains(ANY_USAGE)) {
                throw new MaterialException.Malformed(
                        file,
                        "extended key usage " + usages,
                        "serverAuth among them",
                        "have a certificate for servers issued",
                        null);
            }
        } catch (CertificateParsingException e) {
            throw unreadable(file, "extended key usage", e);
        }
    }

    private static void requireOrder(Path file, List<X509Certificate> chain) throws MaterialException {
        for (int i = 1; i < chain.size(); i++) {
            try {
                chain.get(i - 1).verify(chain.get(i).getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new MaterialException.Malformed(
                        file,
                        "certificate " + (i + 1) + " '" + chain.get(i).getSubjectX500Principal()
                                + "' has not signed the one before it",
                        "the leaf first, then each issuer",
                        "put the certificates in that order",
                        e);
            }
        }
    }

    private static CertificateNames names(Path file, X509Certificate leaf) throws MaterialException {
        try {
            CertificateNames names = CertificateNames.of(leaf);
            if (names.isEmpty()) {
                throw new MaterialException.Malformed(
                        file,
                        "a certificate without host names",
                        "DNS names or IP addresses as subject alternative names",
                        "have it issued with the names that clients use",
                        null);
            }
            return names;
        } catch (CertificateParsingException e) {
            throw unreadable(file, "subject alternative names", e);
        }
    }

    private static MaterialException unreadable(Path file, String what, Exception cause) {
        return new MaterialException.Malformed(
                file, what + " that cannot be read", "a valid certificate", "have it issued again", cause);
    }
}

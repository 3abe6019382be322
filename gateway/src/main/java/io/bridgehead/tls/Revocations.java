package io.bridgehead.tls;

import io.bridgehead.model.Withdrawal;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Lists of revoked certificates (RFC 5280, section 5). A list counts for the certificates of its own issuer, when an authority of that name has
 * signed it that is trusted or part of the chain. One that is out of date counts on: what was revoked stays so. Immutable.
 */
public final class Revocations {
    private final List<X509CRL> lists;

    private Revocations(List<X509CRL> lists) {
        this.lists = lists;
    }

    /** What these lists say. */
    public static Revocations of(Collection<X509CRL> lists) {
        return new Revocations(List.copyOf(lists));
    }

    /** The same, and what other lists say. */
    public Revocations and(Collection<X509CRL> more) {
        List<X509CRL> all = new ArrayList<>(lists);
        all.addAll(more);
        return new Revocations(List.copyOf(all));
    }

    /**
     * Looks for each certificate of a chain.
     *
     * @param chain the leaf first, then each issuer
     * @param anchors the authorities that are trusted
     * @throws CertificateException naming the first that is revoked
     */
    public void require(List<X509Certificate> chain, Collection<X509Certificate> anchors) throws CertificateException {
        for (X509CRL list : lists) {
            for (X509Certificate certificate : chain) {
                if (list.isRevoked(certificate)
                        && list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())
                        && isSigned(list, chain, anchors)) {
                    throw new RefusedPeerException(
                            Withdrawal.REVOKED,
                            "certificate '" + certificate.getSubjectX500Principal() + "' (serial "
                                    + certificate.getSerialNumber().toString(16)
                                    + "): found it revoked by its issuer; expected one that is not");
                }
            }
        }
    }

    private static boolean isSigned(X509CRL list, List<X509Certificate> chain, Collection<X509Certificate> anchors) {
        List<X509Certificate> issuers = new ArrayList<>(anchors);
        issuers.addAll(chain.subList(1, chain.size()));
        return isSignedByOneOf(list, issuers);
    }

    /** Whether one of these authorities has signed a list. */
    public static boolean isSignedByOneOf(X509CRL list, Collection<X509Certificate> issuers) {
        return issuers.stream()
                .filter(issuer -> issuer.getSubjectX500Principal().equals(list.getIssuerX500Principal()))
                .anyMatch(issuer -> isSignedBy(list, issuer));
    }

    private static boolean isSignedBy(X509CRL list, X509Certificate issuer) {
        try {
            list.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** What people should know of a list now; empty when all is well. */
    public static String remark(X509CRL list, Instant now) {
        boolean late =
                list.getNextUpdate() != null && list.getNextUpdate().toInstant().isBefore(now);
        return late
                ? "the revocation list of '" + list.getIssuerX500Principal() + "' was to be replaced by "
                        + list.getNextUpdate().toInstant()
                        + "; what it revokes stays revoked, what was since is not known"
                : "";
    }
}

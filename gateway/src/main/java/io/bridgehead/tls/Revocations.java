package io.bridgehead.tls;

import io.bridgehead.model.Withdrawal;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Lists of revoked certificates (RFC 5280, section 5). A list counts for the certificates of its own issuer, when an authority of that name has
 * signed it that is trusted or part of the chain. One that is out of date counts on: what was revoked stays so. Immutable.
 */
public final class Revocations {
    private static final String NUMBER = "2.5.29.20";
    private static final String ABOUT = "2.5.29.28";
    private static final String ISSUER_KEY = "2.5.29.35";

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

    /**
     * What is in force after lists have come in place of others: one that is older than that of the same issuer and key before it, by its number
     * (RFC 5280, section 5.2.3) or else by its date, leaves that in force, so that what was revoked does not come back with an old file. A list without
     * a successor is gone.
     */
    public static Succession succeed(Collection<X509CRL> before, Collection<X509CRL> next) {
        List<X509CRL> all = new ArrayList<>(next);
        List<String> remarks = new ArrayList<>();
        for (X509CRL old : before) {
            List<X509CRL> successors = all.stream()
                    .filter(list -> source(list).equals(source(old)))
                    .toList();
            if (!successors.isEmpty() && successors.stream().allMatch(list -> isOlder(list, old))) {
                all.removeAll(successors);
                all.add(old);
                remarks.add("found the revocation list of '" + old.getIssuerX500Principal() + "' "
                        + version(successors.getFirst()) + " after that " + version(old));
            }
        }
        return new Succession(List.copyOf(all), List.copyOf(remarks));
    }

    /**
     * Lists in force.
     *
     * @param remarks a sentence for each that was not taken
     */
    public record Succession(List<X509CRL> lists, List<String> remarks) {}

    /** Lists of one source follow each other: the same issuer, by the same key, about the same certificates. */
    private static List<Object> source(X509CRL list) {
        return List.of(list.getIssuerX500Principal(), extension(list, ISSUER_KEY), extension(list, ABOUT));
    }

    private static String extension(X509CRL list, String oid) {
        byte[] value = list.getExtensionValue(oid);
        return value == null ? "" : HexFormat.of().formatHex(value);
    }

    private static boolean isOlder(X509CRL list, X509CRL other) {
        BigInteger number = number(list);
        BigInteger last = number(other);
        int order = number == null || last == null ? 0 : number.compareTo(last);
        return order != 0
                ? order < 0
                : list.getThisUpdate()
                        .toInstant()
                        .isBefore(other.getThisUpdate().toInstant());
    }

    /** The number of a list (RFC 5280, section 5.2.3); null when it has none. */
    public static @Nullable BigInteger number(X509CRL list) {
        byte[] value = list.getExtensionValue(NUMBER);
        try {
            return value == null
                    ? null
                    : ASN1Integer.getInstance(JcaX509ExtensionUtils.parseExtensionValue(value))
                            .getValue();
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    private static String version(X509CRL list) {
        BigInteger number = number(list);
        return "of " + list.getThisUpdate().toInstant() + (number == null ? "" : " (number " + number + ")");
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

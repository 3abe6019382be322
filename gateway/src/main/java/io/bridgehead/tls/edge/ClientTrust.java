package io.bridgehead.tls.edge;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ChainTrust;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.Revocations;
import io.bridgehead.tls.SvidValidator;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges client certificates. One that names a SPIFFE ID must be a valid X.509-SVID of the node's trust domain or of a federated one, under the
 * bundle of that trust domain, whatever other authority has signed it; any other must have a path to the client authorities. Reads the trust in force at each call.
 *
 * <p>Where the authorities are exclusive, every certificate must have a path to them, and a SPIFFE ID counts when it is a valid one of the
 * trust domain besides.
 */
final class ClientTrust {
    private static final int URI_NAME = 6;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int CHAIN_CERTIFICATES_MAX = 8;
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final LiveTls live;
    private final Clock clock;
    private final @Nullable List<X509Certificate> authorities;
    private final Revocations revocations;
    private final boolean exclusive;

    /** @param material whose authorities and lists of revoked certificates hold */
    ClientTrust(LiveTls live, Clock clock, EdgeMaterial material, boolean exclusive) {
        this.exclusive = exclusive;
        this.live = live;
        this.clock = clock;
        this.authorities = material.clientAuthorities();
        this.revocations = Revocations.of(material.clientRevocations());
    }

    /** The same for a handshake. */
    ChainTrust manager() {
        return ChainTrust.inClients((chain, authType, engine) -> judge(List.of(chain)), this::issuers);
    }

    /** For a handshake that no certificate ends; what the client has shown is judged behind it. */
    ChainTrust unchecked() {
        return ChainTrust.inClients((chain, authType, engine) -> {}, this::issuers);
    }

    /** @throws CertificateException saying what was found and what was expected */
    ClientProof judge(List<X509Certificate> chain) throws CertificateException {
        if (chain.isEmpty() || chain.size() > CHAIN_CERTIFICATES_MAX) {
            throw new CertificateException("client certificate chain: found " + chain.size()
                    + " certificates; expected 1 to " + CHAIN_CERTIFICATES_MAX);
        }
        LiveTls.Generation now = live.current();
        boolean claims = claimsSpiffeId(chain.getFirst());
        List<X509Certificate> bundle = now.material().bundle();
        if (claims && !exclusive) {
            SvidValidator judge = now.validatorOf(chain.getFirst());
            SpiffeId id = judge.validate(chain);
            revocations.require(chain, judge.anchors());
            return new ClientProof(id, chain);
        }
        requireClient(chain.getFirst());
        List<X509Certificate> trusted = authorities == null ? bundle : authorities;
        requirePath(chain, trusted);
        revocations.and(now.material().revocations()).require(chain, trusted);
        return new ClientProof(claims ? identity(now, chain) : null, chain);
    }

    private static @Nullable SpiffeId identity(LiveTls.Generation now, List<X509Certificate> chain) {
        try {
            return now.validatorOf(chain.getFirst()).validate(chain);
        } catch (CertificateException _) {
            return null;
        }
    }

    private static boolean claimsSpiffeId(X509Certificate leaf) throws CertificateException {
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (name.getFirst().equals(URI_NAME)
                    && String.valueOf(name.get(1)).toLowerCase(Locale.ROOT).startsWith("spiffe:")) {
                return true;
            }
        }
        return false;
    }

    private static void requireClient(X509Certificate leaf) throws CertificateException {
        if (leaf.getBasicConstraints() != -1) {
            throw refused(leaf, "a certificate authority", "a leaf (basic constraints CA:FALSE)");
        }
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw refused(leaf, "key usage without digitalSignature", "key usage digitalSignature");
        }
        List<String> extended = leaf.getExtendedKeyUsage();
        if (extended != null && !extended.contains(CLIENT_AUTH) && !extended.contains(ANY_USAGE)) {
            throw refused(leaf, "extended key usage " + extended, "clientAuth among them");
        }
    }

    private void requirePath(List<X509Certificate> chain, List<X509Certificate> trusted) throws CertificateException {
        Instant at = clock.instant();
        Set<TrustAnchor> anchors = new LinkedHashSet<>();
        for (X509Certificate anchor : trusted) {
            // The PKIX validator takes anchors as given, whatever their age.
            if (!at.isBefore(anchor.getNotBefore().toInstant())
                    && !at.isAfter(anchor.getNotAfter().toInstant())) {
                anchors.add(new TrustAnchor(anchor, null));
            }
        }
        if (anchors.isEmpty()) {
            throw refused(chain.getFirst(), "no client authority that is valid at " + at, "at least one");
        }
        List<X509Certificate> path = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            if (trusted.contains(certificate)) {
                break;
            }
            path.add(certificate);
        }
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setDate(Date.from(at));
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(
                    describe(chain.getFirst()) + ": no valid path to the client authorities (" + e.getMessage()
                            + "); expected a chain that ends at one of " + anchors.size(),
                    e);
        }
    }

    private static CertificateException refused(X509Certificate leaf, String found, String expected) {
        return new CertificateException(describe(leaf) + ": found " + found + "; expected " + expected);
    }

    private static String describe(X509Certificate certificate) {
        return "client certificate '" + certificate.getSubjectX500Principal() + "' (serial "
                + certificate.getSerialNumber().toString(16) + ")";
    }

    /** The names that clients are told, so that they can choose a certificate. */
    private X509Certificate[] issuers() {
        Set<X509Certificate> all = new LinkedHashSet<>();
        if (!exclusive) {
            LiveTls.Generation now = live.current();
            all.addAll(now.material().bundle());
            now.federated().values().forEach(judge -> all.addAll(judge.anchors()));
        }
        if (authorities != null) {
            all.addAll(authorities);
        }
        return all.toArray(X509Certificate[]::new);
    }
}

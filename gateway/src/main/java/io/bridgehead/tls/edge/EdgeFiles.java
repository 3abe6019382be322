package io.bridgehead.tls.edge;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.SettledContent;
import io.bridgehead.tls.TlsObserver;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificate files of one listener, compared by content whenever the owner asks.
 *
 * <p>State and threads as in {@link io.bridgehead.tls.MaterialFiles}.
 */
@OwnedBy(Owner.CONFINED)
final class EdgeFiles {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final EdgeTlsSettings settings;
    private final Clock clock;
    private final TlsObserver observer;
    private final SettledContent settled;

    EdgeFiles(EdgeTlsSettings settings, Clock clock, TlsObserver observer) {
        this.settings = settings;
        this.clock = clock;
        this.observer = observer;
        this.settled = new SettledContent(observer);
    }

    /** Takes material into use; what it throws keeps the old in use. */
    interface Taker {
        void take(EdgeMaterial material) throws MaterialException;
    }

    /**
     * Reads the files.
     *
     * @throws MaterialException for the first thing that is wrong
     */
    EdgeMaterial load() throws MaterialException {
        Content content = read();
        EdgeMaterial material = judge(content);
        settled.taken(content.fingerprint());
        return material;
    }

    /**
     * Reads the files again because somebody asked: what is wrong is thrown at once.
     *
     * @return whether there was something new
     */
    boolean reload(Taker taker) throws MaterialException {
        Content content = read();
        if (settled.isInForce(content.fingerprint())) {
            return false;
        }
        accept(content, taker);
        return true;
    }

    /** Looks for a change; never throws for what the files contain. Returns whether something new was taken. */
    boolean poll(Taker taker) {
        String fingerprint = null;
        try {
            Content content = read();
            fingerprint = content.fingerprint();
            if (settled.isInForce(fingerprint)) {
                settled.forgive();
                return false;
            }
            accept(content, taker);
            return true;
        } catch (MaterialException e) {
            settled.refused(fingerprint, e);
            return false;
        }
    }

    private void accept(Content content, Taker taker) throws MaterialException {
        EdgeMaterial material = judge(content);
        taker.take(material);
        settled.taken(content.fingerprint());
        observer.edgeReloaded(settings.listener(), material.certificates().toString());
    }

    private Content read() throws MaterialException {
        List<Pair> pairs = new ArrayList<>();
        for (EdgeTlsSettings.Pair pair : settings.pairs()) {
            Path staple = pair.ocspStaple();
            pairs.add(new Pair(
                    PemFile.read(pair.certificate()),
                    PemFile.read(pair.key()),
                    staple == null ? null : PemFile.read(staple)));
        }
        Path authorities = settings.asksClients() ? settings.clientAuthorities() : null;
        return new Content(pairs, authorities == null ? null : PemFile.read(authorities));
    }

    private EdgeMaterial judge(Content content) throws MaterialException {
        List<EdgeCertificate> certificates = new ArrayList<>();
        for (Pair pair : content.pairs()) {
            certificates.add(judge(pair));
        }
        PemFile authorities = content.authorities();
        return new EdgeMaterial(List.copyOf(certificates), authorities == null ? null : authorities.authorities());
    }

    private EdgeCertificate judge(Pair pair) throws MaterialException {
        List<X509Certificate> chain = pair.certificate().certificates();
        X509Certificate leaf = chain.getFirst();
        PrivateKey key = pair.key().privateKey();
        requirePair(pair, key, leaf);
        requireTime(pair.certificate().path(), leaf);
        requireServer(pair.certificate().path(), leaf);
        requireOrder(pair.certificate().path(), chain);
        CertificateNames names = names(pair.certificate().path(), leaf);
        PemFile staple = pair.staple();
        MaterialException.Exposed exposure = pair.key().exposure();
        if (exposure != null) {
            observer.warned(exposure);
        }
        return new EdgeCertificate(
                pair.certificate().path(), chain, key, names, staple == null ? null : OcspStaple.read(staple, leaf));
    }

    private static void requirePair(Pair pair, PrivateKey key, X509Certificate leaf) throws MaterialException {
        try {
            KeyMaterial.requirePair(key, leaf.getPublicKey());
        } catch (InvalidKeyException | IllegalArgumentException e) {
            throw new MaterialException.Mismatched(
                    pair.key().path(),
                    String.valueOf(e.getMessage()),
                    "the private key of the first certificate in "
                            + pair.certificate().path(),
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

    private record Pair(
            PemFile certificate, PemFile key, @Nullable PemFile staple) {}

    private record Content(List<Pair> pairs, @Nullable PemFile authorities) {
        String fingerprint() {
            List<@Nullable PemFile> files = new ArrayList<>();
            for (Pair pair : pairs) {
                files.add(pair.certificate());
                files.add(pair.key());
                files.add(pair.staple());
            }
            files.add(authorities);
            return SettledContent.fingerprint(files);
        }
    }
}

package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Key and trust material in PEM files, compared by content whenever the owner asks.
 *
 * <p>State: as {@link SettledContent}. While content cannot be used the old material stays.
 *
 * <p>Threads: one, which may wait for the file system; {@link #problem} any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class MaterialFiles implements MaterialSource {
    private final Paths paths;
    private final ExpectedPeer expectedSelf;
    private final Clock clock;
    private final TlsObserver observer;
    private final SettledContent settled;
    private volatile String problem = "";
    /** What is wrong with what is in force. */
    private String remark = "";

    /**
     * @param expectedSelf whom the certificate must name: the node, or anyone
     * @param observer is told of what {@link #poll} and {@link #load} find
     */
    public MaterialFiles(Paths paths, ExpectedPeer expectedSelf, Clock clock, TlsObserver observer) {
        this.paths = paths;
        this.expectedSelf = expectedSelf;
        this.clock = clock;
        this.observer = observer;
        this.settled = new SettledContent(observer);
    }

    /**
     * The files.
     *
     * @param certificate the own chain, the leaf first
     * @param key the leaf's private key
     * @param bundle the trust anchors of the own trust domain
     * @param crl lists of revoked certificates; null for none
     */
    public record Paths(
            Path certificate,
            Path key,
            Path bundle,
            @Nullable Path crl) {
        /** Without lists of revoked certificates. */
        public Paths(Path certificate, Path key, Path bundle) {
            this(certificate, key, bundle, null);
        }
    }

    @Override
    public String problem() {
        return problem;
    }

    /**
     * Reads the files at start.
     *
     * @throws MaterialException for the first thing that is wrong
     */
    @Override
    public KeyMaterial load() throws MaterialException {
        Content content = read();
        KeyMaterial material = judge(content);
        settled.taken(content.fingerprint());
        return material;
    }

    /**
     * Reads the files again because somebody asked: what is wrong is thrown at once and the old material stays.
     *
     * @return what is in force afterwards; the present generation when nothing has changed
     */
    @Override
    public LiveTls.Generation reload(LiveTls live) throws MaterialException {
        Content content = read();
        if (settled.isInForce(content.fingerprint())) {
            return live.current();
        }
        return accept(content, live);
    }

    @Override
    public @Nullable KeyMaterial ahead() throws MaterialException {
        Content content = read();
        return settled.isInForce(content.fingerprint()) ? null : judge(content);
    }

    /** Looks for a change and swaps it in. Never throws for what the files contain. Returns whether it swapped. */
    @Override
    public boolean poll(LiveTls live) {
        String fingerprint = null;
        try {
            Content content = read();
            fingerprint = content.fingerprint();
            if (settled.isInForce(fingerprint)) {
                settled.forgive();
                problem = remark;
                return false;
            }
            accept(content, live);
            return true;
        } catch (MaterialException e) {
            if (settled.refused(fingerprint, e)) {
                problem = "identity: " + e.getMessage() + "; what was in force stays";
            }
            return false;
        }
    }

    private LiveTls.Generation accept(Content content, LiveTls live) throws MaterialException {
        KeyMaterial material = judge(content);
        Revocations.Succession lists =
                Revocations.succeed(live.current().material().revocations(), material.revocations());
        settled.taken(content.fingerprint());
        remark = "";
        Path crl = paths.crl();
        if (crl != null && !lists.remarks().isEmpty()) {
            MaterialException.Superseded warning =
                    new MaterialException.Superseded(crl, String.join(", ", lists.remarks()));
            remark = "identity: " + warning.getMessage();
            observer.refused(warning);
        }
        problem = remark;
        LiveTls.Generation generation = live.swap(material.withRevocations(lists.lists()));
        observer.reloaded(generation);
        return generation;
    }

    private Content read() throws MaterialException {
        PemFile certificate = PemFile.read(paths.certificate());
        // One file with both is read once: between two looks it could be another one.
        PemFile key = paths.key().equals(paths.certificate()) ? certificate : PemFile.read(paths.key());
        Path crl = paths.crl();
        return new Content(certificate, key, PemFile.read(paths.bundle()), crl == null ? null : PemFile.read(crl));
    }

    private KeyMaterial judge(Content content) throws MaterialException {
        List<X509Certificate> chain = content.certificate().certificates();
        List<X509Certificate> bundle = content.bundle().authorities();
        PemFile crl = content.crl();
        KeyMaterial material = pair(chain, content.key().privateKey(), bundle)
                .withRevocations(crl == null ? List.of() : crl.revocationLists());
        requireValid(material);
        String problem = expectedSelf.problem(material.id());
        if (problem != null) {
            throw new MaterialException.WrongIdentity(
                    paths.certificate(),
                    "the certificate names " + material.id(),
                    "(" + problem + ")",
                    "correct the names in gateway.yaml, or have a certificate issued for this node");
        }
        MaterialException.Exposed exposure = content.key().exposure();
        if (exposure != null) {
            observer.warned(exposure);
        }
        return material;
    }

    private KeyMaterial pair(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> bundle)
            throws MaterialException {
        try {
            return KeyMaterial.of(chain, key, bundle);
        } catch (InvalidKeyException e) {
            throw new MaterialException.Mismatched(
                    paths.key(),
                    String.valueOf(e.getMessage()),
                    "the private key of the first certificate in " + paths.certificate(),
                    "install key and certificate of the same issue");
        } catch (CertificateException e) {
            throw untrusted(e);
        }
    }

    private void requireValid(KeyMaterial material) throws MaterialException {
        try {
            new SvidValidator(material.id().trustDomain(), material.bundle(), material.revocations(), clock)
                    .validate(material.chain());
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            throw new MaterialException.OutOfDate(
                    paths.certificate(),
                    String.valueOf(e.getMessage()),
                    "a certificate that is valid now",
                    "renew it ('bridgehead pki renew'; where it came by a token: 'bridgehead join --again'), or correct this machine's clock",
                    e);
        } catch (CertificateException e) {
            throw untrusted(e);
        }
    }

    private MaterialException untrusted(CertificateException e) {
        return new MaterialException.Untrusted(
                paths.certificate(),
                String.valueOf(e.getMessage()),
                "an X.509-SVID under the bundle " + paths.bundle(),
                "install certificate and bundle of the same trust domain",
                e);
    }

    private record Content(
            PemFile certificate,
            PemFile key,
            PemFile bundle,
            @Nullable PemFile crl) {
        String fingerprint() {
            List<@Nullable PemFile> all = new ArrayList<>(List.of(certificate, key, bundle));
            all.add(crl);
            return SettledContent.fingerprint(all);
        }
    }
}

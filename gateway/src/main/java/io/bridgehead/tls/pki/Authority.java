package io.bridgehead.tls.pki;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.Revocations;
import io.bridgehead.tls.SvidValidator;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The authority of one trust domain, in a folder: {@code ca.crt} (the bundle) and the key that signs, either the root's, {@code ca.key}
 * (0600), or that of an intermediate, {@code issuer.crt} and {@code issuer.key}, while the root is kept elsewhere. Whoever holds the key can
 * be anyone.
 *
 * <p>State: none but the files. One process at a time should write to a folder.
 */
public final class Authority {
    /** How long the root is valid: ten years. */
    public static final Duration ROOT_LIFETIME = Duration.ofDays(3652);

    /** How long an intermediate is valid unless told otherwise: one year. */
    public static final Duration INTERMEDIATE_LIFETIME = Duration.ofDays(365);

    static final String CERTIFICATE = "ca.crt";
    static final String KEY = "ca.key";
    static final String PREVIOUS_KEY = "previous.key";
    private static final String ISSUER_CERTIFICATE = "issuer.crt";
    private static final String ISSUER_KEY = "issuer.key";
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final String URI_OF_DOMAIN = "spiffe://";
    private static final int URI_NAME = 6;
    private static final int DNS_NAME = 2;

    private final Path folder;
    private final TrustDomain trustDomain;
    private final Signing signing;
    private final Clock clock;
    private final CertificateMaker maker;

    private Authority(Path folder, TrustDomain trustDomain, Signing signing, Clock clock, CertificateMaker maker) {
        this.folder = folder;
        this.trustDomain = trustDomain;
        this.signing = signing;
        this.clock = clock;
        this.maker = maker;
    }

    /**
     * What signs.
     *
     * @param certificate of the key
     * @param path follows each leaf: the certificate and those above it, without the root; empty when the root signs
     * @param bundle the trust anchors of the trust domain
     */
    private record Signing(
            X509Certificate certificate, PrivateKey key, List<X509Certificate> path, List<X509Certificate> bundle) {}

    /** Whether a file that exists may be replaced. */
    public enum Existing {
        KEEP,
        REPLACE
    }

    /**
     * Makes a trust domain: a P-256 root that is valid for ten years.
     *
     * @throws PkiException if there is one in the folder and {@code existing} says to keep it, or writing fails
     */
    public static Authority create(
            Path folder, TrustDomain trustDomain, Existing existing, Clock clock, SecureRandom random)
            throws PkiException {
        requireFree(List.of(folder.resolve(KEY), folder.resolve(CERTIFICATE)), existing);
        CertificateMaker maker = new CertificateMaker(clock, random);
        try {
            KeyPair keys = maker.newKeys();
            X509Certificate root = maker.root(trustDomain, keys, ROOT_LIFETIME);
            PemWriter.key(folder.resolve(KEY), keys.getPrivate());
            PemWriter.certificates(folder.resolve(CERTIFICATE), List.of(root));
            Signing signing = new Signing(root, keys.getPrivate(), List.of(), List.of(root));
            return new Authority(folder, trustDomain, signing, clock, maker);
        } catch (GeneralSecurityException e) {
            throw new PkiException("making the root of '" + trustDomain + "' failed: " + e.getMessage(), e);
        }
    }

    /**
     * Opens the authority that {@link #create} or {@link #delegate} made.
     *
     * @throws PkiException if the files are missing, broken or expired
     */
    public static Authority open(Path folder, Clock clock, SecureRandom random) throws PkiException {
        try {
            List<X509Certificate> bundle =
                    PemFile.read(folder.resolve(CERTIFICATE)).certificates();
            boolean delegated = Files.exists(folder.resolve(ISSUER_CERTIFICATE));
            Path certificate = folder.resolve(delegated ? ISSUER_CERTIFICATE : CERTIFICATE);
            List<X509Certificate> chain = PemFile.read(certificate).certificates();
            PrivateKey key =
                    PemFile.read(folder.resolve(delegated ? ISSUER_KEY : KEY)).privateKey();
            X509Certificate issuer = delegated ? issuerOf(key, folder, chain) : ownerOf(key, folder, bundle);
            if (issuer.getNotAfter().toInstant().isBefore(clock.instant())) {
                throw new PkiException(certificate + ": expired at "
                        + issuer.getNotAfter().toInstant() + "; expected a valid authority; "
                        + (delegated ? "'bridgehead pki intermediate' makes the next one" : "make a new trust domain"));
            }
            Signing signing = new Signing(issuer, key, delegated ? chain : List.of(), bundle);
            return new Authority(
                    folder,
                    trustDomainOf(bundle.getFirst(), folder),
                    signing,
                    clock,
                    new CertificateMaker(clock, random));
        } catch (MaterialException e) {
            throw new PkiException(
                    "authority in " + folder + ": " + e.getMessage()
                            + "; 'bridgehead pki init' makes a trust domain there",
                    e);
        }
    }

    /** While a root is replaced, two stand in the bundle; the key says which of them signs. */
    private static X509Certificate ownerOf(PrivateKey key, Path folder, List<X509Certificate> roots)
            throws PkiException {
        X509Certificate owner = RootRotation.rootOf(key, roots);
        if (owner == null) {
            throw new PkiException(folder.resolve(KEY) + ": found the key of none of the " + roots.size()
                    + " roots in " + folder.resolve(CERTIFICATE)
                    + "; expected that of one; put back the file that belongs to it (from a backup)");
        }
        return owner;
    }

    private static X509Certificate issuerOf(PrivateKey key, Path folder, List<X509Certificate> chain)
            throws PkiException {
        X509Certificate issuer = chain.getFirst();
        if (RootRotation.rootOf(key, List.of(issuer)) == null) {
            throw new PkiException(folder.resolve(ISSUER_KEY) + ": found another key than that of "
                    + folder.resolve(ISSUER_CERTIFICATE)
                    + "; expected a pair; 'bridgehead pki intermediate' makes the next one");
        }
        return issuer;
    }

    /**
     * Makes an intermediate that signs in this root's place, in a folder of its own: {@code ca.crt}, {@code issuer.crt}, {@code issuer.key}.
     *
     * @param lifetime cut at the end of the root
     * @throws PkiException if this is an intermediate itself, files exist and {@code existing} says to keep them, or writing fails
     */
    public Authority delegate(Path target, Duration lifetime, Existing existing) throws PkiException {
        if (!signing.path().isEmpty()) {
            throw new PkiException("the authority in " + folder + ": found an intermediate; expected the root's key");
        }
        Path certificate = target.resolve(ISSUER_CERTIFICATE);
        requireFree(List.of(target.resolve(ISSUER_KEY), certificate), existing);
        requireSameBundle(target.resolve(CERTIFICATE), existing);
        try {
            KeyPair keys = maker.newKeys();
            X509Certificate made =
                    maker.intermediate(trustDomain, keys.getPublic(), lifetime, signing.certificate(), signing.key());
            PemWriter.key(target.resolve(ISSUER_KEY), keys.getPrivate());
            PemWriter.certificates(certificate, List.of(made));
            PemWriter.certificates(target.resolve(CERTIFICATE), signing.bundle());
            Signing below = new Signing(made, keys.getPrivate(), List.of(made), signing.bundle());
            return new Authority(target, trustDomain, below, clock, maker);
        } catch (GeneralSecurityException e) {
            throw new PkiException("making an intermediate of '" + trustDomain + "' failed: " + e.getMessage(), e);
        }
    }

    /** Whether there is anything of an authority in a folder. */
    public static boolean isThere(Path folder) {
        return List.of(CERTIFICATE, KEY, ISSUER_CERTIFICATE, ISSUER_KEY).stream()
                .anyMatch(file -> Files.exists(folder.resolve(file)));
    }

    /** The trust domain. */
    public TrustDomain trustDomain() {
        return trustDomain;
    }

    /** Whose key signs: the root, or the intermediate in its place. */
    public X509Certificate certificate() {
        return signing.certificate();
    }

    /** The trust anchors of the trust domain. */
    public List<X509Certificate> bundle() {
        return signing.bundle();
    }

    /**
     * Issues an identity for a key that somebody else holds, to be called as the request says: whether it may be is the caller's to decide.
     *
     * @return the chain, the leaf first
     * @throws PkiException if the identity is of another trust domain, or signing fails
     */
    public List<X509Certificate> sign(SigningRequest request, Duration lifetime) throws PkiException {
        requireOwn(request.id());
        return chain(new CertificateMaker.Leaf(request.id(), List.of(), request.key(), lifetime));
    }

    /**
     * Issues an identity with a new key into one file that holds the key and the chain (0600), written at once or not at all.
     *
     * @throws PkiException as {@link #issue}
     */
    public List<X509Certificate> issuePair(IssueRequest request, Path file, Existing existing) throws PkiException {
        requireOwn(request.id());
        requireFree(List.of(file), existing);
        try {
            KeyPair keys = maker.newKeys();
            List<X509Certificate> chain = chain(
                    new CertificateMaker.Leaf(request.id(), request.dnsNames(), keys.getPublic(), request.lifetime()));
            PemWriter.pair(file, keys.getPrivate(), chain);
            return chain;
        } catch (GeneralSecurityException e) {
            throw new PkiException("issuing " + request.id() + " failed: " + e.getMessage(), e);
        }
    }

    /**
     * Issues an identity with a new P-256 key into {@code <target>/<name>.crt}, {@code <name>.key} (0600) and {@code
     * ca.crt}, each written at once or not at all, the key first.
     *
     * @param name of the files, without a suffix
     * @throws PkiException if the identity is of another trust domain, files exist and {@code existing} says to keep
     *     them, or writing fails
     */
    public MaterialFiles.Paths issue(IssueRequest request, Path target, String name, Existing existing)
            throws PkiException {
        requireOwn(request.id());
        if (!FILE_NAME.matcher(name).matches() || name.equals("ca")) {
            throw new PkiException("file name '" + name
                    + "': expected letters, digits, '.', '_' and '-', not beginning with '.', and not 'ca'");
        }
        MaterialFiles.Paths paths = new MaterialFiles.Paths(
                target.resolve(name + ".crt"), target.resolve(name + ".key"), target.resolve(CERTIFICATE));
        requireFree(List.of(paths.key(), paths.certificate()), existing);
        requireSameBundle(paths.bundle(), existing);
        write(request, paths);
        return paths;
    }

    /**
     * Issues the identity in these files again, with a new key and the same names. The private key is replaced before
     * the certificate; a running gateway goes on with the old pair until both are there.
     *
     * @throws PkiException if the certificate cannot be read or was issued by somebody else
     */
    public MaterialFiles.Paths renew(MaterialFiles.Paths paths, Duration lifetime) throws PkiException {
        try {
            X509Certificate old =
                    PemFile.read(paths.certificate()).certificates().getFirst();
            requireIssued(old);
            SpiffeId id = SvidValidator.idOf(old);
            write(new IssueRequest(id, namesOf(old, DNS_NAME), lifetime), paths);
            return paths;
        } catch (MaterialException e) {
            throw new PkiException("renewal: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new PkiException(
                    paths.certificate() + ": found a certificate that is not of the authority in " + folder + " ("
                            + e.getMessage() + "); expected one that it issued; use its own authority, or issue anew",
                    e);
        }
    }

    /**
     * Revokes certificates that this authority has issued: adds them to the lists of who signed them, which stand in a file, beside those of others that
     * may be there. They are numbered after those before, also where a clock was ahead when those were made. While the previous root is in the bundle and its key here, what it signed is revoked by a list of its own.
     *
     * @param revoked none to date the lists anew only
     * @param list made if it is not there
     * @param lifetime how long the lists are to be current
     * @return what this authority's lists hold now, that of who signs now first
     * @throws PkiException if a certificate is another authority's, or the file cannot be read or written; then nothing has changed
     */
    public List<X509CRL> revoke(List<X509Certificate> revoked, Path list, Duration lifetime) throws PkiException {
        try {
            List<X509CRL> others =
                    new ArrayList<>(Files.exists(list) ? PemFile.read(list).revocationLists() : List.<X509CRL>of());
            List<X509Certificate> left = new ArrayList<>(revoked);
            List<X509CRL> made = new ArrayList<>();
            for (Signer signer : signers()) {
                Set<BigInteger> serials = new LinkedHashSet<>();
                List<X509CRL> before = others.stream()
                        .filter(old -> signer.takeOver(old, serials))
                        .toList();
                others.removeAll(before);
                boolean has = left.removeIf(certificate -> signer.takeOver(certificate, serials));
                if (!before.isEmpty() || has || made.isEmpty()) {
                    made.add(maker.revocations(
                            CertificateMaker.Revoked.after(before, serials, clock.instant(), lifetime),
                            signer.certificate(),
                            signer.key()));
                }
            }
            if (!left.isEmpty()) {
                throw new PkiException("found a certificate that is not of the authority in " + folder + " ('"
                        + left.getFirst().getSubjectX500Principal() + "' of '"
                        + left.getFirst().getIssuerX500Principal()
                        + "'); expected one that it issued; ask its own authority");
            }
            others.addAll(made);
            PemWriter.revocations(list, others);
            return List.copyOf(made);
        } catch (MaterialException e) {
            throw new PkiException("revocation list: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new PkiException("revocation list of the authority in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Who signs now, and the root before it while it is in the bundle: only its own list counts for what it signed. */
    private List<Signer> signers() throws PkiException, MaterialException {
        Signer now = new Signer(signing.certificate(), signing.key());
        Path previous = folder.resolve(PREVIOUS_KEY);
        if (!Files.exists(previous)) {
            return List.of(now);
        }
        PrivateKey key = PemFile.read(previous).privateKey();
        X509Certificate root = RootRotation.rootOf(key, signing.bundle());
        return root == null || root.equals(signing.certificate()) ? List.of(now) : List.of(now, new Signer(root, key));
    }

    /** One that signs certificates and the list of those that it has revoked. */
    private record Signer(X509Certificate certificate, PrivateKey key) {
        /** Takes the serial numbers of a list, if it is this one's. */
        boolean takeOver(X509CRL list, Set<BigInteger> serials) {
            if (!Revocations.isSignedByOneOf(list, List.of(certificate))) {
                return false;
            }
            Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
            if (entries != null) {
                entries.forEach(entry -> serials.add(entry.getSerialNumber()));
            }
            return true;
        }

        /** Takes the serial number of a certificate, if this one has signed it. */
        boolean takeOver(X509Certificate other, Set<BigInteger> serials) {
            try {
                other.verify(certificate.getPublicKey());
                serials.add(other.getSerialNumber());
                return true;
            } catch (GeneralSecurityException e) {
                return false;
            }
        }
    }

    /** That it was signed by the certificate in use, or by a root that is in the bundle still. */
    private void requireIssued(X509Certificate certificate) throws GeneralSecurityException {
        for (X509Certificate root : signing.bundle()) {
            try {
                certificate.verify(root.getPublicKey());
                return;
            } catch (GeneralSecurityException _) {
                // It is another's.
            }
        }
        certificate.verify(signing.certificate().getPublicKey());
    }

    /** When an identity should be renewed: after half of its time. */
    public boolean isDue(X509Certificate leaf) {
        Instant begin = leaf.getNotBefore().toInstant();
        Duration whole = Duration.between(begin, leaf.getNotAfter().toInstant());
        return !clock.instant().isBefore(begin.plus(whole.dividedBy(2)));
    }

    private void write(IssueRequest request, MaterialFiles.Paths paths) throws PkiException {
        try {
            KeyPair keys = maker.newKeys();
            List<X509Certificate> chain = chain(
                    new CertificateMaker.Leaf(request.id(), request.dnsNames(), keys.getPublic(), request.lifetime()));
            PemWriter.key(paths.key(), keys.getPrivate());
            PemWriter.certificates(paths.certificate(), chain);
            if (!isOwnBundle(paths.bundle())) {
                PemWriter.certificates(paths.bundle(), signing.bundle());
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new PkiException("issuing " + request.id() + " failed: " + e.getMessage(), e);
        }
    }

    private List<X509Certificate> chain(CertificateMaker.Leaf leaf) throws PkiException {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            chain.add(maker.leaf(leaf, signing.certificate(), signing.key()));
            chain.addAll(signing.path());
            return List.copyOf(chain);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new PkiException("issuing " + leaf.id() + " failed: " + e.getMessage(), e);
        }
    }

    private void requireOwn(SpiffeId id) throws PkiException {
        if (!id.trustDomain().equals(trustDomain)) {
            throw new PkiException("identity " + id + ": expected one of trust domain '" + trustDomain
                    + "', which the authority in " + folder + " serves");
        }
    }

    private boolean isOwnBundle(Path file) {
        return Files.exists(file)
                && (file.toAbsolutePath()
                                .normalize()
                                .equals(folder.resolve(CERTIFICATE)
                                        .toAbsolutePath()
                                        .normalize())
                        || holdsRoot(file));
    }

    private boolean holdsRoot(Path file) {
        try {
            return PemFile.read(file).certificates().containsAll(signing.bundle());
        } catch (MaterialException e) {
            return false;
        }
    }

    private void requireSameBundle(Path file, Existing existing) throws PkiException {
        if (existing == Existing.KEEP && Files.exists(file) && !isOwnBundle(file)) {
            throw new PkiException(file + ": found the bundle of another authority; expected none or that of '"
                    + trustDomain + "' from " + folder + "; choose another folder, or ask to replace it");
        }
    }

    private static void requireFree(List<Path> files, Existing existing) throws PkiException {
        for (Path file : files) {
            if (existing == Existing.KEEP && Files.exists(file)) {
                throw new PkiException(file + ": found an existing file; expected none, so that no key is lost;"
                        + " choose another folder or name, or ask to replace it");
            }
        }
    }

    private static TrustDomain trustDomainOf(X509Certificate root, Path folder) throws PkiException {
        List<String> uris = uriNames(root);
        String uri = uris.size() == 1 ? uris.getFirst().toLowerCase(Locale.ROOT) : "";
        String name = uri.startsWith(URI_OF_DOMAIN) ? uri.substring(URI_OF_DOMAIN.length()) : "";
        if (!TrustDomain.isValid(name)) {
            throw new PkiException(folder.resolve(CERTIFICATE) + ": found URI names " + uris
                    + "; expected spiffe://<trust domain>; use a root that 'bridgehead pki init' made");
        }
        return new TrustDomain(name);
    }

    private static List<String> uriNames(X509Certificate root) {
        try {
            return namesOf(root, URI_NAME);
        } catch (CertificateException e) {
            return List.of();
        }
    }

    private static List<String> namesOf(X509Certificate certificate, int kind) throws CertificateException {
        List<String> found = new ArrayList<>();
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                if (name.getFirst().equals(kind)) {
                    found.add(String.valueOf(name.get(1)));
                }
            }
        }
        return found;
    }
}

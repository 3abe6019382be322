package io.bridgehead.tls.pki;

import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the root of a trust domain in three steps, between which every member learns of it: the next root stands in the bundle, then it signs, then
 * the one before it leaves. Each step writes more than one file; one that was cut off between them is finished by doing it again, and no other step is
 * done before. Which root a key belongs to is always found out, never concluded from names of files.
 *
 * <pre>one root --{@link #add}--> next.key beside ca.key, both roots in ca.crt --{@link #use}--> ca.key is the next, previous.key --{@link #drop}--> one root</pre>
 */
public final class RootRotation {
    private static final String NEXT = "next.key";
    private static final String PREVIOUS = Authority.PREVIOUS_KEY;
    private static final String ADD = "'bridgehead pki root add'";
    private static final String USE = "'bridgehead pki root use'";
    private static final String DROP = "'bridgehead pki root drop'";

    private final Path folder;
    private final Clock clock;
    private final SecureRandom random;

    /** @param folder with the root's key */
    public RootRotation(Path folder, Clock clock, SecureRandom random) {
        this.folder = folder;
        this.clock = clock;
        this.random = random;
    }

    /** Whose key it is of some authorities; null when it is nobody's. */
    static @Nullable X509Certificate rootOf(PrivateKey key, List<X509Certificate> roots) {
        for (X509Certificate root : roots) {
            try {
                KeyMaterial.requirePair(key, root.getPublicKey());
                return root;
            } catch (InvalidKeyException _) {
                // It is another's.
            }
        }
        return null;
    }

    /**
     * Makes the next root, and puts it into the bundle; it signs nothing yet. A key that a step left behind, whose root never came into the bundle, is
     * replaced.
     *
     * @throws PkiException if there is no root here, a step is still to be done, or writing fails
     */
    public X509Certificate add() throws PkiException {
        Authority authority = Authority.open(folder, clock, random);
        PemFile _ = read(Authority.KEY);
        requireNone(NEXT, authority, "there is a next root already; " + USE + " has it sign");
        requireNone(PREVIOUS, authority, "the previous root is still in the bundle; " + DROP + " removes it");
        CertificateMaker maker = new CertificateMaker(clock, random);
        try {
            KeyPair keys = maker.newKeys();
            X509Certificate root = maker.root(authority.trustDomain(), keys, Authority.ROOT_LIFETIME);
            PemWriter.key(folder.resolve(NEXT), keys.getPrivate());
            List<X509Certificate> both = new ArrayList<>(authority.bundle());
            both.add(root);
            PemWriter.certificates(folder.resolve(Authority.CERTIFICATE), both);
            return root;
        } catch (GeneralSecurityException e) {
            throw new PkiException("making the next root failed: " + e.getMessage(), e);
        }
    }

    /**
     * Has the next root sign from now on; both stay in the bundle.
     *
     * @throws PkiException if there is no next root in the bundle, or writing fails
     */
    public X509Certificate use() throws PkiException {
        Authority authority = Authority.open(folder, clock, random);
        PrivateKey next = key(NEXT);
        X509Certificate root = requireNext(next, authority);
        // Else the step was cut off after the next root had come to sign, and the previous key is where it belongs.
        if (!root.equals(authority.certificate())) {
            PemWriter.key(folder.resolve(PREVIOUS), key(Authority.KEY));
            PemWriter.key(folder.resolve(Authority.KEY), next);
        }
        delete(NEXT);
        return Authority.open(folder, clock, random).certificate();
    }

    /**
     * Takes the previous root out of the bundle and removes its key.
     *
     * @throws PkiException if there is no previous root, it signs still, or writing fails
     */
    public X509Certificate drop() throws PkiException {
        PrivateKey previous = key(PREVIOUS);
        Authority authority = Authority.open(folder, clock, random);
        X509Certificate root = authority.certificate();
        X509Certificate leaving = rootOf(previous, authority.bundle());
        if (root.equals(leaving) || Files.exists(folder.resolve(NEXT))) {
            throw new PkiException(folder.resolve(PREVIOUS) + ": the next root does not sign alone yet; " + USE
                    + " was cut off: do it again first");
        }
        // A step that was cut off has taken it out already.
        if (leaving != null) {
            List<X509Certificate> staying = new ArrayList<>(authority.bundle());
            staying.remove(leaving);
            PemWriter.certificates(folder.resolve(Authority.CERTIFICATE), staying);
        }
        delete(PREVIOUS);
        return root;
    }

    /**
     * Since when the next root is in the bundle.
     *
     * @throws PkiException if there is none
     */
    public Instant added() throws PkiException {
        Instant since = since(NEXT, Authority.CERTIFICATE, ADD + " makes one");
        X509Certificate _ = requireNext(key(NEXT), Authority.open(folder, clock, random));
        return since;
    }

    /**
     * Since when the previous root signs nothing any more.
     *
     * @throws PkiException if there is none
     */
    public Instant used() throws PkiException {
        return since(PREVIOUS, Authority.KEY, USE + " has the next one sign");
    }

    /** The step has left a mark, and was whole when it wrote the other file. */
    private Instant since(String mark, String file, String remedy) throws PkiException {
        if (!Files.exists(folder.resolve(mark))) {
            throw new PkiException(folder.resolve(mark) + ": found none; " + remedy);
        }
        try {
            return Files.getLastModifiedTime(folder.resolve(file)).toInstant();
        } catch (IOException e) {
            throw new PkiException(folder.resolve(file) + ": cannot be read (" + e + ")", e);
        }
    }

    private X509Certificate requireNext(PrivateKey next, Authority authority) throws PkiException {
        X509Certificate root = rootOf(next, authority.bundle());
        if (root == null) {
            throw new PkiException(folder.resolve(NEXT) + ": found a key of no root in "
                    + folder.resolve(Authority.CERTIFICATE) + "; " + ADD + " was cut off: do it again");
        }
        return root;
    }

    /** A key whose root is not in the bundle is what a step left that was cut off; it proves nothing to anybody. */
    private void requireNone(String file, Authority authority, String why) throws PkiException {
        if (Files.exists(folder.resolve(file)) && rootOf(key(file), authority.bundle()) != null) {
            throw new PkiException(folder.resolve(file) + ": " + why);
        }
    }

    private void delete(String file) throws PkiException {
        try {
            Files.delete(folder.resolve(file));
        } catch (IOException e) {
            throw new PkiException(folder.resolve(file) + ": could not be removed (" + e + ")", e);
        }
    }

    private PrivateKey key(String file) throws PkiException {
        try {
            return read(file).privateKey();
        } catch (MaterialException e) {
            throw new PkiException("the root in " + folder + ": " + e.getMessage(), e);
        }
    }

    private PemFile read(String file) throws PkiException {
        try {
            return PemFile.read(folder.resolve(file));
        } catch (MaterialException e) {
            throw new PkiException("the root in " + folder + ": " + e.getMessage(), e);
        }
    }
}

package io.bridgehead.tls.pki;

import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces the root of a trust domain in three steps, between which every member learns of it: the next root stands in the bundle, then it signs, then
 * the one before it leaves. Each step is whole or not there, whenever the machine stops.
 *
 * <pre>one root --{@link #add}--> next.key beside ca.key, both roots in ca.crt --{@link #use}--> ca.key is the next, previous.key --{@link #drop}--> one root</pre>
 */
public final class RootRotation {
    private static final String NEXT = "next.key";
    private static final String PREVIOUS = "previous.key";

    private final Path folder;
    private final Clock clock;
    private final SecureRandom random;

    /** @param folder with the root's key */
    public RootRotation(Path folder, Clock clock, SecureRandom random) {
        this.folder = folder;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Makes the next root, and puts it into the bundle; it signs nothing yet.
     *
     * @throws PkiException if there is no root here, a step is still to be done, or writing fails
     */
    public X509Certificate add() throws PkiException {
        requireAbsent(NEXT, "there is a next root already; 'bridgehead pki root use' has it sign");
        requireAbsent(PREVIOUS, "the previous root is still in the bundle; 'bridgehead pki root drop' removes it");
        Authority authority = Authority.open(folder, clock, random);
        PemFile _ = read(Authority.KEY);
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
     * @throws PkiException if there is no next root, or writing fails
     */
    public X509Certificate use() throws PkiException {
        try {
            var next = read(NEXT).privateKey();
            PemWriter.key(folder.resolve(PREVIOUS), read(Authority.KEY).privateKey());
            PemWriter.key(folder.resolve(Authority.KEY), next);
            Files.delete(folder.resolve(NEXT));
            return Authority.open(folder, clock, random).certificate();
        } catch (MaterialException | IOException e) {
            throw new PkiException("the next root cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Takes the previous root out of the bundle and removes its key.
     *
     * @throws PkiException if there is no previous root, or writing fails
     */
    public X509Certificate drop() throws PkiException {
        PemFile _ = read(PREVIOUS);
        X509Certificate root = Authority.open(folder, clock, random).certificate();
        PemWriter.certificates(folder.resolve(Authority.CERTIFICATE), List.of(root));
        try {
            Files.delete(folder.resolve(PREVIOUS));
        } catch (IOException e) {
            throw new PkiException(folder.resolve(PREVIOUS) + ": could not be removed (" + e + ")", e);
        }
        return root;
    }

    /**
     * Since when the next root is in the bundle.
     *
     * @throws PkiException if there is none
     */
    public Instant added() throws PkiException {
        return since(NEXT, Authority.CERTIFICATE, "'bridgehead pki root add' makes one");
    }

    /**
     * Since when the previous root signs nothing any more.
     *
     * @throws PkiException if there is none
     */
    public Instant used() throws PkiException {
        return since(PREVIOUS, Authority.KEY, "'bridgehead pki root use' has the next one sign");
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

    private void requireAbsent(String file, String why) throws PkiException {
        if (Files.exists(folder.resolve(file))) {
            throw new PkiException(folder.resolve(file) + ": " + why);
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

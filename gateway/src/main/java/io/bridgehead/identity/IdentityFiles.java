package io.bridgehead.identity;

import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Puts an identity that was given into a node's files: the bundle first, then key and chain in one file. */
public final class IdentityFiles {
    private IdentityFiles() {}

    /**
     * Writes what is new.
     *
     * @param paths with the same path for certificate and key
     * @throws PkiException if a file cannot be written; a file is then as it was or as it should be
     */
    public static void write(MaterialFiles.Paths paths, PrivateKey key, Granted granted) throws PkiException {
        if (!holds(paths.bundle(), granted.bundle())) {
            PemWriter.certificates(paths.bundle(), granted.bundle());
        }
        PemWriter.pair(paths.certificate(), key, granted.chain());
    }

    private static boolean holds(Path file, List<X509Certificate> bundle) {
        try {
            return Files.exists(file) && PemFile.read(file).certificates().equals(bundle);
        } catch (MaterialException e) {
            return false;
        }
    }
}

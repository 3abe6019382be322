package io.bridgehead.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One PEM file (RFC 7468), read once: its bytes, and the certificates or the private key in them. Keys may be PKCS#8,
 * SEC1 (elliptic curve) or PKCS#1 (RSA), not encrypted. At most 1 MiB and 64 certificates are taken.
 */
public final class PemFile {
    static final int BYTES_MAX = 1 << 20;
    static final int CERTIFICATES_MAX = 64;
    static final int LISTS_MAX = 64;
    private static final String DELTA_LIST = "2.5.29.27";
    private static final Set<PosixFilePermission> EXPOSING = EnumSet.of(
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private final Path path;
    private final byte[] bytes;

    private PemFile(Path path, byte[] bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    /** @throws MaterialException if the file is missing, cannot be read, or is larger than 1 MiB */
    public static PemFile read(Path path) throws MaterialException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new MaterialException.Malformed(
                        path, "larger than 1 MiB", "a PEM file", "check that the path names the right file", null);
            }
            return new PemFile(path, bytes);
        } catch (NoSuchFileException e) {
            throw new MaterialException.Missing(
                    path,
                    "there is no such file",
                    "a PEM file",
                    "correct the path, or make the file with 'bridgehead pki'",
                    e);
        } catch (AccessDeniedException e) {
            throw new MaterialException.Missing(
                    path,
                    "this process may not read it",
                    "a readable PEM file",
                    "give the user that runs the gateway the right to read it",
                    e);
        } catch (IOException e) {
            throw new MaterialException.Missing(
                    path, "reading failed (" + e + ")", "a readable PEM file", "check the file and its file system", e);
        }
    }

    /**
     * The same for what never was a file.
     *
     * @param shown stands where the path would in messages
     * @throws MaterialException if it is larger than 1 MiB
     */
    public static PemFile of(String shown, String pem) throws MaterialException {
        Path path = Path.of(shown.replace('\0', ' '));
        byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BYTES_MAX) {
            throw new MaterialException.Malformed(path, "larger than 1 MiB", "PEM", "check what it holds", null);
        }
        return new PemFile(path, bytes);
    }

    /** Where the file is. */
    public Path path() {
        return path;
    }

    /** The content as read; a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The certificates in the order of the file; private keys beside them are passed over.
     *
     * @throws MaterialException if there is none, or one is cut off or broken
     */
    public List<X509Certificate> certificates() throws MaterialException {
        List<X509Certificate> found = PlainPem.certificates(bytes);
        if (found.isEmpty()) {
            found = AnyPem.certificates(this);
        }
        if (found.isEmpty() || found.size() > CERTIFICATES_MAX) {
            throw malformed(
                    found.size() + " certificates",
                    "1 to " + CERTIFICATES_MAX + " '-----BEGIN CERTIFICATE-----'",
                    null);
        }
        return List.copyOf(found);
    }

    /**
     * The certificates of the file, all of authorities.
     *
     * @throws MaterialException as {@link #certificates}, or if one is not an authority's
     */
    public List<X509Certificate> authorities() throws MaterialException {
        List<X509Certificate> found = certificates();
        for (X509Certificate anchor : found) {
            if (anchor.getBasicConstraints() < 0) {
                throw new MaterialException.Malformed(
                        path,
                        "'" + anchor.getSubjectX500Principal() + "' is not a certificate authority",
                        "only trust anchors (basic constraints CA:TRUE)",
                        "install the bundle of the trust domain, such as ca.crt",
                        null);
            }
        }
        return found;
    }

    /**
     * The lists of revoked certificates in the file, which may be DER as well, one after the other. Each must be complete: one that only says
     * what has changed since another (RFC 5280, section 5.2.4) is refused.
     *
     * @throws MaterialException if there is none, or one is cut off, broken or not complete
     */
    public List<X509CRL> revocationLists() throws MaterialException {
        List<X509CRL> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            if (isText()) {
                AnyPem.revocationLists(text(), factory, found);
            } else {
                ByteArrayInputStream der = new ByteArrayInputStream(bytes);
                while (der.available() > 0) {
                    found.add((X509CRL) factory.generateCRL(der));
                }
            }
        } catch (IOException | CertificateException | CRLException | RuntimeException e) {
            throw malformed("revocation list " + (found.size() + 1) + " is cut off or broken", "lists of X.509", e);
        }
        if (found.isEmpty() || found.size() > LISTS_MAX) {
            throw malformed(
                    found.size() + " revocation lists", "1 to " + LISTS_MAX + " '-----BEGIN X509 CRL-----'", null);
        }
        for (X509CRL list : found) {
            if (list.getExtensionValue(DELTA_LIST) != null || list.hasUnsupportedCriticalExtension()) {
                throw malformed(
                        "the list of '" + list.getIssuerX500Principal() + "' says only a part (a delta list)",
                        "complete lists",
                        null);
            }
        }
        return List.copyOf(found);
    }

    private boolean isText() {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN ") || bytes.length == 0;
    }

    /**
     * The first private key of the file.
     *
     * @throws MaterialException if there is none, it is encrypted, cut off, or of another kind than EC and RSA
     */
    public PrivateKey privateKey() throws MaterialException {
        PrivateKey plain = PlainPem.privateKey(bytes);
        if (plain != null) {
            return plain;
        }
        return AnyPem.privateKey(this);
    }

    /** A warning about the file's permissions, or null when they are right or the file system has none. */
    public MaterialException.@Nullable Exposed exposure() {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            Set<PosixFilePermission> exposing = EnumSet.copyOf(EXPOSING);
            exposing.retainAll(permissions);
            return exposing.isEmpty()
                    ? null
                    : new MaterialException.Exposed(
                            path,
                            "permissions " + PosixFilePermissions.toString(permissions)
                                    + " let others read or change the private key",
                            "rw------- (0600) or rw-r----- (0640)",
                            "run 'chmod 600 " + path + "'");
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    StringReader text() {
        return new StringReader(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    MaterialException malformed(String found, String expected, @Nullable Throwable cause) {
        return new MaterialException.Malformed(
                path, found, expected, "write the whole file again (to a temporary name, then rename it)", cause);
    }
}

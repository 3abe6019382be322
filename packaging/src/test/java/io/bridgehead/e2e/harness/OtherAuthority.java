package io.bridgehead.e2e.harness;

import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** An authority that knows nothing of SPIFFE, with certificates of whatever names, and of RSA as of elliptic curves. */
public final class OtherAuthority {
    private static final Duration BEFORE = Duration.ofHours(2);
    private static final Duration LIFE = Duration.ofDays(90);
    private static final Duration WORD_HOLDS = Duration.ofHours(2);
    private static final int SERIAL_BITS = 64;
    private static final int RSA_BITS = 2048;

    private final Path folder;
    private final X500Principal name;
    private final KeyPair keys;
    private final SecureRandom random = new SecureRandom();

    private OtherAuthority(Path folder, X500Principal name, KeyPair keys) {
        this.folder = folder;
        this.name = name;
        this.keys = keys;
    }

    /** Makes one with an elliptic key, whose certificate is {@code FILE.crt} in a folder. */
    public static OtherAuthority create(Path folder, String file) {
        return create(folder, file, "EC");
    }

    /** @param algorithm of its key and those of its certificates: EC or RSA */
    public static OtherAuthority create(Path folder, String file, String algorithm) {
        OtherAuthority made = new OtherAuthority(folder, new X500Principal("CN=" + file), pair(algorithm));
        write(made.certificate(file), made.sign(made.name, made.keys, true));
        return made;
    }

    /** Where its own certificate or one that it issued is. */
    public Path certificate(String file) {
        return folder.resolve(file + ".crt");
    }

    /** Issues a certificate, in place of one that may be there. */
    public MaterialFiles.Paths issue(String file, X500Principal subject, GeneralName... names) {
        return issue(pair(keys.getPublic().getAlgorithm()), file, subject, names);
    }

    /** Makes a certificate that says it was issued by this authority, and was not. */
    public MaterialFiles.Paths forge(String file, X500Principal subject) {
        KeyPair own = pair(keys.getPublic().getAlgorithm());
        return new OtherAuthority(folder, name, own).issue(own, file, subject);
    }

    private MaterialFiles.Paths issue(KeyPair own, String file, X500Principal subject, GeneralName... names) {
        Path key = folder.resolve(file + ".key");
        write(certificate(file), sign(subject, own, false, names));
        writePem(key, "PRIVATE KEY", own.getPrivate().getEncoded());
        onlyForItsOwner(key);
        return new MaterialFiles.Paths(certificate(file), key, certificate(file));
    }

    private X509Certificate sign(X500Principal subject, KeyPair of, boolean authority, GeneralName... names) {
        Instant now = Instant.now();
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                    Date.from(now.minus(BEFORE)),
                    Date.from(now.plus(LIFE)),
                    subject,
                    of.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer(keys.getPrivate())));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
        return new JcaContentSignerBuilder(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA")
                .build(key);
    }

    private static KeyPair pair(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("RSA") ? RSA_BITS : 256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the list of certificates that it has revoked. */
    public void revoke(Path list, MaterialFiles.Paths... revoked) {
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v2CRLBuilder(name, Date.from(now));
            builder.setNextUpdate(Date.from(now.plus(LIFE)));
            for (MaterialFiles.Paths one : revoked) {
                X509Certificate leaf =
                        PemFile.read(one.certificate()).certificates().getFirst();
                builder.addCRLEntry(leaf.getSerialNumber(), Date.from(now), CRLReason.keyCompromise);
            }
            writePem(list, "X509 CRL", builder.build(signer(keys.getPrivate())).getEncoded());
        } catch (IOException | MaterialException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Says of anybody's certificate, for two hours, that it is good: an OCSP response. */
    public byte[] staple(Path certificate, Path response) {
        try {
            X509Certificate leaf = PemFile.read(certificate).certificates().getFirst();
            BasicOCSPRespBuilder basic = new JcaBasicOCSPRespBuilder(name);
            CertificateID id = new CertificateID(
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(leaf),
                    leaf.getSerialNumber());
            Instant now = Instant.now();
            basic.addResponse(
                    id, CertificateStatus.GOOD, Date.from(now.minus(BEFORE)), Date.from(now.plus(WORD_HOLDS)));
            byte[] der = new OCSPRespBuilder()
                    .build(OCSPRespBuilder.SUCCESSFUL, basic.build(signer(keys.getPrivate()), null, Date.from(now)))
                    .getEncoded();
            return Files.readAllBytes(Files.write(response, der));
        } catch (IOException
                | MaterialException
                | OCSPException
                | OperatorCreationException
                | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, X509Certificate certificate) {
        try {
            writePem(file, "CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void onlyForItsOwner(Path key) {
        try {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writePem(Path file, String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        try {
            Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

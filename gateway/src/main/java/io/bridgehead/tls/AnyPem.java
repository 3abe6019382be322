package io.bridgehead.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.jspecify.annotations.Nullable;

/** Reads PEM files (RFC 7468) in all forms that {@link PemFile} takes, and says what is wrong with others. {@link PlainPem} is asked first. */
final class AnyPem {
    private AnyPem() {}

    /** The certificates, private keys passed over; may be empty. */
    static List<X509Certificate> certificates(PemFile file) throws MaterialException {
        List<X509Certificate> found = new ArrayList<>();
        try (PemReader reader = new PemReader(file.text())) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            PemObject object;
            while ((object = reader.readPemObject()) != null) {
                if (object.getType().equals("CERTIFICATE")) {
                    found.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(object.getContent())));
                }
            }
        } catch (IOException | CertificateException | RuntimeException e) {
            throw file.malformed("certificate " + (found.size() + 1) + " is cut off or broken", "certificates", e);
        }
        return found;
    }

    /** Adds the lists of revoked certificates one by one, so that a caller knows which one was broken. */
    static void revocationLists(Reader text, CertificateFactory factory, List<X509CRL> found)
            throws IOException, CRLException {
        try (PemReader reader = new PemReader(text)) {
            PemObject object;
            while ((object = reader.readPemObject()) != null) {
                if (object.getType().equals("X509 CRL")) {
                    found.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(object.getContent())));
                }
            }
        }
    }

    /** The first private key. */
    static PrivateKey privateKey(PemFile file) throws MaterialException {
        String expected = "an unencrypted EC or RSA private key (PKCS#8, SEC1 or PKCS#1)";
        try (PEMParser parser = new PEMParser(file.text())) {
            Object object;
            while ((object = parser.readObject()) != null) {
                if (object instanceof PKCS8EncryptedPrivateKeyInfo || object instanceof PEMEncryptedKeyPair) {
                    throw file.malformed("the private key is encrypted", expected, null);
                }
                PrivateKeyInfo info = keyInfo(object);
                if (info != null) {
                    return key(file, info, expected);
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw file.malformed("the private key is cut off or broken", expected, e);
        }
        throw file.malformed("no private key", expected, null);
    }

    private static @Nullable PrivateKeyInfo keyInfo(Object object) {
        return switch (object) {
            case PEMKeyPair pair -> pair.getPrivateKeyInfo();
            case PrivateKeyInfo info -> info;
            default -> null;
        };
    }

    private static PrivateKey key(PemFile file, PrivateKeyInfo info, String expected)
            throws IOException, GeneralSecurityException, MaterialException {
        var algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(info.getEncoded());
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        }
        throw file.malformed("a private key of algorithm " + algorithm, expected, null);
    }
}

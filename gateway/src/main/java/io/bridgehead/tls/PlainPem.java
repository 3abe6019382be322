package io.bridgehead.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The usual PEM files (RFC 7468), read by the JDK alone: certificates, and unencrypted PKCS#8 keys. What is unusual or broken is left to {@link AnyPem},
 * which says what is wrong. Its library comes in signed jars, whose signatures the virtual machine verifies before it loads a
 * class: a seventh of the processor time of a node's start, which nodes with usual files do not spend: {@link PemFile} knows no class of it.
 */
final class PlainPem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (" + CERTIFICATE + "|" + KEY + ")-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");
    private static final String BEGIN = "-----BEGIN ";

    private PlainPem() {}

    private record Block(String label, String base64) {
        /** Throws IllegalArgumentException when it is no Base64. */
        byte[] content() {
            return Base64.getMimeDecoder().decode(base64);
        }
    }

    /** The certificates in their order; empty when there is anything unusual or wrong. */
    static List<X509Certificate> certificates(byte[] bytes) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> found = new ArrayList<>();
            for (Block block : blocks(bytes)) {
                if (block.label().equals(CERTIFICATE)) {
                    found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content())));
                }
            }
            return found;
        } catch (CertificateException | IllegalArgumentException e) {
            return List.of();
        }
    }

    /** The first private key, EC or RSA; null when there is none, or anything unusual or wrong. */
    static @Nullable PrivateKey privateKey(byte[] bytes) {
        for (Block block : blocks(bytes)) {
            if (block.label().equals(KEY)) {
                PrivateKey curve = generate("EC", block);
                return curve == null ? generate("RSA", block) : curve;
            }
        }
        return null;
    }

    /** All blocks; none when one is of another kind, not closed, or of other characters than Base64. */
    private static List<Block> blocks(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        Matcher next = BLOCK.matcher(text);
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            if (!next.region(at, text.length()).lookingAt()) {
                return List.of();
            }
            blocks.add(new Block(next.group(1), next.group(2)));
            at = text.indexOf(BEGIN, next.end());
        }
        return blocks;
    }

    private static @Nullable PrivateKey generate(String algorithm, Block block) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(block.content()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null;
        }
    }
}

package io.bridgehead.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Hashes (SHA-256) that tokens are made of. */
final class Digest {
    private Digest() {}

    /** Of a bundle, whatever the order of its certificates. */
    static byte[] ofBundle(Collection<X509Certificate> bundle) {
        MessageDigest digest = sha256();
        List<byte[]> sorted = bundle.stream()
                .distinct()
                .map(Digest::encoded)
                .sorted(Arrays::compareUnsigned)
                .toList();
        for (byte[] certificate : sorted) {
            digest.update(of(certificate));
        }
        return digest.digest();
    }

    static byte[] of(byte[] bytes) {
        return sha256().digest(bytes);
    }

    static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

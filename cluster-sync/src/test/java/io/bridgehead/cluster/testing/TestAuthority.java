package io.bridgehead.cluster.testing;

import io.bridgehead.cluster.api.MemberTls;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority with P-256 keys that issues SVIDs, and what a member needs of it. */
public final class TestAuthority {
    private static final char[] PASSWORD = "test".toCharArray();
    private static final int URI_NAME = 6;

    private final AtomicLong serial = new AtomicLong(1);
    private final X500Name name = new X500Name("CN=test authority");
    private final KeyPair keys = newKeys();
    private final X509Certificate certificate = issue(name, keys, Optional.empty());

    /** The material of a member with this SPIFFE ID, which trusts this authority. */
    public MemberTls member(String spiffeId) {
        SSLContext context = context(Optional.of(spiffeId), this);
        return tls(() -> context);
    }

    /** Material that can be exchanged while members run. */
    public static MemberTls tls(Supplier<SSLContext> current) {
        return new MemberTls() {
            @Override
            public SSLContext current() {
                return current.get();
            }

            @Override
            public String peerId(List<X509Certificate> chain) throws CertificateException {
                return spiffeId(chain.getFirst());
            }
        };
    }

    /** A context with an SVID of this authority, or without any, that trusts {@code trusted}. */
    public SSLContext context(Optional<String> spiffeId, TestAuthority trusted) {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("authority", trusted.certificate);
            TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(trust);
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (spiffeId.isPresent()) {
                KeyPair pair = newKeys();
                X509Certificate svid = issue(new X500Name("O=test"), pair, spiffeId);
                own.setKeyEntry("svid", pair.getPrivate(), PASSWORD, new X509Certificate[] {svid});
            }
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(own, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String spiffeId(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> alternative : names) {
                if (alternative.getFirst().equals(URI_NAME)
                        && String.valueOf(alternative.get(1)).startsWith("spiffe://td.test/")) {
                    return String.valueOf(alternative.get(1));
                }
            }
        }
        throw new CertificateException("certificate has no SPIFFE ID of td.test; expected one URI name of it");
    }

    private X509Certificate issue(X500Name subject, KeyPair pair, Optional<String> spiffeId) {
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(serial.getAndIncrement()),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofHours(1))),
                subject,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(spiffeId.isEmpty()));
            if (spiffeId.isPresent()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        true,
                        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, spiffeId.get())));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (CertIOException | OperatorCreationException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.bridgehead.tls;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority in memory that makes right certificates and, for the corpus of crafted chains, wrong ones. */
public final class TestAuthority {
    public static final TrustDomain TRUST_DOMAIN = new TrustDomain("acme.example");
    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    public static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private static final AtomicLong SERIALS = new AtomicLong(1);

    private final List<X509Certificate> above;
    private final X509Certificate certificate;
    private final PrivateKey key;

    private TestAuthority(List<X509Certificate> above, X509Certificate certificate, PrivateKey key) {
        this.above = above;
        this.certificate = certificate;
        this.key = key;
    }

    public static TestAuthority root(String name) {
        KeyPair keys = keys("EC", "secp256r1");
        return new TestAuthority(List.of(), authority(name, name, keys, keys.getPrivate()), keys.getPrivate());
    }

    public TestAuthority intermediate(String name) {
        KeyPair keys = keys("EC", "secp256r1");
        X509Certificate made = authority(
                certificate
                        .getSubjectX500Principal()
                        .getName(X500Principal.RFC2253)
                        .substring(3),
                name,
                keys,
                key);
        List<X509Certificate> path = new ArrayList<>(List.of(made));
        path.addAll(above);
        return new TestAuthority(path, made, keys.getPrivate());
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The certificate of an authority whose key is of a kind that no JWK with a certificate holds. */
    public X509Certificate withEdwardsKey(String name) {
        try {
            KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return authority(name, name, keys, key);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A list of what this authority has revoked. */
    public X509CRL revocations(List<X509Certificate> revoked) {
        return revocations(revoked, NOW);
    }

    /** The same as of another time. */
    public X509CRL revocations(List<X509Certificate> revoked, Instant at) {
        try {
            var builder = new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), Date.from(at));
            revoked.forEach(one -> builder.addCRLEntry(one.getSerialNumber(), Date.from(NOW), CRLReason.unspecified));
            return new JcaX509CRLConverter()
                    .getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public SvidValidator validator() {
        return new SvidValidator(TRUST_DOMAIN, List.of(certificate), CLOCK);
    }

    public static SpiffeId gateway(String site, String node) {
        return SpiffeId.gateway(TRUST_DOMAIN, new SiteName(site), new NodeName(node));
    }

    public KeyMaterial material(SpiffeId id) {
        return material(Svid.of(id.toString()), keys("EC", "secp256r1"), List.of(rootOf()));
    }

    public KeyMaterial material(Svid svid, KeyPair keys, List<X509Certificate> bundle) {
        try {
            return KeyMaterial.of(chain(svid, keys), keys.getPrivate(), bundle);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public List<X509Certificate> chain(Svid svid) {
        return chain(svid, keys("EC", "secp256r1"));
    }

    List<X509Certificate> chain(Svid svid, KeyPair keys) {
        List<X509Certificate> chain = new ArrayList<>(List.of(leaf(svid, keys)));
        chain.addAll(above);
        return chain;
    }

    /** A key pair of the usual kind. */
    public static KeyPair ecKeys() {
        return keys("EC", "secp256r1");
    }

    static KeyPair keys(String algorithm, String curveOrBits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec(curveOrBits));
            } else {
                generator.initialize(Integer.parseInt(curveOrBits));
            }
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private X509Certificate rootOf() {
        return above.isEmpty() ? certificate : above.getLast();
    }

    private X509Certificate leaf(Svid svid, KeyPair keys) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    certificate.getSubjectX500Principal(),
                    BigInteger.valueOf(SERIALS.incrementAndGet()),
                    Date.from(svid.notBefore()),
                    Date.from(svid.notAfter()),
                    new X500Principal("CN=leaf"),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(svid.authority()));
            if (svid.keyUsage() != 0) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(svid.keyUsage()));
            }
            if (!svid.extendedKeyUsage().isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(svid.extendedKeyUsage().toArray(KeyPurposeId[]::new)));
            }
            if (!svid.names().isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(svid.names().toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate authority(String issuer, String name, KeyPair keys, PrivateKey signer) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal(issuer.startsWith("CN=") ? issuer : "CN=" + issuer),
                    BigInteger.valueOf(SERIALS.incrementAndGet()),
                    Date.from(NOW.minus(Duration.ofDays(1))),
                    Date.from(NOW.plus(Duration.ofDays(3650))),
                    new X500Principal("CN=" + name),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What a leaf says; right unless changed. */
    public record Svid(
            List<GeneralName> names,
            int keyUsage,
            List<KeyPurposeId> extendedKeyUsage,
            boolean authority,
            Instant notBefore,
            Instant notAfter) {
        public static Svid of(String... uris) {
            List<GeneralName> names = new ArrayList<>();
            for (String uri : uris) {
                names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
            }
            return new Svid(
                    names,
                    KeyUsage.digitalSignature,
                    List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth),
                    false,
                    NOW.minus(Duration.ofHours(1)),
                    NOW.plus(Duration.ofDays(3000)));
        }

        public Svid withDns(String dns) {
            return with(new GeneralName(GeneralName.dNSName, dns));
        }

        public Svid with(GeneralName name) {
            List<GeneralName> more = new ArrayList<>(names);
            more.add(name);
            return new Svid(more, keyUsage, extendedKeyUsage, authority, notBefore, notAfter);
        }

        public Svid withKeyUsage(int bits) {
            return new Svid(names, bits, extendedKeyUsage, authority, notBefore, notAfter);
        }

        public Svid withExtendedKeyUsage(KeyPurposeId... purposes) {
            return new Svid(names, keyUsage, List.of(purposes), authority, notBefore, notAfter);
        }

        public Svid asAuthority() {
            return new Svid(names, keyUsage, extendedKeyUsage, true, notBefore, notAfter);
        }

        public Svid valid(Instant from, Instant until) {
            return new Svid(names, keyUsage, extendedKeyUsage, authority, from, until);
        }
    }
}

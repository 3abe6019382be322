package io.bridgehead.tls;

import static io.bridgehead.tls.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A corpus of crafted paths: what stands between a right leaf and the root, and what a leaf drags along. */
final class CraftedPathTest {
    private static final String GOOD = "spiffe://acme.example/site/aws-use1/gateway/n1";
    private static final int LEAF = -2;
    private static final int NO_AUTHORITY = -1;
    private static final int CERTIFY = KeyUsage.keyCertSign | KeyUsage.cRLSign;
    private static final AtomicLong SERIALS = new AtomicLong(1000);
    private static final KeyPair ROOT_KEYS = TestAuthority.ecKeys();
    private static final X509Certificate ROOT =
            new Made("root").authority(9).by("root", ROOT_KEYS, ROOT_KEYS.getPublic());

    /** A certificate to be made; right for an intermediate unless changed. */
    private record Made(
            String name,
            int pathLength,
            int usage,
            Instant end,
            @Nullable NameConstraints constraints,
            int ballast,
            String algorithm) {
        Made(String name) {
            this(name, 9, CERTIFY, NOW.plus(Duration.ofDays(100)), null, 0, "SHA256withECDSA");
        }

        Made authority(int length) {
            return new Made(name, length, usage, end, constraints, ballast, algorithm);
        }

        Made usage(int bits) {
            return new Made(name, pathLength, bits, end, constraints, ballast, algorithm);
        }

        Made until(Instant then) {
            return new Made(name, pathLength, usage, then, constraints, ballast, algorithm);
        }

        Made within(NameConstraints names) {
            return new Made(name, pathLength, usage, end, names, ballast, algorithm);
        }

        Made ballast(int bytes) {
            return new Made(name, pathLength, usage, end, constraints, bytes, algorithm);
        }

        Made signedWith(String other) {
            return new Made(name, pathLength, usage, end, constraints, ballast, other);
        }

        X509Certificate by(String issuer, KeyPair issuerKeys, PublicKey key) {
            return by(issuer, issuerKeys.getPrivate(), key);
        }

        X509Certificate by(String issuer, PrivateKey issuerKey, PublicKey key) {
            try {
                var builder = new JcaX509v3CertificateBuilder(
                        new X500Principal("CN=" + issuer),
                        BigInteger.valueOf(SERIALS.incrementAndGet()),
                        Date.from(NOW.minus(Duration.ofDays(1))),
                        Date.from(end),
                        new X500Principal("CN=" + name),
                        key);
                boolean leaf = pathLength == LEAF;
                builder.addExtension(
                        Extension.basicConstraints,
                        true,
                        pathLength < 0 ? new BasicConstraints(false) : new BasicConstraints(pathLength));
                if (usage != 0) {
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
                }
                if (leaf) {
                    GeneralName uri = new GeneralName(GeneralName.uniformResourceIdentifier, GOOD);
                    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(uri));
                }
                if (constraints != null) {
                    builder.addExtension(Extension.nameConstraints, true, constraints);
                }
                if (ballast != 0) {
                    builder.addExtension(
                            new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"),
                            ballast < 0,
                            new DEROctetString(new byte[Math.abs(ballast)]));
                }
                return new JcaX509CertificateConverter()
                        .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(issuerKey)));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Made leaf() {
        return new Made("leaf").authority(LEAF).usage(KeyUsage.digitalSignature);
    }

    /** A chain of the leaf and these, the one next to the root last. */
    private static List<X509Certificate> chain(Made leaf, Made... between) {
        List<X509Certificate> chain = new ArrayList<>();
        String issuer = "root";
        KeyPair keys = ROOT_KEYS;
        for (int i = between.length - 1; i >= 0; i--) {
            KeyPair next = TestAuthority.ecKeys();
            chain.addFirst(between[i].by(issuer, keys, next.getPublic()));
            issuer = between[i].name();
            keys = next;
        }
        chain.addFirst(leaf.by(issuer, keys, TestAuthority.ecKeys().getPublic()));
        return chain;
    }

    private static NameConstraints uris(boolean permitted, String host) {
        GeneralSubtree[] tree = {new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host))};
        return permitted ? new NameConstraints(tree, null) : new NameConstraints(null, tree);
    }

    /** A chain and whether it is good. */
    record Crafted(String what, List<X509Certificate> chain, boolean good) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Made[] line(int length) {
        Made[] line = new Made[length];
        for (int i = 0; i < length; i++) {
            line[i] = new Made("step " + i);
        }
        return line;
    }

    static Stream<Crafted> corpus() {
        Made between = new Made("between");
        return Stream.of(
                new Crafted("an intermediate", chain(leaf(), between), true),
                new Crafted(
                        "an intermediate that is no authority", chain(leaf(), between.authority(NO_AUTHORITY)), false),
                new Crafted("an intermediate that is a leaf", chain(leaf(), leaf()), false),
                new Crafted(
                        "an intermediate that may not certify",
                        chain(leaf(), between.usage(KeyUsage.digitalSignature | KeyUsage.cRLSign)),
                        false),
                new Crafted(
                        "an intermediate that has ended",
                        chain(leaf(), between.until(NOW.minus(Duration.ofHours(1)))),
                        false),
                new Crafted("a path length that is kept", chain(leaf(), between.authority(0)), true),
                new Crafted(
                        "a path length that is exceeded",
                        chain(leaf(), between, new Made("above").authority(0)),
                        false),
                new Crafted(
                        "a permitted trust domain", chain(leaf(), between.within(uris(true, "acme.example"))), true),
                new Crafted(
                        "another permitted trust domain",
                        chain(leaf(), between.within(uris(true, "other.example"))),
                        false),
                new Crafted(
                        "an excluded trust domain", chain(leaf(), between.within(uris(false, "acme.example"))), false),
                new Crafted(
                        "an excluded other trust domain",
                        chain(leaf(), between.within(uris(false, "other.example"))),
                        true),
                new Crafted("seven certificates and the root above", chain(leaf(), line(7)), true),
                new Crafted("nine certificates", chain(leaf(), line(8)), false),
                new Crafted("a long extension that nobody knows", chain(leaf().ballast(20_000)), true),
                new Crafted("a critical extension that nobody knows", chain(leaf().ballast(-16)), false),
                new Crafted("a critical one in an intermediate", chain(leaf(), between.ballast(-16)), false),
                new Crafted("a leaf signed with SHA-1", chain(leaf().signedWith("SHA1withECDSA")), false),
                new Crafted(
                        "a key of 1024 bits",
                        List.of(leaf().by(
                                        "root",
                                        ROOT_KEYS,
                                        TestAuthority.keys("RSA", "1024").getPublic())),
                        false),
                new Crafted(
                        "a path whose parts are swapped", chain(leaf(), line(2)).reversed(), false),
                new Crafted("the same certificate twice", twice(chain(leaf(), between)), false));
    }

    private static List<X509Certificate> twice(List<X509Certificate> chain) {
        List<X509Certificate> more = new ArrayList<>(chain);
        more.add(chain.getLast());
        return more;
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void aPathIsJudged(Crafted crafted) throws Exception {
        SvidValidator validator = new SvidValidator(TestAuthority.TRUST_DOMAIN, List.of(ROOT), TestAuthority.CLOCK);
        if (crafted.good()) {
            assertThat(validator.validate(crafted.chain())).hasToString(GOOD);
        } else {
            assertThatThrownBy(() -> validator.validate(crafted.chain()))
                    .isInstanceOf(CertificateException.class)
                    .hasMessageContaining("expected");
        }
    }
}

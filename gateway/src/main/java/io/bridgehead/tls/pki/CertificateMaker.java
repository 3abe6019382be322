package io.bridgehead.tls.pki;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.Revocations;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes P-256 keys and the certificates of a trust domain: its root, and X.509-SVIDs under it. */
final class CertificateMaker {
    /** Certificates begin this much earlier, for machines whose clocks are behind. */
    static final Duration SKEW = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 127;

    private final Clock clock;
    private final SecureRandom random;

    CertificateMaker(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    X509Certificate root(TrustDomain trustDomain, KeyPair keys, Duration lifetime) throws GeneralSecurityException {
        X500Principal name = new X500Principal("O=Bridgehead, CN=Authority of " + trustDomain);
        Instant now = clock.instant();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, serial(), Date.from(now.minus(SKEW)), Date.from(now.plus(lifetime)), name, keys.getPublic());
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(Extension.subjectAlternativeName, false, names("spiffe://" + trustDomain, List.of()));
        } catch (CertIOException e) {
            throw new CertificateException("root of " + trustDomain + ": " + e.getMessage(), e);
        }
        return sign(builder, keys.getPrivate());
    }

    /** An authority below the root that makes leaves only. */
    X509Certificate intermediate(
            TrustDomain trustDomain, PublicKey key, Duration lifetime, X509Certificate issuer, PrivateKey issuerKey)
            throws GeneralSecurityException {
        Instant now = clock.instant();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer.getSubjectX500Principal(),
                serial(),
                Date.from(now.minus(skew(lifetime))),
                end(now, lifetime, issuer),
                new X500Principal("O=Bridgehead, CN=Issuer of " + trustDomain + " since " + now.getEpochSecond()),
                key);
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuer));
            builder.addExtension(Extension.subjectAlternativeName, false, names("spiffe://" + trustDomain, List.of()));
        } catch (CertIOException e) {
            throw new CertificateException("intermediate of " + trustDomain + ": " + e.getMessage(), e);
        }
        return sign(builder, issuerKey);
    }

    /** Certificates that live for seconds begin a part of that earlier, so that half of their time is still to come. */
    private static Duration skew(Duration lifetime) {
        Duration tenth = lifetime.dividedBy(10);
        return tenth.compareTo(SKEW) < 0 ? tenth : SKEW;
    }

    private static Date end(Instant now, Duration lifetime, X509Certificate issuer) {
        Instant end = now.plus(lifetime);
        Instant issuerEnd = issuer.getNotAfter().toInstant();
        return Date.from(end.isAfter(issuerEnd) ? issuerEnd : end);
    }

    X509Certificate leaf(Leaf leaf, X509Certificate issuer, PrivateKey issuerKey) throws GeneralSecurityException {
        Instant now = clock.instant();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer.getSubjectX500Principal(),
                serial(),
                Date.from(now.minus(skew(leaf.lifetime()))),
                end(now, leaf.lifetime(), issuer),
                new X500Principal("O=Bridgehead, CN=" + lastSegment(leaf.id())),
                leaf.key());
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuer));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, names(leaf.id().toString(), leaf.dnsNames()));
        } catch (CertIOException e) {
            throw new CertificateException(leaf.id() + ": " + e.getMessage(), e);
        }
        return sign(builder, issuerKey);
    }

    /**
     * What a list of revoked certificates is to say.
     *
     * @param number above those of all lists before
     */
    record Revoked(Set<BigInteger> serials, BigInteger number, Instant thisUpdate, Instant nextUpdate) {
        /**
         * What follows lists of the same signer: numbered after all of them, whatever the clock said when they were made, and dated not before those
         * without a number, since nodes take no list that is older than theirs.
         */
        static Revoked after(List<X509CRL> before, Set<BigInteger> serials, Instant now, Duration lifetime) {
            BigInteger number = BigInteger.valueOf(now.toEpochMilli());
            Instant dated = now;
            for (X509CRL old : before) {
                BigInteger last = Revocations.number(old);
                Instant date = old.getThisUpdate().toInstant();
                if (last != null) {
                    number = number.max(last.add(BigInteger.ONE));
                } else if (date.isAfter(dated)) {
                    dated = date;
                }
            }
            return new Revoked(serials, number, dated, dated.plus(lifetime));
        }
    }

    /** The list of what an authority has revoked (RFC 5280, section 5). */
    X509CRL revocations(Revoked list, X509Certificate issuer, PrivateKey issuerKey) throws GeneralSecurityException {
        Instant now = clock.instant();
        JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(issuer, Date.from(list.thisUpdate()));
        builder.setNextUpdate(Date.from(list.nextUpdate()));
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(issuer.getPublicKey()));
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(list.number()));
            for (BigInteger serial : list.serials()) {
                builder.addCRLEntry(serial, Date.from(now), CRLReason.unspecified);
            }
            return new JcaX509CRLConverter()
                    .getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey)));
        } catch (CertIOException | OperatorCreationException e) {
            throw new GeneralSecurityException("signing the revocation list failed: " + e.getMessage(), e);
        }
    }

    /** What an X.509-SVID is to say. */
    record Leaf(SpiffeId id, List<String> dnsNames, PublicKey key, Duration lifetime) {}

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("signing the certificate failed: " + e.getMessage(), e);
        }
    }

    private static GeneralNames names(String uri, List<String> dnsNames) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
        dnsNames.forEach(dns -> names.add(new GeneralName(GeneralName.dNSName, dns)));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private BigInteger serial() {
        return new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    }

    private static String lastSegment(SpiffeId id) {
        return id.path().substring(id.path().lastIndexOf('/') + 1);
    }
}

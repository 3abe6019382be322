package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.sync.GoldenBytes;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.PeerKeys;
import io.bridgehead.tls.TestAuthority;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OriginVerifierTest {
    private static final SiteName HERE = new SiteName("here");
    private static final SpiffeId PEER = TestAuthority.gateway("there", "b");
    private static final SpiffeId OTHER = TestAuthority.gateway("there", "c");
    private static final SpiffeId CALLER = SpiffeId.parse("spiffe://acme.example/team/shop");
    private static final long NOW = 1_800_000_000;

    private final OriginVerifier verifier = new OriginVerifier(HERE, SpeaksFor.OWN_AND_SITELESS);

    private static OriginStatement statement() {
        return TestOrigins.statement(PEER, CALLER, "orders", HERE, NOW);
    }

    private OriginVerdict judge(byte[] text, PeerKeys keys) {
        return verifier.judge(text, PEER, keys, NOW, (statement, key) -> true);
    }

    private OriginVerdict judge(String text) {
        return judge(text.getBytes(StandardCharsets.ISO_8859_1), TestOrigins.keys(PEER));
    }

    private OriginVerdict judge(OriginStatement statement) {
        return judge(TestOrigins.signed(statement), TestOrigins.keys(PEER));
    }

    private static void refused(OriginVerdict verdict, OriginFault fault) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        OriginVerdict.Refused.class,
                        refused ->
                                assertThat(refused.fault()).as(refused.detail()).isEqualTo(fault));
    }

    private static OriginStatement timed(long issued, long expires) {
        return new OriginStatement(PEER, CALLER, "certificate", "orders", HERE, "7", issued, expires);
    }

    @Test
    void whatTheIssuerSaysIsRead() {
        assertThat(judge(statement())).isEqualTo(new OriginVerdict.Good(statement()));
    }

    /** A signature differs each time, so a statement of an earlier node is read, and none is written. */
    @Test
    void aStatementOfAnEarlierNodeIsGood() throws Exception {
        Bytes leaf = GoldenBytes.stored(
                "origin-statement-1-leaf.hex",
                () -> encoded(TestOrigins.material(PEER).leaf()));
        Bytes text = GoldenBytes.stored("origin-statement-1.hex", () -> Bytes.wrap(TestOrigins.signed(statement())));
        PeerKeys keys = new PeerKeys(TestOrigins.TRUSTED);
        keys.add(
                List.of((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(leaf.toArray()))),
                0);
        assertThat(judge(text.toArray(), keys)).isEqualTo(new OriginVerdict.Good(statement()));
        SignedJWT earlier = SignedJWT.parse(text.toUtf8());
        SignedJWT today = SignedJWT.parse(TestOrigins.text(TestOrigins.signed(statement())));
        assertThat(today.getPayload().toString()).isEqualTo(earlier.getPayload().toString());
        assertThat(today.getHeader().toJSONObject().keySet())
                .isEqualTo(earlier.getHeader().toJSONObject().keySet());
        assertThat(today.getHeader().getType()).isEqualTo(earlier.getHeader().getType());
    }

    private static Bytes encoded(X509Certificate certificate) {
        try {
            return Bytes.wrap(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"EC,secp256r1,ES256", "EC,secp384r1,ES384", "RSA,2048,PS256"})
    void theKeyDecidesOnTheAlgorithm(String kind, String size, String algorithm) throws Exception {
        KeyMaterial material = material(kind, size);
        byte[] text = new OriginSigner(material).sign(statement());
        PeerKeys keys = new PeerKeys(TestOrigins.TRUSTED);
        keys.add(material.chain(), 0);
        assertThat(SignedJWT.parse(TestOrigins.text(text)).getHeader().getAlgorithm())
                .hasToString(algorithm);
        assertThat(judge(text, keys)).isInstanceOf(OriginVerdict.Good.class);
    }

    private static KeyMaterial material(String kind, String size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        if (kind.equals("EC")) {
            generator.initialize(new ECGenParameterSpec(size));
        } else {
            generator.initialize(Integer.parseInt(size));
        }
        KeyPair pair = generator.generateKeyPair();
        TestAuthority authority = TestAuthority.root("kinds");
        return authority.material(TestAuthority.Svid.of(PEER.toString()), pair, List.of(authority.certificate()));
    }

    @Test
    void anotherKeysSignatureUnderThePeersNameIsForged() throws Exception {
        KeyMaterial own = TestOrigins.material(PEER);
        PublicKey claimed = own.leaf().getPublicKey();
        SignedJWT forged = new SignedJWT(
                header(JWSAlgorithm.ES256, PeerKeys.id(claimed)), statement().claims());
        forged.sign(new ECDSASigner(TestOrigins.material(OTHER).key(), Curve.P_256));
        refused(judge(forged.serialize()), OriginFault.SIGNATURE);
    }

    @Test
    void aChangedClaimIsForged() {
        String[] parts = TestOrigins.text(TestOrigins.signed(statement())).split("\\.", -1);
        String changed = new Base64URL(parts[1]).decodeToString().replace("team/shop", "team/root");
        refused(judge(parts[0] + "." + Base64URL.encode(changed) + "." + parts[2]), OriginFault.SIGNATURE);
        refused(judge(parts[0] + "." + parts[1] + "."), OriginFault.MALFORMED);
        refused(judge(parts[0] + "." + parts[1] + "." + "A".repeat(86)), OriginFault.SIGNATURE);
    }

    @Test
    void whatAnotherNodeSignedIsNotTakenOverThisTunnel() {
        OriginStatement others = TestOrigins.statement(OTHER, CALLER, "orders", HERE, NOW);
        refused(judge(others), OriginFault.KEY_UNKNOWN);
        PeerKeys keys = TestOrigins.keys(PEER);
        keys.add(TestOrigins.material(OTHER).chain(), 0);
        refused(judge(TestOrigins.signed(others), keys), OriginFault.ISSUER);
    }

    @Test
    void aStatementForAnotherSiteIsNotTaken() {
        refused(
                judge(TestOrigins.statement(PEER, CALLER, "orders", new SiteName("yonder"), NOW)),
                OriginFault.AUDIENCE);
    }

    @Test
    void timeIsJudgedWithLeeway() {
        assertThat(judge(timed(NOW - 90, NOW - 30))).isInstanceOf(OriginVerdict.Good.class);
        refused(judge(timed(NOW - 91, NOW - 31)), OriginFault.EXPIRED);
        assertThat(judge(timed(NOW + 30, NOW + 60))).isInstanceOf(OriginVerdict.Good.class);
        refused(judge(timed(NOW + 31, NOW + 60)), OriginFault.NOT_YET);
        refused(judge(timed(NOW, NOW + 61)), OriginFault.LIFETIME);
        refused(judge(timed(NOW, NOW)), OriginFault.LIFETIME);
        refused(judge(timed(NOW, NOW - 20)), OriginFault.LIFETIME);
    }

    @Test
    void aSiteDoesNotSpeakForAnother() {
        SpiffeId elsewhere = SpiffeId.parse("spiffe://acme.example/site/elsewhere/app");
        refused(judge(TestOrigins.statement(PEER, elsewhere, "orders", HERE, NOW)), OriginFault.CALLER);
        SpiffeId own = SpiffeId.parse("spiffe://acme.example/site/there/app");
        assertThat(judge(TestOrigins.statement(PEER, own, "orders", HERE, NOW))).isInstanceOf(OriginVerdict.Good.class);
    }

    private static JWSHeader header(JWSAlgorithm algorithm, String key) {
        return new JWSHeader.Builder(algorithm)
                .type(OriginSigner.TYPE)
                .keyID(key)
                .build();
    }

    private static String id() {
        return PeerKeys.id(TestOrigins.material(PEER).leaf().getPublicKey());
    }

    @Test
    void noAlgorithmButTheKeysIsTaken() throws Exception {
        JWTClaimsSet claims = statement().claims();
        refused(judge(new PlainJWT(new PlainHeader.Builder().build(), claims).serialize()), OriginFault.ALGORITHM);
        byte[] publicKey = TestOrigins.material(PEER).leaf().getPublicKey().getEncoded();
        refused(
                judge(signed(header(JWSAlgorithm.HS256, id()), claims, new MACSigner(publicKey))),
                OriginFault.ALGORITHM);
        KeyMaterial rsa = material("RSA", "2048");
        for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS384, JWSAlgorithm.PS256)) {
            String text = signed(header(algorithm, id()), claims, new RSASSASigner(rsa.key()));
            refused(judge(text), OriginFault.ALGORITHM);
        }
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) throws Exception {
        SignedJWT signed = new SignedJWT(header, claims);
        signed.sign(signer);
        return signed.serialize();
    }

    private static JWSSigner own() throws Exception {
        return new ECDSASigner(TestOrigins.material(PEER).key(), Curve.P_256);
    }

    @Test
    void aHeaderThatSaysMoreOrElseIsNotTaken() throws Exception {
        JWTClaimsSet claims = statement().claims();
        JWSHeader.Builder builder = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(id());
        refused(judge(signed(builder.build(), claims, own())), OriginFault.MALFORMED);
        refused(judge(signed(builder.type(JOSEObjectType.JWT).build(), claims, own())), OriginFault.MALFORMED);
        refused(
                judge(signed(
                        builder.type(OriginSigner.TYPE)
                                .jwkURL(new java.net.URI("https://evil.example/"))
                                .build(),
                        claims,
                        own())),
                OriginFault.MALFORMED);
    }

    @Test
    void claimsAreThoseOfAStatementAndNoOthers() throws Exception {
        JWTClaimsSet more = new JWTClaimsSet.Builder(statement().claims())
                .claim("adm", true)
                .build();
        refused(judge(signed(header(JWSAlgorithm.ES256, id()), more, own())), OriginFault.MALFORMED);
        JWTClaimsSet less = new JWTClaimsSet.Builder(statement().claims())
                .expirationTime(null)
                .build();
        refused(judge(signed(header(JWSAlgorithm.ES256, id()), less, own())), OriginFault.MALFORMED);
        JWTClaimsSet two = new JWTClaimsSet.Builder(statement().claims())
                .audience(List.of("orders@here", "orders@there"))
                .build();
        refused(judge(signed(header(JWSAlgorithm.ES256, id()), two, own())), OriginFault.MALFORMED);
        JWTClaimsSet odd =
                new JWTClaimsSet.Builder(statement().claims()).subject("nobody").build();
        refused(judge(signed(header(JWSAlgorithm.ES256, id()), odd, own())), OriginFault.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "a.b", "a.b.c", "a.b.c.d", "e30.e30.e30", "bm9u\u00e9.e30.e30", "e30=.e30.AA"})
    void whatIsNoJwsIsNotTaken(String text) {
        assertThat(judge(text)).isInstanceOf(OriginVerdict.Refused.class);
    }

    @Test
    void aLongTextIsNotRead() {
        refused(judge("a".repeat(OriginVerifier.BYTES_MAX + 1)), OriginFault.TOO_LARGE);
    }
}

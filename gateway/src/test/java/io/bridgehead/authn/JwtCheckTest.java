package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.bridgehead.authn.JwtRules.ClaimField;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.IdentityTemplate;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JwtCheckTest {
    private static final TrustDomain HOME = new TrustDomain("corp.example");
    private static final JwtPlace BEARER = new JwtPlace.Field(HeaderName.of("authorization"), "Bearer ");
    private static final long NOW = 1_800_000_000_000L;
    private static final long SECONDS = NOW / 1000;

    private final TestIssuer issuer = new TestIssuer();

    static JwtRules rules(String identity, Set<String> algorithms, ClaimField... claims) {
        return new JwtRules(
                "login",
                TestIssuer.ISSUER,
                null,
                Set.of("shop", "other"),
                algorithms,
                30_000,
                identity.isEmpty() ? null : IdentityTemplate.parse(identity, HOME),
                List.of(BEARER),
                List.of(claims),
                false);
    }

    static JwtIssuer live(JwtRules rules, byte[] jwks) {
        JwksFeed feed = new JwksFeed(
                "login",
                "test",
                60_000,
                () -> CompletableFuture.completedFuture(jwks),
                JwksKeys::parse,
                JwtObserver.silent());
        feed.tick(NOW);
        return new JwtIssuer(rules, feed);
    }

    private JwtVerdict judge(String token) {
        return judge(token, rules("spiffe://corp.example/user/{sub}", Set.of("ES256", "RS256", "PS256")));
    }

    private JwtVerdict judge(String token, JwtRules rules) {
        return JwtCheck.judge(token, List.of(live(rules, issuer.jwks())), NOW);
    }

    private @Nullable JwtFault fault(String token) {
        return fault(judge(token));
    }

    private static @Nullable JwtFault fault(JwtVerdict verdict) {
        return verdict instanceof JwtVerdict.Refused refused ? refused.fault() : null;
    }

    private JwtVerdict.Accepted good(JwtVerdict verdict) {
        assertThat(verdict).isInstanceOf(JwtVerdict.Accepted.class);
        return (JwtVerdict.Accepted) verdict;
    }

    private static String claims(String more) {
        return TestIssuer.claims("ada", NOW, more);
    }

    @Test
    void aGoodTokenNamesItsBearer() {
        JwtVerdict.Accepted accepted = good(judge(issuer.sign(claims(",\"azp\":\"app\""))));
        assertThat(String.valueOf(accepted.identity())).isEqualTo("spiffe://corp.example/user/ada");
        assertThat(accepted.claims().principal()).isEqualTo("https://login.example/ada");
        assertThat(accepted.claims().presenter()).containsExactly("app");
        assertThat(accepted.notAfterMillis()).isEqualTo(NOW + 3_630_000);
    }

    @Test
    void theWholeSubjectMayBeASpiffeIdOfTheOwnTrustDomain() {
        JwtRules svid = rules("{sub}", Set.of("ES256"));
        String own = TestIssuer.claims("spiffe://corp.example/ns/shop/sa/cart", NOW, "");
        assertThat(String.valueOf(good(judge(issuer.sign(own), svid)).identity()))
                .isEqualTo("spiffe://corp.example/ns/shop/sa/cart");
        for (String other : List.of(
                "spiffe://other.example/ns/shop",
                "spiffe://corp.example/site/aws/gateway/a",
                "spiffe://corp.example/operator/root",
                "ada")) {
            assertThat(fault(judge(issuer.sign(TestIssuer.claims(other, NOW, "")), svid)))
                    .as(other)
                    .isEqualTo(JwtFault.CLAIM);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "../operator/root", "..", ".", "", "a b", "ä", "a%2fb", "a\\u0000b", "x?y"})
    void aSubjectThatIsNoSegmentIsRefusedAndNotRewritten(String subject) {
        assertThat(fault(issuer.sign(TestIssuer.claims(subject, NOW, "")))).isEqualTo(JwtFault.CLAIM);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exp in time, with leeway | 'exp':-29 |",
                "expired | 'exp':-31 | EXPIRED",
                "exp as text | 'exp':'soon' | MALFORMED",
                "exp null | 'exp':null | MALFORMED",
                "exp beyond all time | 'exp':1e300 | MALFORMED",
                "not yet, with leeway | 'nbf':29 |",
                "not yet | 'nbf':31 | NOT_YET",
                "issued in the future | 'iat':31 | NOT_YET",
                "issued just now | 'iat':5 |",
                "nbf as list | 'nbf':[1] | MALFORMED",
            })
    void timesAreJudgedWithLeeway(String what, String claim, @Nullable String expected) {
        String json = claim.replace('\'', '"');
        int colon = json.indexOf(':');
        String value = json.substring(colon + 1).strip();
        String shifted = value.matches("-?\\d+") ? String.valueOf(SECONDS + Long.parseLong(value)) : value;
        String payload = "{\"iss\":\"" + TestIssuer.ISSUER + "\",\"sub\":\"ada\",\"aud\":[\"x\",\"shop\"],"
                + json.substring(0, colon + 1) + shifted
                + (json.contains("exp") ? "}" : ",\"exp\":" + (SECONDS + 60) + "}");
        assertThat(fault(issuer.sign(payload)))
                .as(what)
                .isEqualTo(expected == null ? null : JwtFault.valueOf(expected));
    }

    @Test
    void aTokenWithoutExpiryIsRefused() {
        String payload = "{\"iss\":\"" + TestIssuer.ISSUER + "\",\"sub\":\"ada\",\"aud\":\"shop\"}";
        assertThat(fault(issuer.sign(payload))).isEqualTo(JwtFault.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"shop\"',",
        "'[\"a\",\"other\"]',",
        "'\"somebody\"',AUDIENCE",
        "'[]',AUDIENCE",
        "'[1]',MALFORMED",
        "'null',AUDIENCE"
    })
    void theAudienceIsATextOrAList(String audience, @Nullable String expected) {
        String payload = claims("").replace("\"aud\":\"shop\"", "\"aud\":" + audience);
        assertThat(fault(issuer.sign(payload))).isEqualTo(expected == null ? null : JwtFault.valueOf(expected));
    }

    @Test
    void anotherIssuerAndNoneAreRefused() {
        assertThat(fault(issuer.sign(claims("").replace("login.example", "login.example/"))))
                .isEqualTo(JwtFault.ISSUER);
        assertThat(fault(issuer.sign("{\"sub\":\"ada\"}"))).isEqualTo(JwtFault.ISSUER);
    }

    @Test
    void algorithmsWithASharedSecretAreNeverTaken() throws Exception {
        RSAKey rsa = TestIssuer.rsa("r", 2048);
        issuer.rotate(rsa);
        // the public key as the secret of an HMAC, which verifiers that trust 'alg' would take
        byte[] secret = rsa.toRSAPublicKey().getEncoded();
        com.nimbusds.jose.JWSObject forged = new com.nimbusds.jose.JWSObject(
                com.nimbusds.jose.JWSHeader.parse("{\"alg\":\"HS256\",\"kid\":\"r\"}"),
                new com.nimbusds.jose.Payload(claims("")));
        forged.sign(new MACSigner(secret));
        assertThat(fault(forged.serialize())).isEqualTo(JwtFault.ALGORITHM);
        String unsigned = part("{\"alg\":\"none\"}") + "." + part(claims("")) + ".";
        assertThat(fault(unsigned)).isEqualTo(JwtFault.MALFORMED);
    }

    @Test
    void anAlgorithmThatIsNotListedIsRefusedThoughItsKeyIsThere() {
        RSAKey rsa = TestIssuer.rsa("r", 2048);
        issuer.rotate(rsa);
        JwtRules narrow = rules("", Set.of("ES256"));
        assertThat(fault(judge(issuer.sign(claims("")), narrow))).isEqualTo(JwtFault.ALGORITHM);
        String pss = TestIssuer.sign(rsa, "{\"alg\":\"PS256\",\"kid\":\"r\"}", claims(""));
        assertThat(judge(pss)).isInstanceOf(JwtVerdict.Accepted.class);
    }

    @Test
    void aKeyForOneAlgorithmIsForNoOther() {
        RSAKey bound = new RSAKey.Builder(TestIssuer.rsa("r", 2048))
                .algorithm(com.nimbusds.jose.JWSAlgorithm.RS256)
                .build();
        issuer.rotate(bound);
        assertThat(judge(TestIssuer.sign(bound, "{\"alg\":\"RS256\",\"kid\":\"r\"}", claims(""))))
                .isInstanceOf(JwtVerdict.Accepted.class);
        RSAKey same = new RSAKey.Builder(bound).algorithm(null).build();
        assertThat(fault(TestIssuer.sign(same, "{\"alg\":\"PS256\",\"kid\":\"r\"}", claims(""))))
                .isEqualTo(JwtFault.KEY);
    }

    @Test
    void keysInTheTokenItselfAreNotLookedAt() {
        ECKey own = TestIssuer.curve("one", Curve.P_256);
        String header = "{\"alg\":\"ES256\",\"kid\":\"one\",\"jku\":\"https://evil.example/jwks\",\"jwk\":"
                + own.toPublicJWK() + "}";
        assertThat(fault(TestIssuer.sign(own, header, claims("")))).isEqualTo(JwtFault.SIGNATURE);
    }

    @Test
    void aKeyIdThatIsNotKnownSaysSo() {
        ECKey other = TestIssuer.curve("two", Curve.P_256);
        assertThat(fault(TestIssuer.sign(other, "{\"alg\":\"ES256\",\"kid\":\"two\"}", claims(""))))
                .isEqualTo(JwtFault.KEY);
    }

    @Test
    void withoutAKeyIdEveryKeyIsTried() {
        ECKey second = TestIssuer.curve("two", Curve.P_256);
        issuer.add(second).add(TestIssuer.curve("three", Curve.P_384));
        assertThat(judge(TestIssuer.sign(second, "{\"alg\":\"ES256\"}", claims(""))))
                .isInstanceOf(JwtVerdict.Accepted.class);
        ECKey strange = TestIssuer.curve("x", Curve.P_256);
        assertThat(fault(TestIssuer.sign(strange, "{\"alg\":\"ES256\"}", claims(""))))
                .isEqualTo(JwtFault.KEY);
    }

    @Test
    void aChangedPayloadOrSignatureIsRefused() {
        String[] parts = issuer.sign(claims("")).split("\\.", -1);
        String other = part(TestIssuer.claims("eve", NOW, ""));
        assertThat(fault(parts[0] + "." + other + "." + parts[2])).isEqualTo(JwtFault.SIGNATURE);
        byte[] zeros = new byte[64];
        assertThat(fault(parts[0] + "." + parts[1] + "." + Base64URL.encode(zeros)))
                .isEqualTo(JwtFault.SIGNATURE);
        assertThat(fault(parts[0] + "." + parts[1] + ".AAAA")).isEqualTo(JwtFault.SIGNATURE);
        assertThat(fault(parts[0] + "." + parts[1] + ".")).isNotNull();
    }

    @Test
    void criticalParametersAreNotUnderstood() {
        String critical = issuer.sign("\"crit\":[\"exp\"],\"exp\":1,", claims(""));
        assertThat(fault(critical)).isEqualTo(JwtFault.CRITICAL);
    }

    @ParameterizedTest
    @CsvSource({"JWT,", "at+jwt,", "application/at+jwt,", "JOSE,", "dpop+jwt,MALFORMED", "logout+jwt,MALFORMED"})
    void tokensOfOtherKindsAreNoTokensOfCallers(String type, @Nullable String expected) {
        assertThat(fault(issuer.sign("\"typ\":\"" + type + "\",", claims(""))))
                .isEqualTo(expected == null ? null : JwtFault.valueOf(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "a.b", "eyJhbGciOiJFUzI1NiJ9..x", "a.b.c.d.e"})
    void whatIsNoTokenIsMalformed(String token) {
        assertThat(fault(token)).isEqualTo(JwtFault.MALFORMED);
    }

    @Test
    void nestedTokensAndOtherPayloadsAreMalformed() {
        assertThat(fault(issuer.sign("\"cty\":\"JWT\",", issuer.sign(claims("")))))
                .isEqualTo(JwtFault.MALFORMED);
        assertThat(fault(issuer.sign("[1]"))).isEqualTo(JwtFault.MALFORMED);
        assertThat(fault(issuer.sign("\"ada\""))).isEqualTo(JwtFault.MALFORMED);
        assertThat(fault(issuer.sign("[".repeat(4000)))).isEqualTo(JwtFault.MALFORMED);
    }

    @Test
    void aClaimThatIsThereTwiceIsRefused() {
        String twice = claims("").replace("\"sub\":\"ada\"", "\"sub\":\"ada\",\"sub\":\"root\"");
        assertThat(fault(issuer.sign(twice))).isEqualTo(JwtFault.MALFORMED);
    }

    @Test
    void aHugeTokenIsNotRead() {
        String huge = issuer.sign(claims(",\"x\":\"" + "a".repeat(16_000) + "\""));
        assertThat(fault(huge)).isEqualTo(JwtFault.TOO_LONG);
    }

    @Test
    void claimsBecomeFields() {
        JwtRules telling = rules(
                "",
                Set.of("ES256"),
                new ClaimField("email", HeaderName.of("x-email")),
                new ClaimField("groups", HeaderName.of("x-groups")),
                new ClaimField("level", HeaderName.of("x-level")),
                new ClaimField("gone", HeaderName.of("x-gone")));
        String token = issuer.sign(claims(",\"email\":\"ä@x\",\"groups\":[\"a\",\"b\"],\"level\":7"));
        List<String> told = good(judge(token, telling)).fields().stream()
                .map(field -> field.name() + "=" + new String(field.value(), StandardCharsets.UTF_8))
                .toList();
        assertThat(told).containsExactly("x-email=ä@x", "x-groups=a,b", "x-level=7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a\\r\\nx-admin: 1\"",
                "\"a\\u0000\"",
                "[\"a,admin\",\"b\"]",
                "\" a\"",
                "\"\\u007f\"",
            })
    void aClaimThatWouldSayMoreThanItIsIsRefused(String value) {
        JwtRules telling = rules("", Set.of("ES256"), new ClaimField("email", HeaderName.of("x-email")));
        assertThat(fault(judge(issuer.sign(claims(",\"email\":" + value)), telling)))
                .isEqualTo(JwtFault.CLAIM);
    }

    @Test
    void withoutKeysNothingIsJudged() {
        JwksFeed empty = new JwksFeed(
                "login",
                "test",
                1000,
                () -> CompletableFuture.failedFuture(new java.io.IOException("down")),
                JwksKeys::parse,
                JwtObserver.silent());
        JwtIssuer down = new JwtIssuer(rules("", Set.of("ES256")), empty);
        assertThat(fault(JwtCheck.judge(issuer.sign(claims("")), List.of(down), NOW)))
                .isEqualTo(JwtFault.NO_KEYS);
    }

    private static String part(String text) {
        return Base64URL.encode(text).toString();
    }

    static JwtRules svids(TrustDomain of) {
        return new JwtRules(
                "spire",
                "spiffe://" + of,
                of,
                Set.of("shop"),
                Set.of("ES256"),
                0,
                IdentityTemplate.parse("{sub}", of),
                List.of(BEARER),
                List.of(),
                false);
    }

    private static String svid(String issuer, String subject) {
        return "{" + issuer + "\"sub\":\"" + subject + "\",\"aud\":[\"shop\"],\"exp\":" + (SECONDS + 60) + "}";
    }

    static byte[] bundle(TestIssuer of, String use) {
        return new String(of.jwks(), StandardCharsets.UTF_8)
                .replace("\"kty\"", "\"use\":\"" + use + "\",\"kty\"")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void jwtSvidsAreKnownByTheTrustDomainOfTheirSubject() {
        TrustDomain partner = new TrustDomain("partner.example");
        List<JwtIssuer> issuers = List.of(
                live(rules("", Set.of("ES256")), issuer.jwks()), live(svids(partner), bundle(issuer, "jwt-svid")));
        String web = "spiffe://partner.example/ns/shop/sa/web";
        for (String iss : List.of("", "\"iss\":\"https://spire.partner.example\",", "\"iss\":7,")) {
            JwtVerdict verdict = JwtCheck.judge(issuer.sign("\"typ\":\"JWT\",", svid(iss, web)), issuers, NOW);
            assertThat(verdict).as(iss).isInstanceOf(JwtVerdict.Accepted.class);
            JwtVerdict.Accepted accepted = (JwtVerdict.Accepted) verdict;
            assertThat(accepted.issuerName()).isEqualTo("spire");
            assertThat(accepted.identity()).isEqualTo(SpiffeId.parse(web));
            assertThat(accepted.claims().issuer()).isEqualTo("spiffe://partner.example");
        }
        for (String subject : List.of("spiffe://other.example/x", "web", "spiffe://partner.example.evil/x")) {
            assertThat(((JwtVerdict.Refused) JwtCheck.judge(issuer.sign(svid("", subject)), issuers, NOW)).fault())
                    .as(subject)
                    .isEqualTo(JwtFault.ISSUER);
        }
        for (String subject : List.of("spiffe://partner.example/site/x", "spiffe://partner.example/operator/x")) {
            assertThat(((JwtVerdict.Refused) JwtCheck.judge(issuer.sign(svid("", subject)), issuers, NOW)).fault())
                    .as(subject)
                    .isEqualTo(JwtFault.CLAIM);
        }
        assertThat(((JwtVerdict.Refused)
                                JwtCheck.judge(issuer.sign("\"typ\":\"at+jwt\",", svid("", web)), issuers, NOW))
                        .fault())
                .isEqualTo(JwtFault.MALFORMED);
    }

    @Test
    void otherKeysOfABundleSignNoJwtSvids() {
        TrustDomain partner = new TrustDomain("partner.example");
        String token = issuer.sign(svid("", "spiffe://partner.example/x"));
        for (byte[] keys : List.of(issuer.jwks(), bundle(issuer, "sig"))) {
            JwtVerdict verdict = JwtCheck.judge(token, List.of(live(svids(partner), keys)), NOW);
            assertThat(((JwtVerdict.Refused) verdict).fault()).isEqualTo(JwtFault.KEY);
        }
    }
}

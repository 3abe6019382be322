package io.bridgehead.authn;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** What tokens cost, by the CPU time of the thread, the best of many rounds: judging one, and knowing one that was judged before. */
public final class TokenCpu {
    private static final int ROUNDS = 60;
    private static final int WARM_UP_ROUNDS = 20;
    private static final int JUDGED = 300;
    private static final int KNOWN = 20_000;
    private static final long NOW = 1_800_000_000_000L;
    private static final JwtPlace BEARER = new JwtPlace.Field(HeaderName.of("authorization"), "Bearer ");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private TokenCpu() {}

    /** Prints one line for each case. */
    public static void main(String[] arguments) throws JOSEException {
        ECKey p256 = new ECKeyGenerator(Curve.P_256).keyID("p256").generate();
        ECKey p384 = new ECKeyGenerator(Curve.P_384).keyID("p384").generate();
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        JwtIssuer issuer = issuer(p256, p384, rsa);
        String es256 = sign(p256, JWSAlgorithm.ES256, NOW / 1000 + 3600);
        judge("ES256", issuer, es256, true);
        judge("ES384", issuer, sign(p384, JWSAlgorithm.ES384, NOW / 1000 + 3600), true);
        judge("RS256, 2048 bits", issuer, sign(rsa, JWSAlgorithm.RS256, NOW / 1000 + 3600), true);
        judge("PS256, 2048 bits", issuer, sign(rsa, JWSAlgorithm.PS256, NOW / 1000 + 3600), true);
        judge("expired, so that no signature is looked at", issuer, sign(p256, JWSAlgorithm.ES256, 1), false);
        JwtTerms terms = new JwtTerms(List.of(issuer), true);
        JwtDesk desk = new JwtDesk(Runnable::run, Runnable::run, () -> NOW, JwtObserver.silent());
        desk.judge(terms, BEARER, es256, verdict -> {});
        HeaderFields fields = new HeaderFields();
        fields.add("user-agent", "curl/8.14.1");
        fields.add("authorization", "Bearer " + es256);
        RequestHead head = new RequestHead("GET", "https", "shop.example", "/", fields);
        print("found in a request", best(KNOWN, () -> terms.find(head).place() != null));
        print(
                "found in a request and known by its hash",
                best(KNOWN, () -> desk.judge(terms, BEARER, terms.find(head).token(), verdict -> {}) != null));
    }

    private static JwtIssuer issuer(JWK... keys) {
        byte[] jwks = new JWKSet(List.of(keys)).toString(true).getBytes(StandardCharsets.UTF_8);
        JwtRules rules = new JwtRules(
                "login",
                "https://login.example",
                null,
                Set.of("shop"),
                JwtRules.ALGORITHMS,
                30_000,
                null,
                List.of(BEARER),
                List.of(new JwtRules.ClaimField("email", HeaderName.of("x-email"))),
                false);
        JwksFeed feed = new JwksFeed(
                "login",
                "here",
                300_000,
                () -> CompletableFuture.completedFuture(jwks),
                JwksKeys::parse,
                JwtObserver.silent());
        feed.tick(NOW);
        return new JwtIssuer(rules, feed);
    }

    private static String sign(JWK key, JWSAlgorithm algorithm, long expiry) throws JOSEException {
        JWSSigner signer = key instanceof ECKey curve ? new ECDSASigner(curve) : new RSASSASigner(key.toRSAKey());
        JWSObject token = new JWSObject(
                new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(),
                new Payload(String.format(Locale.ROOT, "{\"iss\":\"https://login.example\",\"sub\":\"ada\",\"aud\":[\"shop\",\"desk\"],"
            + "\"iat\":1799999000,\"exp\":%d,\"scope\":\"openid profile email\",\"email\":\"ada@corp.example\","
            + "\"groups\":[\"sales\",\"support\",\"emea\"],\"jti\":\"5e1d6d0e-8f53-4b59-a6a4-6b1f3f0a2c11\"}", expiry)));
        token.sign(signer);
        return token.serialize();
    }

    private static void judge(String name, JwtIssuer issuer, String token, boolean good) {
        List<JwtIssuer> issuers = List.of(issuer);
        print(name, best(JUDGED, () -> JwtCheck.judge(token, issuers, NOW) instanceof JwtVerdict.Accepted == good));
    }

    private static double best(int times, BooleanSupplier once) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < times; i++) {
                if (!once.getAsBoolean()) {
                    throw new IllegalStateException("not as it should be");
                }
            }
            double nanos = (double) (THREADS.getCurrentThreadCpuTime() - before) / times;
            best = round < WARM_UP_ROUNDS ? best : Math.min(best, nanos);
        }
        return best;
    }

    private static void print(String name, double nanos) {
        System.out.printf("| %s | %.1f |%n", name, nanos / 1000);
    }
}

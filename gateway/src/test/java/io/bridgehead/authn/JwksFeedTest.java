package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.bridgehead.model.TrustDomain;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JwksFeedTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final long EVERY = 300_000;

    @TempDir
    private Path folder;

    private final Deque<CompletableFuture<byte[]>> asked = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final TestIssuer issuer = new TestIssuer();
    private final JwksFeed feed = new JwksFeed("login", "test", EVERY, this::read, JwksKeys::parse, new Told());

    private CompletableFuture<byte[]> read() {
        asked.add(new CompletableFuture<>());
        return asked.getLast();
    }

    private final class Told implements JwtObserver {
        @Override
        public void tokenAccepted(String name) {
            told.add("accepted");
        }

        @Override
        public void tokenRefused(String name, JwtFault fault) {
            told.add(fault.text());
        }

        @Override
        public void keysTaken(String name, int keys, String source) {
            told.add(keys + " keys");
        }

        @Override
        public void keysFailed(String name, String source, String detail) {
            told.add(detail);
        }
    }

    @Test
    void keysAreReadWhenItIsTime() {
        feed.tick(NOW);
        feed.tick(NOW + 1000);
        assertThat(asked).hasSize(1);
        asked.getLast().complete(issuer.jwks());
        assertThat(feed.keys().size()).isEqualTo(1);
        feed.tick(NOW + EVERY - 1);
        assertThat(asked).hasSize(1);
        feed.tick(NOW + EVERY);
        assertThat(asked).hasSize(2);
        JwksKeys before = feed.keys();
        asked.getLast().complete(issuer.jwks());
        assertThat(feed.keys()).isSameAs(before);
        assertThat(told).containsExactly("1 keys");
    }

    @Test
    void whatWasKnownStaysWhileTheIssuerIsDownAndIsAskedForLessAndLess() {
        feed.tick(NOW);
        asked.getLast().complete(issuer.jwks());
        long at = NOW + EVERY;
        feed.tick(at);
        asked.getLast().completeExceptionally(new IOException("down"));
        assertThat(feed.keys().size()).isEqualTo(1);
        assertThat(feed.state().problem()).isEqualTo("down");
        for (long wait : new long[] {1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000}) {
            int before = asked.size();
            feed.tick(at + wait - 1);
            assertThat(asked).hasSize(before);
            at += wait;
            feed.tick(at);
            assertThat(asked).hasSize(before + 1);
            asked.getLast().completeExceptionally(new IOException("down"));
        }
        assertThat(told).containsExactly("1 keys", "down");
        feed.tick(at + 60_000);
        asked.getLast().complete(issuer.jwks());
        assertThat(feed.state().problem()).isEmpty();
    }

    @Test
    void whatIsNoKeySetLeavesWhatWasKnown() {
        feed.tick(NOW);
        asked.getLast().complete(issuer.jwks());
        feed.tick(NOW + EVERY);
        asked.getLast().complete("<html>".getBytes(StandardCharsets.UTF_8));
        assertThat(feed.keys().size()).isEqualTo(1);
        assertThat(feed.state().problem()).contains("JSON Web Key Set");
        feed.tick(NOW + 2 * EVERY);
        asked.getLast().complete("null".getBytes(StandardCharsets.UTF_8));
        assertThat(feed.keys().size()).isEqualTo(1);
        assertThat(feed.state().problem()).contains("JSON Web Key Set");
        feed.tick(NOW + 4 * EVERY);
        asked.getLast().complete(issuer.jwks());
        assertThat(feed.state().problem()).as("it goes on").isEmpty();
    }

    @Test
    void unknownKeysHaveThemReadAtMostEveryTenSeconds() {
        feed.tick(NOW);
        asked.getLast().complete(issuer.jwks());
        assertThat(feed.wanted(NOW + 1)).isNotNull();
        assertThat(feed.wanted(NOW + 2)).as("the one under way").isNotNull();
        assertThat(asked).hasSize(2);
        asked.getLast().complete(issuer.jwks());
        assertThat(feed.wanted(NOW + 5000)).isNull();
        assertThat(feed.wanted(NOW + 10_001)).isNotNull();
        assertThat(asked).hasSize(3);
    }

    @Test
    void noKeysAtAllMeanThatNothingIsTakenAnyMore() {
        feed.tick(NOW);
        asked.getLast().complete(issuer.jwks());
        feed.tick(NOW + EVERY);
        asked.getLast().complete("{\"keys\":[]}".getBytes(StandardCharsets.UTF_8));
        assertThat(feed.keys().size()).isZero();
        assertThat(feed.state().problem()).isEmpty();
    }

    @Test
    void aBundleWithoutKeysForJwtSvidsMeansThatNobodyIsTaken() {
        JwksFeed bundles = new JwksFeed("spire", "test", EVERY, this::read, JwksKeys::parseBundle, new Told());
        bundles.tick(NOW);
        asked.getLast().complete(bundle("jwt-svid"));
        assertThat(bundles.keys().size()).isEqualTo(1);
        bundles.tick(NOW + EVERY);
        asked.getLast().complete(bundle("x509-svid"));
        assertThat(bundles.keys().size()).isZero();
        assertThat(bundles.state().problem()).isEmpty();
        bundles.tick(NOW + 2 * EVERY);
        asked.getLast().complete("{}".getBytes(StandardCharsets.UTF_8));
        assertThat(bundles.state().problem()).contains("no list 'keys'");
        assertThat(told).startsWith("1 keys", "0 keys");
    }

    @Test
    void atLoadABundleMayHaveKeysForX509SvidsAlone() throws IOException {
        Path file = Files.write(folder.resolve("bundle.json"), bundle("x509-svid"));
        List<JwtIssuers.Configured> spire = List.of(new JwtIssuers.Configured(
                JwtCheckTest.svids(new TrustDomain("partner.example")), new JwksSource.File(file)));
        List<JwtIssuers.Configured> login =
                List.of(new JwtIssuers.Configured(JwtCheckTest.rules("", Set.of("ES256")), new JwksSource.File(file)));
        assertThat(JwtIssuers.problems(spire)).isEmpty();
        assertThat(JwtIssuers.problems(login)).singleElement().asString().contains("none of its 1 keys is of use");
        try (JwtIssuers issuers = new JwtIssuers(Runnable::run, new Told())) {
            issuers.use(issuers.prepare(spire));
            issuers.tick(NOW);
            assertThat(issuers.statuses().getFirst().problem()).isEmpty();
        }
        assertThat(told).containsExactly("0 keys");
    }

    private static final class Server implements JwksReader {
        private boolean isClosed;

        @Override
        public CompletableFuture<byte[]> read() {
            return new CompletableFuture<>();
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private static List<JwtIssuers.Configured> at(String... urls) {
        List<JwtIssuers.Configured> issuers = new ArrayList<>();
        for (String url : urls) {
            JwtRules rules = issuers.isEmpty()
                    ? JwtCheckTest.rules("", Set.of("ES256"))
                    : JwtCheckTest.svids(new TrustDomain("partner.example"));
            issuers.add(new JwtIssuers.Configured(rules, new JwksSource.Url(URI.create(url), EVERY, null)));
        }
        return issuers;
    }

    @Test
    void whatIsMadeAndNotTakenIsClosedAndWhatIsInUseIsNot() {
        Map<String, Server> servers = new HashMap<>();
        try (JwtIssuers issuers = new JwtIssuers(new Told(), url -> opened(servers, url))) {
            issuers.use(issuers.prepare(at("https://used.example")));
            JwtIssuers.Prepared other = issuers.prepare(at("https://used.example", "https://new.example"));
            assertThat(servers).containsOnlyKeys("https://used.example", "https://new.example");
            other.drop();
            assertThat(closed(servers)).containsExactly("https://new.example");

            assertThatThrownBy(() -> issuers.prepare(at("https://first.example", "https://bad.example")))
                    .hasMessage("no such authorities");
            assertThat(closed(servers)).containsExactly("https://first.example", "https://new.example");
        }
        assertThat(closed(servers)).contains("https://used.example");
    }

    private static Server opened(Map<String, Server> servers, JwksSource.Url source) {
        if (source.toString().contains("bad")) {
            throw new IllegalArgumentException("no such authorities");
        }
        Server server = new Server();
        servers.put(source.toString(), server);
        return server;
    }

    private static List<String> closed(Map<String, Server> servers) {
        return servers.keySet().stream()
                .filter(url -> Objects.requireNonNull(servers.get(url)).isClosed)
                .sorted()
                .toList();
    }

    private byte[] bundle(String use) {
        return JwtCheckTest.bundle(issuer, use);
    }

    @Test
    void keysOfNoUseAreLeftOut() {
        byte[] secret = new byte[32];
        issuer.add(new OctetSequenceKey.Builder(secret).keyID("hmac").build())
                .add(TestIssuer.rsa("short", 1024))
                .add(TestIssuer.curve("fine", Curve.P_384));
        String text = new String(issuer.jwks(), StandardCharsets.UTF_8)
                .replace(
                        "\"keys\":[",
                        "\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"},{\"kty\":\"XYZ\"},7,{\"kty\":\"EC\"},");
        JwksKeys keys = JwksKeys.parse(text.getBytes(StandardCharsets.UTF_8));
        assertThat(keys.words()).containsExactly("one EC", "fine EC");
        assertThat(keys.leftOut()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aSetIsBounded() {
        assertThatThrownBy(() -> JwksKeys.parse(new byte[JwksKeys.BYTES_MAX + 1]))
                .hasMessageContaining("expected a JSON Web Key Set");
        assertThatThrownBy(() -> JwksKeys.parse("{}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("keys");
        assertThatThrownBy(() -> JwksKeys.parse(
                        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("of use");
    }
}

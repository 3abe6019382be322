package io.bridgehead.identity.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.bridgehead.authn.BundleDocument;
import io.bridgehead.identity.federation.Federation.Profile;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TestClock;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.TestAuthority.Svid;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Bundles of other trust domains from endpoints of both profiles, and what becomes of them when they go wrong. */
@Execution(ExecutionMode.CONCURRENT)
final class FederatedBundlesTest {
    private static final TrustDomain PARTNER = new TrustDomain("partner.example");
    private static final SpiffeId SERVER = new SpiffeId(PARTNER, "/bundles");
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    private Path folder;

    private final TestAuthority own = TestAuthority.root("own");
    private final TestAuthority partner = TestAuthority.root("partner");
    private final TestAuthority next = TestAuthority.root("partner-next");
    private final LiveTls live = new LiveTls(own.material(TestAuthority.gateway("west", "a")), TestAuthority.CLOCK);
    private final TestClock clock = new TestClock(TestAuthority.NOW);
    private final List<String> told = new ArrayList<>();
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    private HttpsServer server;
    private volatile byte[] content = {};
    private volatile String redirect = "";

    @BeforeEach
    void serve() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        KeyMaterial shown = partner.material(
                Svid.of(SERVER.toString()).withDns("localhost"),
                TestAuthority.ecKeys(),
                List.of(partner.certificate()));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", shown.key(), new char[0], shown.chain().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            boolean moved =
                    !redirect.isEmpty() && exchange.getRequestURI().getPath().equals("/bundle");
            if (moved) {
                exchange.getResponseHeaders().add("Location", redirect);
            }
            byte[] answer = content;
            exchange.sendResponseHeaders(moved ? 302 : 200, moved ? -1 : answer.length);
            if (!moved) {
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        readers.shutdownNow();
    }

    private void says(@Nullable Long sequence, X509Certificate... anchors) {
        content = new BundleDocument(List.of(anchors), sequence, Duration.ofSeconds(60)).toJson();
    }

    private Federation by(Profile profile, @Nullable SpiffeId id, @Nullable Path first) throws Exception {
        return new Federation(
                PARTNER,
                URI.create("https://localhost:" + server.getAddress().getPort() + "/bundle"),
                profile,
                id,
                profile == Profile.HTTPS_WEB ? pem("web.pem", partner.certificate()) : null,
                first,
                WEEK);
    }

    private Federation bySvid() throws Exception {
        return by(Profile.HTTPS_SPIFFE, SERVER, pem("first.pem", partner.certificate()));
    }

    /** A file that is installed now, by the clock that a test moves. */
    private Path pem(String name, X509Certificate certificate) throws Exception {
        Path file = Files.writeString(
                folder.resolve(name),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        return Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    }

    private FederatedBundles started(Federation... federations) {
        FederatedBundles bundles = new FederatedBundles(
                List.of(federations),
                live,
                new FederatedBundles.Surroundings(clock, folder.resolve("kept"), Runnable::run, readers, new Told()));
        bundles.start();
        return bundles;
    }

    private final class Told implements FederationObserver {
        @Override
        public void bundleTaken(TrustDomain trustDomain, String source, boolean changed, int authorities) {
            told.add(changed ? "changed " + authorities : "unchanged");
        }

        @Override
        public void bundleRefused(TrustDomain trustDomain, String source, String detail) {
            told.add("refused " + detail);
        }

        @Override
        public void authorityNotPublished(String authority, String algorithm) {
            told.add("not published " + authority + " " + algorithm);
        }
    }

    private void later(FederatedBundles bundles, Duration time) {
        clock.advance(time);
        bundles.tick();
    }

    private List<X509Certificate> inForce() {
        var judge = live.current().federated().get(PARTNER);
        return judge == null ? List.of() : judge.anchors();
    }

    @Test
    void bothProfilesBringTheBundle() throws Exception {
        says(5L, partner.certificate(), next.certificate());
        for (Federation federation : List.of(bySvid(), by(Profile.HTTPS_WEB, null, null))) {
            FederatedBundles bundles = started(federation);
            bundles.tick();
            assertThat(inForce()).containsExactly(partner.certificate(), next.certificate());
            assertThat(bundles.states().getFirst().problem()).isEmpty();
            assertThat(live.current().validator().trustDomain()).isEqualTo(TestAuthority.TRUST_DOMAIN);
        }
        assertThat(told).containsExactly("changed 2", "unchanged");
    }

    @Test
    void whoIsNotTheEndpointIsNotHeard() throws Exception {
        says(5L, next.certificate());
        SpiffeId other = new SpiffeId(PARTNER, "/other");
        FederatedBundles bundles = started(by(Profile.HTTPS_SPIFFE, other, pem("first.pem", partner.certificate())));
        bundles.tick();
        assertThat(told.getFirst()).contains("found endpoint " + SERVER + "; expected " + other);
        assertThat(inForce()).containsExactly(partner.certificate());
        told.clear();
        FederatedBundles wrong = started(by(Profile.HTTPS_SPIFFE, SERVER, pem("first.pem", own.certificate())));
        wrong.tick();
        assertThat(told.getFirst()).contains("no valid path to the bundle of 'partner.example'");
        assertThat(inForce()).containsExactly(own.certificate());
    }

    @Test
    void aSequenceThatGoesBackAndWhatIsNoBundleLeaveWhatIsInForce() throws Exception {
        says(5L, partner.certificate());
        FederatedBundles bundles = started(bySvid());
        bundles.tick();
        says(4L, partner.certificate(), next.certificate());
        later(bundles, Duration.ofSeconds(60));
        assertThat(bundles.states().getFirst().problem()).contains("spiffe_sequence went back: found 4", "expected 5");
        assertThat(inForce()).containsExactly(partner.certificate());
        content = "<html>".getBytes(StandardCharsets.UTF_8);
        later(bundles, Duration.ofSeconds(60));
        assertThat(bundles.states().getFirst().problem()).contains("expected a SPIFFE bundle");
        says(6L, partner.certificate(), next.certificate());
        bundles.tick();
        assertThat(inForce()).hasSize(1);
        later(bundles, Duration.ofSeconds(60));
        assertThat(inForce()).hasSize(2);
        assertThat(bundles.states().getFirst().problem()).isEmpty();
    }

    @Test
    void theLastGoodOneOutlivesRestartsAndNotItsTime() throws Exception {
        says(5L, partner.certificate(), next.certificate());
        started(bySvid()).tick();
        server.stop(0);
        live.federate(Map.of());
        FederatedBundles again = started(bySvid());
        assertThat(inForce()).hasSize(2);
        assertThat(again.states().getFirst().sequence()).isEqualTo(5);
        again.tick();
        assertThat(again.states().getFirst().problem()).isNotEmpty();
        later(again, WEEK.minusSeconds(60));
        assertThat(inForce()).hasSize(2);
        later(again, Duration.ofMinutes(2));
        assertThat(inForce()).isEmpty();
        assertThat(live.current().federated()).containsKey(PARTNER);
        assertThat(told.getLast()).contains("nobody of it is trusted now");
    }

    @Test
    void whatIsTooOldComesBackByWhatWasLastAccepted() throws Exception {
        says(5L, partner.certificate());
        started(bySvid()).tick();
        byte[] good = content;
        content = "<html>".getBytes(StandardCharsets.UTF_8);
        clock.advance(WEEK.plusSeconds(60));
        FederatedBundles bundles = started(by(Profile.HTTPS_SPIFFE, SERVER, null));
        assertThat(inForce()).as("not even at start").isEmpty();
        assertThat(live.current().federated()).containsKey(PARTNER);
        bundles.tick();
        assertThat(inForce()).isEmpty();
        content = good;
        later(bundles, Duration.ofMinutes(6));
        assertThat(bundles.states().getFirst().problem()).isEmpty();
        assertThat(inForce()).containsExactly(partner.certificate());
        assertThat(told.getLast()).isEqualTo("changed 1");
    }

    @Test
    void anEmptyOneThatComesAfterTheOldOneWasWithdrawnIsKeptOnDisk() throws Exception {
        says(5L, partner.certificate());
        FederatedBundles bundles = started(bySvid());
        bundles.tick();
        content = new byte[0];
        later(bundles, WEEK.plusSeconds(60));
        says(6L);
        later(bundles, Duration.ofMinutes(6));
        assertThat(bundles.states().getFirst().problem()).isEmpty();
        FederatedBundles again = started(bySvid());
        assertThat(inForce()).isEmpty();
        says(7L, partner.certificate());
        again.tick();
        assertThat(inForce()).as("keys that were taken back prove nothing").isEmpty();
        Path installed = pem("first.pem", partner.certificate());
        Files.setLastModifiedTime(installed, FileTime.from(clock.instant().plusSeconds(1)));
        later(again, Duration.ofMinutes(6));
        assertThat(inForce()).as("but what somebody installs since does").containsExactly(partner.certificate());
    }

    @Test
    void whatIsKeptIsWhatWasFetched() throws Exception {
        says(5L, partner.certificate());
        content = new String(content, StandardCharsets.UTF_8)
                .replace("\"keys\":[", "\"keys\" : [{\"kty\":\"XYZ\"}, ")
                .getBytes(StandardCharsets.UTF_8);
        started(bySvid()).tick();
        assertThat(inForce()).containsExactly(partner.certificate());
        assertThat(kept()).hasBinaryContent(content);
    }

    @Test
    void whatCannotBeKeptLeavesNoOlderOneBehind() throws Exception {
        says(5L, partner.certificate());
        FederatedBundles bundles = started(bySvid());
        bundles.tick();
        // no file can be put in the place of a folder
        Files.delete(kept());
        Files.createDirectory(kept());
        says(6L, partner.certificate(), next.certificate());
        later(bundles, Duration.ofSeconds(60));
        assertThat(inForce()).hasSize(2);
        assertThat(told.getLast()).contains("in force, but not kept on disk", "the older one there was removed");
        assertThat(kept()).doesNotExist();
        later(bundles, Duration.ofSeconds(60));
        assertThat(kept()).as("at the next look").hasBinaryContent(content);
    }

    private Path kept() {
        return folder.resolve("kept").resolve("partner.example.json");
    }

    @Test
    void aDamagedFileLeavesTheConfiguredOne() throws Exception {
        says(5L, partner.certificate(), next.certificate());
        started(bySvid()).tick();
        Files.writeString(folder.resolve("kept").resolve("partner.example.json"), "{");
        live.federate(Map.of());
        FederatedBundles again = started(bySvid());
        assertThat(inForce()).containsExactly(partner.certificate());
        again.tick();
        assertThat(inForce()).hasSize(2);
    }

    @Test
    void theOrderOfKeysIsNoChange() throws Exception {
        says(5L, partner.certificate(), next.certificate());
        FederatedBundles bundles = started(bySvid());
        bundles.tick();
        says(4L, next.certificate(), partner.certificate());
        later(bundles, Duration.ofSeconds(60));
        assertThat(bundles.states().getFirst().problem()).isEmpty();
        assertThat(bundles.states().getFirst().sequence()).isEqualTo(5);
        assertThat(told).containsExactly("changed 2", "unchanged");
    }

    /** Another trust domain, whose bundle a member of the partner's serves, good for five minutes. */
    private Federation guest() {
        byte[] answer = new BundleDocument(List.of(next.certificate()), 1L, Duration.ofMinutes(5)).toJson();
        server.createContext("/guest", exchange -> {
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        return new Federation(
                new TrustDomain("guest.example"),
                URI.create("https://localhost:" + server.getAddress().getPort() + "/guest"),
                Profile.HTTPS_SPIFFE,
                SERVER,
                null,
                null,
                WEEK);
    }

    @Test
    void whoNeedsAnothersBundleIsAskedAfterIt() throws Exception {
        says(5L, partner.certificate());
        FederatedBundles bundles = started(guest(), by(Profile.HTTPS_WEB, null, null));
        bundles.tick();
        assertThat(told).containsExactly("changed 1", "changed 1");
        assertThat(bundles.states().getLast().trustDomain()).isEqualTo(PARTNER);
    }

    @Test
    void whoCouldNotBeProvedIsAskedAgainAsSoonAsTheBundleIsThere() throws Exception {
        says(5L, partner.certificate());
        FederatedBundles bundles = started(guest(), by(Profile.HTTPS_WEB, null, null));
        bundles.tick();
        says(6L, next.certificate());
        later(bundles, Duration.ofMinutes(5));
        assertThat(bundles.states().getFirst().problem()).contains("no valid path");
        says(7L, next.certificate(), partner.certificate());
        later(bundles, Duration.ofMinutes(1));
        assertThat(bundles.states().getFirst().problem()).isEmpty();
    }

    @Test
    void anEndpointThatNeverSaysAHeadIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            BundleFetch fetch = new BundleFetch(readers, Duration.ofMillis(300), of -> partner.validator());
            Federation from = new Federation(
                    PARTNER,
                    URI.create("https://localhost:" + silent.getLocalPort() + "/bundle"),
                    Profile.HTTPS_SPIFFE,
                    SERVER,
                    null,
                    null,
                    WEEK);
            assertThatThrownBy(() -> fetch.fetch(from))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("found no end of the bundle; expected it within");
        }
    }

    @Test
    void withoutKeysNobodyIsTrustedAnyMore() throws Exception {
        FederatedBundles bundles = started(bySvid());
        says(6L);
        bundles.tick();
        assertThat(told).containsExactly("changed 0");
        assertThat(live.current().federated()).containsKey(PARTNER);
        assertThat(inForce()).isEmpty();
    }

    @Test
    void redirectsAreFollowedToHttpsAlone() throws Exception {
        says(5L, partner.certificate(), next.certificate());
        redirect = "/elsewhere";
        FederatedBundles bundles = started(bySvid());
        bundles.tick();
        assertThat(inForce()).hasSize(2);
        redirect = "http://localhost/bundle";
        later(bundles, Duration.ofSeconds(60));
        assertThat(bundles.states().getFirst().problem()).contains("redirects", "expected https://host/path");
    }

    @Test
    void aFileIsWatched() throws Exception {
        Path file = pem("partner.pem", partner.certificate());
        FederatedBundles bundles = started(new Federation(PARTNER, null, Profile.HTTPS_SPIFFE, null, null, file, WEEK));
        assertThat(inForce()).containsExactly(partner.certificate());
        Files.writeString(file, "no bundle");
        bundles.tick();
        assertThat(bundles.states().getFirst().problem()).contains("partner.pem: ");
        assertThat(inForce()).containsExactly(partner.certificate());
        says(1L, next.certificate());
        Files.write(file, content);
        bundles.tick();
        assertThat(inForce()).containsExactly(next.certificate());
        Files.writeString(file, "{\"keys\":[]}");
        bundles.tick();
        assertThat(inForce()).isEmpty();
        assertThat(told).hasSize(4);
    }

    @Test
    void thePublishedBundleKeepsItsSequenceOverRestartsAndCountsOn() throws Exception {
        Path file = folder.resolve("own.sequence");
        BundleDocument first =
                BundleDocument.parse(new PublishedBundle(file, Duration.ofMinutes(1), live, clock, new Told()).get());
        clock.advance(Duration.ofSeconds(100));
        PublishedBundle again = new PublishedBundle(file, Duration.ofMinutes(1), live, clock, new Told());
        assertThat(BundleDocument.parse(again.get())).isEqualTo(first);
        clock.advance(Duration.ofSeconds(-500));
        live.swap(TestAuthority.root("other").material(TestAuthority.gateway("west", "a")));
        BundleDocument second = BundleDocument.parse(again.get());
        assertThat(second.anchors()).isNotEqualTo(first.anchors());
        assertThat(second.sequence()).isGreaterThan(first.sequence());
    }

    private void bundle(X509Certificate... anchors) {
        Svid self = Svid.of(TestAuthority.gateway("west", "a").toString());
        live.swap(own.material(self, TestAuthority.ecKeys(), List.of(anchors)));
    }

    @Test
    void anAuthorityThatNoBundleCanHoldIsLeftOutOfThePublishedOne() {
        X509Certificate odd = own.withEdwardsKey("odd");
        PublishedBundle published =
                new PublishedBundle(folder.resolve("own.sequence"), Duration.ofMinutes(1), live, clock, new Told());
        bundle(own.certificate(), odd, next.certificate());
        assertThat(BundleDocument.parse(published.get()).anchors())
                .containsExactly(own.certificate(), next.certificate());
        assertThat(told).containsExactly("not published CN=odd EdDSA");
        byte[] before = published.get();
        bundle(odd);
        assertThat(published.get()).as("none at all would take all trust back").isEqualTo(before);
    }
}

package io.bridgehead.identity.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.loop.Loops;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.TlsObserver;
import io.netty.channel.epoll.Epoll;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's identity from an agent over a Unix socket. */
final class WorkloadMaterialTest {
    private static final SpiffeId SELF = TestAuthority.gateway("west", "west-a");
    private static final SpiffeId PEER = TestAuthority.gateway("east", "east-a");

    @TempDir
    private Path folder;

    private final TestAuthority root = TestAuthority.root("root");
    private final Loops loops = Loops.start(1);
    private Path socket = Path.of("agent.sock");

    @BeforeEach
    void needsEpoll() {
        Assumptions.assumeTrue(Epoll.isAvailable(), "the agent of this test listens with epoll");
        socket = folder.resolve("agent.sock");
    }

    @AfterEach
    void close() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private WorkloadMaterial material() {
        return new WorkloadMaterial(
                socket, SELF, TestAuthority.CLOCK, TlsObserver.silent(), loops.control(), new SplittableRandom(1));
    }

    private TestAgent agent() throws InterruptedException {
        return new TestAgent(loops.all().getFirst(), socket);
    }

    private byte[] svid(SpiffeId id, String hint) throws Exception {
        KeyMaterial made = root.material(id);
        return TestAgent.svid(id.toString(), der(made.chain()), made.key().getEncoded(), der(made.bundle()), hint);
    }

    private static byte[] der(List<X509Certificate> certificates) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (X509Certificate certificate : certificates) {
            all.writeBytes(certificate.getEncoded());
        }
        return all.toByteArray();
    }

    private byte[] state(byte[]... svids) {
        return TestAgent.response(List.of(svids), List.of(), Map.of());
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within 30 s: " + what).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void theNodesOwnIdentityIsTakenAndRotated() throws Exception {
        try (TestAgent agent = agent()) {
            agent.say(state(svid(PEER, ""), svid(SELF, "first"), svid(SELF, "bridgehead")));
            WorkloadMaterial material = material();
            KeyMaterial first = material.load();
            assertThat(first.id()).isEqualTo(SELF);
            assertThat(agent.calls().getFirst().path()).isEqualTo("/SpiffeWorkloadAPI/FetchX509SVID");
            assertThat(agent.calls().getFirst().fields().first(HeaderName.of("workload.spiffe.io")))
                    .isEqualTo("true");
            LiveTls live = new LiveTls(first, TestAuthority.CLOCK);
            assertThat(material.poll(live)).isFalse();
            agent.say(state(svid(SELF, "")));
            await("the next one is in force", () -> material.poll(live));
            assertThat(live.current().material().leaf()).isNotEqualTo(first.leaf());
            assertThat(material.problem()).isEmpty();
            material.close();
        }
    }

    @Test
    void whatCannotBeUsedChangesNothing() throws Exception {
        try (TestAgent agent = agent()) {
            agent.say(state(svid(SELF, "")));
            WorkloadMaterial material = material();
            LiveTls live = new LiveTls(material.load(), TestAuthority.CLOCK);
            KeyMaterial elsewhere = TestAuthority.root("elsewhere").material(SELF);
            byte[] foreign = TestAgent.svid(
                    SELF.toString(),
                    der(elsewhere.chain()),
                    elsewhere.key().getEncoded(),
                    der(List.of(root.certificate())),
                    "");
            List<byte[]> bad = List.of(
                    state(foreign), state(svid(PEER, "")), state(), new byte[] {10, 127}, new byte[] {-1, -1, -1});
            for (byte[] message : bad) {
                agent.say(message);
                await(
                        "the problem is told of",
                        () -> !material.poll(live) && !material.problem().isEmpty());
                agent.say(state(svid(SELF, "")));
                await("a good one is taken", () -> material.poll(live));
                assertThat(material.problem()).isEmpty();
            }
            material.close();
        }
    }

    @Test
    void anOlderListDoesNotTakeThePlaceOfANewerOne() throws Exception {
        X509Certificate peer =
                root.chain(TestAuthority.Svid.of(PEER.toString())).getFirst();
        byte[] old = root.revocations(List.of()).getEncoded();
        byte[] fresh = root.revocations(List.of(peer), TestAuthority.NOW.plusSeconds(1))
                .getEncoded();
        try (TestAgent agent = agent()) {
            agent.say(TestAgent.response(List.of(svid(SELF, "")), List.of(fresh), Map.of()));
            WorkloadMaterial material = material();
            LiveTls live = new LiveTls(material.load(), TestAuthority.CLOCK);
            agent.say(TestAgent.response(List.of(svid(SELF, "")), List.of(old), Map.of()));
            await("the rest is taken", () -> material.poll(live));
            assertThat(material.problem()).contains("expected none that is older");
            assertThatThrownBy(() -> live.current().validator().validate(List.of(peer)))
                    .hasMessageContaining("revoked by its issuer");
            agent.say(TestAgent.response(List.of(svid(SELF, "")), List.of(fresh), Map.of()));
            await("the newer one is back", () -> material.poll(live));
            assertThat(material.problem()).isEmpty();
            material.close();
        }
    }

    @Test
    void anAgentThatComesBackIsFound() throws Exception {
        WorkloadMaterial material = material();
        LiveTls live;
        try (TestAgent agent = agent()) {
            agent.say(state(svid(SELF, "")));
            live = new LiveTls(material.load(), TestAuthority.CLOCK);
        }
        await("the loss is told of", () -> !material.problem().isEmpty());
        Files.deleteIfExists(socket);
        try (TestAgent again = agent()) {
            again.say(state(svid(SELF, "")));
            await("the new agent's is taken", () -> material.poll(live));
            assertThat(live.current().number()).isGreaterThan(1);
            material.close();
        }
    }

    @Test
    void aProcessWithoutEntryIsToldOf() throws Exception {
        try (TestAgent agent = agent()) {
            WorkloadMaterial material = material();
            List<Exception> thrown = new ArrayList<>();
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    material.load();
                } catch (MaterialException e) {
                    thrown.add(e);
                }
            });
            await("the refusal is told of", () -> material.problem().contains("no identity issued"));
            assertThat(material.problem()).contains("registration entry");
            agent.say(state(svid(SELF, "")));
            waiting.join(30_000);
            assertThat(waiting.isAlive()).isFalse();
            assertThat(thrown).isEmpty();
            material.close();
        }
    }

    @Test
    void bundlesOfOtherTrustDomainsAreKeptApart() throws Exception {
        TestAuthority other = TestAuthority.root("other");
        TrustDomain partner = new TrustDomain("partner.example");
        try (TestAgent agent = agent()) {
            agent.say(TestAgent.response(
                    List.of(svid(SELF, "")),
                    List.of(),
                    Map.of("spiffe://partner.example", der(List.of(other.certificate())))));
            WorkloadMaterial material = material();
            LiveTls live = new LiveTls(material.load(), TestAuthority.CLOCK);
            List<X509Certificate> member = other.chain(TestAuthority.Svid.of("spiffe://partner.example/shop"));
            List<X509Certificate> forged = other.chain(TestAuthority.Svid.of(PEER.toString()));
            assertThat(live.current()
                            .validatorOf(member.getFirst())
                            .validate(member)
                            .trustDomain())
                    .isEqualTo(partner);
            assertThatThrownBy(
                            () -> live.current().validatorOf(forged.getFirst()).validate(forged))
                    .hasMessageContaining("no valid path");
            assertThatThrownBy(() -> live.current().validator().validate(member))
                    .hasMessageContaining("trust domain 'partner.example'");
            agent.say(TestAgent.response(
                    List.of(svid(SELF, "")), List.of(), Map.of("partner.example", new byte[] {1, 2})));
            await("the next one is in force", () -> material.poll(live));
            assertThat(material.problem()).contains("'partner.example' cannot be read", "nobody of it is trusted");
            assertThatThrownBy(
                            () -> live.current().validatorOf(member.getFirst()).validate(member))
                    .hasMessageContaining("no trust anchor");
            material.close();
        }
    }

    @Test
    void whoIsRevokedIsRefused() throws Exception {
        List<X509Certificate> revoked = root.material(PEER).chain();
        List<X509Certificate> other = root.material(PEER).chain();
        byte[] list = root.revocations(List.of(revoked.getFirst())).getEncoded();
        byte[] forged = TestAuthority.root("root")
                .revocations(List.of(other.getFirst()))
                .getEncoded();
        try (TestAgent agent = agent()) {
            agent.say(TestAgent.response(List.of(svid(SELF, "")), List.of(list, forged), Map.of()));
            WorkloadMaterial material = material();
            LiveTls live = new LiveTls(material.load(), TestAuthority.CLOCK);
            assertThat(live.current().validator().validate(other)).isEqualTo(PEER);
            assertThatThrownBy(() -> live.current().validator().validate(revoked))
                    .isInstanceOf(CertificateException.class)
                    .hasMessageContaining("revoked by its issuer");
            material.close();
        }
    }
}

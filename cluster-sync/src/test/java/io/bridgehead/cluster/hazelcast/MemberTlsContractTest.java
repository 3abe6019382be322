package io.bridgehead.cluster.hazelcast;

import static io.bridgehead.cluster.testing.Eventually.eventually;
import static io.bridgehead.cluster.testing.Eventually.throughout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.cluster.api.ClusterState.Phase;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.MemberTls;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Subscription;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestAuthority;
import io.bridgehead.cluster.testing.Told;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may be a member, and who may not: what a new version of Hazelcast must still keep. */
class MemberTlsContractTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final TestAuthority STRANGERS = new TestAuthority();
    private static final InstantSource TIME = InstantSource.system();

    private final TestCluster cluster = new TestCluster(3);
    private final List<Fabric> started = new ArrayList<>();
    private final Told told = new Told();

    @AfterEach
    void stopAll() {
        started.reversed().forEach(Fabric::close);
    }

    @Test
    void threeNodesFormACluster() {
        Fabric a = start("a", told);
        Fabric b = start("b", told);
        Fabric c = start("c", told);
        members(3, a, b, c);
        eventually("c's link is told", () -> told.contains("spiffe://td.test/site/c/gateway/n1"));
        assertThat(told.lines()).noneMatch(line -> line.startsWith("failed"));
    }

    @Test
    void anotherAuthorityIsRefused() {
        Fabric a = start("a", told);
        members(1, a);
        NodeInfo info = Records.node("b", "n1");
        startWith(info, STRANGERS.member(info.spiffeId()), new Told());
        eventually("a says so", () -> told.contains("refused"));
        staysAlone(a);
    }

    @Test
    void aCertificateOfAnotherSiteIsRefused() {
        Fabric a = start("a", told);
        members(1, a);
        startWith(Records.node("b", "n1"), AUTHORITY.member("spiffe://td.test/site/c/gateway/n1"), new Told());
        eventually(
                "a says who it was",
                () -> told.contains("its certificate says \"spiffe://td.test/site/c/gateway/n1\""));
        assertThat(a.state().phase()).isEqualTo(Phase.ALONE);
    }

    @Test
    void aPeerThatTheGatewayRefusesIsRefused() {
        Fabric a = start("a", told);
        members(1, a);
        startWith(Records.node("b", "n1"), AUTHORITY.member("spiffe://elsewhere/site/b/gateway/n1"), new Told());
        eventually("a says why", () -> told.contains("certificate has no SPIFFE ID of td.test"));
        assertThat(a.state().phase()).isEqualTo(Phase.ALONE);
    }

    @Test
    void aClientWithoutACertificateIsRefused() throws IOException {
        int port = cluster.nextPort();
        members(1, start("a", told));
        SSLContext anonymous = AUTHORITY.context(Optional.empty(), AUTHORITY);
        assertThatThrownBy(() -> {
                    try (SSLSocket socket = (SSLSocket)
                            anonymous.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
                        socket.setSoTimeout(5_000);
                        socket.startHandshake();
                        if (socket.getInputStream().read() < 0) {
                            throw new SocketException("closed");
                        }
                    }
                })
                .isInstanceOf(IOException.class);
        eventually("a says so", () -> told.contains("refused /127.0.0.1"));
    }

    @Test
    void plaintextOfAnyKindIsRefusedAndGetsNoPlaintextBack() throws IOException {
        int port = cluster.nextPort();
        Fabric a = start("a", told);
        members(1, a);
        for (String text : List.of("HZC", "GET / HTTP/1.1\r\nhost: a\r\n\r\n", "\0\0\0\0", "CB2")) {
            assertThat(answer(port, text)).as(text).isIn(-1, 0x15);
        }
        eventually(
                "a says so",
                () -> told.lines().stream()
                                .filter(line -> line.contains("plaintext on the member port"))
                                .count()
                        == 4);
        assertThat(a.state().phase()).isEqualTo(Phase.ALONE);
    }

    @Test
    void silenceEndsAfterTenSeconds() throws IOException {
        int port = cluster.nextPort();
        members(1, start("a", told));
        long start = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            assertThat(socket.getInputStream().read()).isIn(-1, 0x15);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(15));
        eventually("a says so", () -> told.contains("no TLS handshake within 10 s"));
    }

    @Test
    void newMaterialIsUsedForNewLinksAndLosesNoMember() {
        NodeInfo info = Records.node("a", "n1");
        AtomicReference<SSLContext> current =
                new AtomicReference<>(AUTHORITY.context(Optional.of(info.spiffeId()), AUTHORITY));
        Fabric a = startWith(info, TestAuthority.tls(() -> Objects.requireNonNull(current.get())), told);
        Fabric b = start("b", told);
        members(2, a, b);
        TestAuthority next = new TestAuthority();
        current.set(next.context(Optional.of(info.spiffeId()), next));
        NodeInfo late = Records.node("c", "n1");
        startWith(late, next.member(late.spiffeId()), new Told());
        eventually(
                "a accepted the new authority",
                () -> told.contains("established") && told.contains("spiffe://td.test/site/c/gateway/n1"));
        assertThat(a.state().members())
                .extracting(member -> member.info().site())
                .contains("a", "b");
    }

    @Test
    void aPeerThatIsRefusedFromNowOnLosesItsLinksAndCannotComeBack() {
        NodeInfo info = Records.node("a", "n1");
        MemberTls usual = AUTHORITY.member(info.spiffeId());
        AtomicBoolean refuses = new AtomicBoolean();
        Fabric a = startWith(
                info,
                new MemberTls() {
                    @Override
                    public SSLContext current() {
                        return usual.current();
                    }

                    @Override
                    public String peerId(List<X509Certificate> chain) throws CertificateException {
                        String peer = usual.peerId(chain);
                        if (refuses.get() && peer.contains("/site/b/")) {
                            throw new CertificateException("found peer " + peer + ", which is in quarantine");
                        }
                        return peer;
                    }
                },
                told);
        members(1, a);
        Fabric b = start("b", new Told());
        members(2, a, b);
        refuses.set(true);
        a.recheckPeers();
        eventually("a says why", () -> told.contains("refused") && told.contains("which is in quarantine"));
        members(1, a);
        staysAlone(a);
    }

    /** The first certificates of b are refused from now on, as by a list of revoked ones; b has others, or has not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCertificateThatIsRefusedFromNowOnLosesItsLinksAndAMemberOnlyWithoutAnother(boolean hasAnother) {
        NodeInfo info = Records.node("a", "n1");
        MemberTls usual = AUTHORITY.member(info.spiffeId());
        Set<X509Certificate> seen = ConcurrentHashMap.newKeySet();
        Set<X509Certificate> revoked = ConcurrentHashMap.newKeySet();
        Fabric a = startWith(
                info,
                new MemberTls() {
                    @Override
                    public SSLContext current() {
                        return usual.current();
                    }

                    @Override
                    public String peerId(List<X509Certificate> chain) throws CertificateException {
                        seen.add(chain.getFirst());
                        if (revoked.contains(chain.getFirst())) {
                            throw new CertificateException("found a certificate that is revoked by its issuer");
                        }
                        return usual.peerId(chain);
                    }
                },
                told);
        NodeInfo other = Records.node("b", "n1");
        AtomicReference<SSLContext> material =
                new AtomicReference<>(AUTHORITY.context(Optional.of(other.spiffeId()), AUTHORITY));
        Told toldB = new Told();
        Fabric b = startWith(other, TestAuthority.tls(() -> Objects.requireNonNull(material.get())), toldB);
        members(2, a, b);
        if (hasAnother) {
            material.set(AUTHORITY.context(Optional.of(other.spiffeId()), AUTHORITY));
        }
        List<ClusterState> states = new CopyOnWriteArrayList<>();
        try (Subscription _ = a.onState(states::add)) {
            revoked.addAll(seen);
            a.trustChanged();
            eventually("a says why", () -> told.contains("revoked by its issuer"));
            if (hasAnother) {
                eventually("b has shown another", () -> seen.size() > revoked.size());
                throughout(
                        "no member is lost",
                        Duration.ofSeconds(4),
                        () -> states.stream().allMatch(state -> state.members().size() == 2));
            } else {
                members(1, a);
                staysAlone(a);
            }
        }
    }

    @Test
    void aBusyPortIsSaidAndTheNodeServesOn() throws IOException {
        try (ServerSocket busy = new ServerSocket(cluster.nextPort(), 1, InetAddress.getLoopbackAddress())) {
            Fabric a = start("a", told);
            eventually("a says so", () -> a.state().phase() == Phase.FAILED);
            assertThat(a.state().problem()).isPresent();
            assertThat(busy.isBound()).isTrue();
        }
    }

    private static int answer(int port, String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return socket.getInputStream().read();
        }
    }

    private Fabric start(String site, Told observer) {
        NodeInfo info = Records.node(site, "n1");
        return startWith(info, AUTHORITY.member(info.spiffeId()), observer);
    }

    private Fabric startWith(NodeInfo info, MemberTls tls, Told observer) {
        Fabric fabric = cluster.create(
                new FabricParts(
                        info,
                        MemoryStore.create(TIME),
                        Records.VERIFIER,
                        new HybridClock(TIME, info.id()),
                        Bounds.STANDARD,
                        observer,
                        TIME),
                tls);
        started.add(fabric);
        fabric.start();
        return fabric;
    }

    private void members(int count, Fabric... fabrics) {
        for (Fabric fabric : fabrics) {
            eventually(
                    count + " members, told " + told.lines(),
                    Duration.ofSeconds(40),
                    () -> fabric.state().members().size() == count);
        }
    }

    private static void staysAlone(Fabric fabric) {
        throughout("stays alone", Duration.ofSeconds(3), () -> fabric.state().phase() == Phase.ALONE);
    }
}

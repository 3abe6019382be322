package io.bridgehead.tls.handshake;

import static io.bridgehead.tls.TestAuthority.NOW;
import static io.bridgehead.tls.TestAuthority.gateway;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.TestAuthority.Svid;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

final class MemberContextsTest {
    private static final SpiffeId A = gateway("aws-use1", "a1");
    private static final SpiffeId B = gateway("azure-weu", "b1");

    private final TestAuthority root = TestAuthority.root("root");

    @Test
    void twoMembersAgreeAndKnowEachOther() throws Exception {
        MemberContexts server = members(live(B));
        SSLEngine accepting = server.engine(false);
        SSLEngine connecting = members(live(A)).engine(true);
        shake(connecting, accepting);
        assertThat(accepting.getSession().getProtocol()).isEqualTo("TLSv1.3");
        X509Certificate leaf = (X509Certificate) accepting.getSession().getPeerCertificates()[0];
        assertThat(server.peerId(List.of(leaf))).isEqualTo(A);
    }

    @Test
    void anotherAuthorityOrAnIdentityThatIsNoGatewayIsRefused() {
        LiveTls elsewhere = new LiveTls(TestAuthority.root("elsewhere").material(A), TestAuthority.CLOCK);
        assertThatThrownBy(() ->
                        shake(members(elsewhere).engine(true), members(live(B)).engine(false)))
                .isInstanceOf(SSLException.class);
        LiveTls operator = live(SpiffeId.operator(TestAuthority.TRUST_DOMAIN, "alice"));
        assertThatThrownBy(() ->
                        shake(members(operator).engine(true), members(live(B)).engine(false)))
                .isInstanceOf(SSLException.class)
                .hasStackTraceContaining("found peer spiffe://acme.example/operator/alice");
    }

    @Test
    void aMemberInQuarantineIsRefused() {
        MemberContexts server = new MemberContexts(live(B), _ -> "in quarantine");
        assertThatThrownBy(() -> shake(members(live(A)).engine(true), server.engine(false)))
                .hasStackTraceContaining("in quarantine");
        List<X509Certificate> chain = root.material(A).chain();
        assertThatThrownBy(() -> server.peerId(chain)).hasMessage("in quarantine");
    }

    @Test
    void aContextLivesAsLongAsItsMaterial() throws Exception {
        LiveTls live = live(B);
        MemberContexts server = members(live);
        SSLContext before = server.current();
        assertThat(server.current()).isSameAs(before);
        TestAuthority next = TestAuthority.root("next");
        live.swap(next.material(B));
        assertThat(server.current()).isNotSameAs(before);
        List<X509Certificate> old = root.material(A).chain();
        assertThatThrownBy(() -> server.peerId(old)).hasMessageContaining("no valid path");
        shake(members(new LiveTls(next.material(A), TestAuthority.CLOCK)).engine(true), server.engine(false));
    }

    @Test
    void anOpenLinkOutlivesTheCertificateThatItWasMadeWithButNotTheTrustInIt() throws Exception {
        LiveTls live = live(B);
        MemberContexts server = members(live);
        List<X509Certificate> ended = root.chain(
                Svid.of(A.toString()).valid(NOW.minus(Duration.ofHours(20)), NOW.minus(Duration.ofHours(1))));
        assertThatThrownBy(() -> server.peerId(ended)).isInstanceOf(CertificateException.class);
        assertThat(server.recheck(ended)).isEqualTo(A);
        live.swap(root.material(B).withRevocations(List.of(root.revocations(List.of(ended.getFirst())))));
        assertThatThrownBy(() -> server.recheck(ended)).hasMessageContaining("revoked");
        live.swap(TestAuthority.root("next").material(B));
        assertThatThrownBy(() -> server.recheck(ended)).hasMessageContaining("no valid path");
    }

    @Test
    void noTicketIsHandedOut() throws Exception {
        MemberContexts server = members(live(B));
        MemberContexts client = members(live(A));
        SSLEngine connecting = client.engine(true);
        shake(connecting, server.engine(false));
        assertThat(Collections.list(server.current().getServerSessionContext().getIds()))
                .isEmpty();
    }

    private LiveTls live(SpiffeId id) {
        return new LiveTls(root.material(id), TestAuthority.CLOCK);
    }

    private static MemberContexts members(LiveTls live) {
        return new MemberContexts(live, ExpectedPeer.anyone());
    }

    /** Carries records between two engines until both have finished. */
    private static void shake(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(64 * 1024);
        ByteBuffer toClient = ByteBuffer.allocate(64 * 1024);
        for (int turn = 0; turn < 50 && !(isDone(client) && isDone(server) && turn > 4); turn++) {
            turn(client, toServer, toClient);
            turn(server, toClient, toServer);
        }
        assertThat(isDone(client) && isDone(server)).isTrue();
    }

    private static void turn(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
        engine.wrap(ByteBuffer.allocate(0), out);
        tasks(engine);
        in.flip();
        ByteBuffer plain = ByteBuffer.allocate(64 * 1024);
        int before = -1;
        while (in.hasRemaining() && before != in.remaining()) {
            before = in.remaining();
            engine.unwrap(in, plain);
            tasks(engine);
        }
        in.compact();
    }

    private static void tasks(SSLEngine engine) {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && !engine.getSession().getProtocol().equals("NONE");
    }
}

package io.bridgehead.identity;

import static io.bridgehead.identity.TestRegistrar.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.model.SiteName;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.pki.SigningRequest;
import io.bridgehead.tunnel.TunnelFault;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Joining and renewing at a real tunnel port. */
@Execution(ExecutionMode.CONCURRENT)
final class EnrolmentOverTunnelPortTest {
    private static final SiteName EAST = new SiteName("east");

    @TempDir
    private Path parent;

    private final EnrolmentClient client = new EnrolmentClient(Clock.systemUTC());
    private final KeyPair keys = SigningRequest.newKeys(new SecureRandom());

    private SigningRequest request() throws Exception {
        return SigningRequest.make(id("east", "east-a"), keys);
    }

    private static JoinToken token(TestRegistrar at) throws EnrolmentException {
        return at.registrar().create(EAST, null, Duration.ofMinutes(15), "ann");
    }

    @Test
    void aNodeJoinsAndRenewsUnderARoot() throws Exception {
        try (TestRegistrar west = TestRegistrar.in(parent).listen(true)) {
            joinsAndRenews(west, 1);
        }
    }

    @Test
    void aNodeJoinsAndRenewsUnderAnIntermediate() throws Exception {
        try (TestRegistrar west = TestRegistrar.delegated(parent).listen(true)) {
            joinsAndRenews(west, 2);
        }
    }

    private void joinsAndRenews(TestRegistrar west, int chain) throws Exception {
        Granted joined = client.join(token(west), request());
        assertThat(joined.chain()).hasSize(chain);
        KeyMaterial material = KeyMaterial.of(joined.chain(), keys.getPrivate(), joined.bundle());
        Granted renewed =
                client.renew(List.of(west.dial()), ExpectedPeer.exactly(TestRegistrar.SELF), material, request());
        assertThat(renewed.chain().getFirst()).isNotEqualTo(joined.chain().getFirst());
        assertThatThrownBy(() -> client.renew(
                        List.of(west.dial()), ExpectedPeer.exactly(id("north", "north-a")), material, request()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("found peer " + TestRegistrar.SELF);
    }

    @Test
    void anotherBundleOrNodeThanTheTokenNamesGetsNoSecret() throws Exception {
        try (TestRegistrar west = TestRegistrar.in(parent).listen(true)) {
            JoinToken good = token(west);
            JoinToken otherBundle = new JoinToken(
                    good.id(),
                    new JoinToken.Proof(good.proof().secret(), "another"),
                    good.issuer(),
                    good.dial(),
                    EAST,
                    null,
                    good.expires());
            assertThatThrownBy(() -> client.join(otherBundle, request()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("found no chain to the bundle that the token pins");
            JoinToken otherNode = new JoinToken(
                    good.id(), good.proof(), id("west", "west-b"), good.dial(), EAST, null, good.expires());
            assertThatThrownBy(() -> client.join(otherNode, request()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("which the token names");
            assertThat(west.events()).noneMatch(event -> event.startsWith("refused"));
            client.join(good, request());
        }
    }

    @Test
    void whoGotNoAnswerToATokenIsTold() throws Exception {
        try (TestRegistrar west = TestRegistrar.in(parent).listen(true)) {
            west.babble();
            assertThatThrownBy(() -> client.join(token(west), request()))
                    .isInstanceOf(EnrolmentClient.AfterAsking.class)
                    .hasMessageContaining("found an answer of");
        }
    }

    @Test
    void strangersTakeNoPlaceOrTurnFromNodesThatRenew() throws Exception {
        try (TestRegistrar west = TestRegistrar.in(parent).listen(true)) {
            Granted joined = client.join(token(west), request());
            KeyMaterial material = KeyMaterial.of(joined.chain(), keys.getPrivate(), joined.bundle());
            for (int i = 0; i < 20 && !west.events().contains("refused join rate-limited"); i++) {
                raw(west, new byte[] {'x'});
            }
            List<SSLSocket> idle = new ArrayList<>();
            try {
                while (idle.size() < 100 && !west.events().contains("intruder " + TunnelFault.FLOOD.text())) {
                    idle.add(stranger(west));
                    greet(idle.getLast());
                }
                assertThat(west.events()).contains("refused join rate-limited", "intruder flood");
                client.renew(List.of(west.dial()), ExpectedPeer.exactly(TestRegistrar.SELF), material, request());
            } finally {
                for (SSLSocket one : idle) {
                    one.close();
                }
            }
        }
    }

    /** One for whom there is no place is sent away. */
    private static void greet(SSLSocket stranger) {
        try {
            stranger.startHandshake();
        } catch (IOException e) {
            assertThat(e).isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aNodeWithoutAuthorityGivesNothing() throws Exception {
        try (TestRegistrar west = TestRegistrar.in(parent).listen(false)) {
            assertThatThrownBy(() -> client.join(token(west), request()))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(EnrolmentClient.AfterAsking.class)
                    .hasMessageContaining("with identity.authority");
        }
    }

    @Test
    void tooLongRequestsAndTooManyAreTurnedAway() throws Exception {
        try (TestRegistrar west = TestRegistrar.in(parent).listen(true)) {
            assertThatThrownBy(() -> EnrolmentMessages.readAnswer(raw(west, new byte[8 * 1024 + 1])))
                    .isInstanceOf(EnrolmentException.class)
                    .hasMessageContaining("too long");
            boolean limited = false;
            for (int i = 0; i < 20 && !limited; i++) {
                try {
                    EnrolmentMessages.readAnswer(raw(west, new byte[] {'x'}));
                } catch (EnrolmentException e) {
                    limited = e.refusal() == EnrolmentRefusal.RATE_LIMITED;
                }
            }
            assertThat(limited).isTrue();
            assertThat(west.events()).contains("refused join malformed", "refused join rate-limited");
        }
    }

    /** What a client that trusts anybody gets back. */
    private static byte[] raw(TestRegistrar west, byte[] body) throws Exception {
        try (SSLSocket socket = stranger(west)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(body.length);
            out.write(body);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return in.readNBytes(in.readInt());
        }
    }

    private static SSLSocket stranger(TestRegistrar west) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new TrustsAnybody()}, null);
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), west.dial().port());
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", 1, true);
        socket.setSoTimeout(20_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"bridgehead-join/1"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static final class TrustsAnybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

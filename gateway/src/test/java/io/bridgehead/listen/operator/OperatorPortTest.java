package io.bridgehead.listen.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.listen.ListenerObserver;
import io.bridgehead.loop.Loops;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TestClock;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.TestAuthority.Svid;
import io.bridgehead.tls.handshake.GatewayDialer;
import io.bridgehead.tls.handshake.TunnelTls;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in at the port of operators, and what ends a connection that was. */
final class OperatorPortTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final TestAuthority ROOT = TestAuthority.root("root");
    private static final SpiffeId ADA = SpiffeId.operator(TestAuthority.TRUST_DOMAIN, "ada");
    private static final KeyMaterial OPERATOR = ROOT.material(ADA);
    private static final KeyMaterial NODE = ROOT.material(TestAuthority.gateway("aws", "aws-a"));

    private static final byte[] LONG = new byte[64 << 20];

    private final Loops loops = Loops.start(1);
    private final TestClock clock = new TestClock(TestAuthority.NOW);
    private final LiveTls live = new LiveTls(NODE, clock);
    private final BlockingQueue<Withdrawal> withdrawn = new LinkedBlockingQueue<>();
    private final List<SSLSocket> sockets = new ArrayList<>();
    private final TunnelTls tls =
            TunnelTls.ofOperators(live, ExpectedPeer.anyone(), TunnelTls.Settings.STANDARD, Runnable::run);
    private volatile @Nullable String objection;
    private OperatorPort port;

    /** Says who asked for what, and how long the body was. */
    private final class Echo implements OperatorDoor {
        @Override
        public @Nullable String objection(SpiffeId operator) {
            return objection;
        }

        @Override
        public @Nullable Answer refusal(Question question) {
            return question.head().path().equals("/refused") ? refused(403, "not this") : null;
        }

        @Override
        public Answer refused(int status, String reason) {
            return Answer.of(status, "text/plain", reason);
        }

        @Override
        public CompletionStage<Answer> answer(Question question, byte[] body) {
            if (question.head().path().equals("/broken")) {
                return CompletableFuture.failedFuture(new IllegalStateException("a mistake"));
            }
            if (question.head().path().equals("/long")) {
                return CompletableFuture.completedFuture(new Answer(200, "text/plain", ByteBuffer.wrap(LONG)));
            }
            String text = question.operator() + " " + question.head().path() + " " + body.length;
            return CompletableFuture.completedFuture(Answer.of(200, "text/plain", text));
        }
    }

    @BeforeEach
    void open() throws Exception {
        ListenerObserver observer = new ListenerObserver() {
            @Override
            public void trustWithdrawn(String listener, @Nullable SpiffeId identity, Withdrawal why, String detail) {
                withdrawn.add(why);
            }
        };
        port = OperatorPort.bind(
                        new OperatorPort.Parts(loops.control(), tls, new Echo(), observer),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        for (SSLSocket socket : sockets) {
            socket.close();
        }
        port.close();
        tls.close();
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private SSLSocket dial(KeyMaterial who, ExpectedPeer wanted) throws IOException {
        int number = ((InetSocketAddress) Objects.requireNonNull(port.address())).getPort();
        SSLSocket socket =
                new GatewayDialer(who, wanted, clock, PATIENCE, PATIENCE).connect(new HostPort("127.0.0.1", number));
        sockets.add(socket);
        return socket;
    }

    private static String ask(SSLSocket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        int length = -1;
        for (int read = socket.getInputStream().read();
                read >= 0;
                read = socket.getInputStream().read()) {
            answer.append((char) read);
            if (length < 0 && answer.indexOf("\r\n\r\n") > 0) {
                String head = answer.toString();
                int at = head.indexOf("content-length: ") + "content-length: ".length();
                length = answer.length() + Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
            }
            if (answer.length() == length) {
                break;
            }
        }
        return answer.toString();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n";
    }

    private static boolean isEnded(SSLSocket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SSLException | SocketException e) {
            return true;
        }
    }

    @Test
    void anOperatorAsksOneThingAfterTheOther() throws IOException {
        SSLSocket socket = dial(OPERATOR, ExpectedPeer.anyone());
        assertThat(ask(socket, get("/a"))).startsWith("HTTP/1.1 200 ").endsWith(ADA + " /a 0");
        assertThat(ask(socket, "POST /b HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\nabc"))
                .endsWith(ADA + " /b 3");
        assertThat(ask(
                        socket,
                        "POST /c HTTP/1.1\r\n"
                                + "host: localhost\r\n"
                                + "transfer-encoding: chunked\r\n\r\n"
                                + "2\r\n"
                                + "ab\r\n"
                                + "0\r\n\r\n"))
                .endsWith(ADA + " /c 2");
        assertThat(ask(socket, get("/refused"))).startsWith("HTTP/1.1 403 ").endsWith("not this");
        assertThat(ask(socket, get("/broken"))).startsWith("HTTP/1.1 500 ").contains("a mistake");
        assertThat(port.connections()).isEqualTo(1);
    }

    /** Time of the processor and not of the clock, which others use as well. */
    @Test
    void aLongAnswerDoesNotHoldTheLoop() throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        AtomicLong before = new AtomicLong(-1);
        AtomicLong longest = new AtomicLong();
        SSLSocket socket = dial(OPERATOR, ExpectedPeer.anyone());
        assertThat(ask(socket, get("/a"))).startsWith("HTTP/1.1 200 ");
        CompletableFuture<Timer> timer = new CompletableFuture<>();
        loops.control()
                .execute(() -> timer.complete(loops.control().every(1, () -> {
                    long used = threads.getCurrentThreadCpuTime();
                    long last = before.getAndSet(used);
                    longest.accumulateAndGet(last < 0 ? 0 : used - last, Math::max);
                })));
        socket.getOutputStream().write(get("/long").getBytes(StandardCharsets.US_ASCII));
        long read = 0;
        byte[] part = new byte[1 << 16];
        for (int more = 0; more >= 0 && read < LONG.length; read += more) {
            more = socket.getInputStream().read(part);
        }
        assertThat(read).isGreaterThanOrEqualTo(LONG.length);
        timer.get(20, TimeUnit.SECONDS).cancel();
        assertThat(longest.get() / 1_000_000).as("ms of the loop's thread").isLessThan(30);
    }

    @Test
    void anAnswerThatIsNotTakenHoldsUpNobodyElse() throws Exception {
        SSLSocket socket = dial(OPERATOR, ExpectedPeer.anyone());
        socket.getOutputStream().write(get("/long").getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        assertThat(ask(dial(OPERATOR, ExpectedPeer.anyone()), get("/b"))).startsWith("HTTP/1.1 200 ");
        socket.close();
        assertThat(ask(dial(OPERATOR, ExpectedPeer.anyone()), get("/c"))).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whoIsNoOperatorOfTheDomainIsNotServed() throws IOException {
        KeyMaterial other = TestAuthority.root("other").material(ADA);
        KeyMaterial mixed = ROOT.material(
                Svid.of("spiffe://elsewhere.example/operator/ada"), TestAuthority.ecKeys(), NODE.bundle());
        for (KeyMaterial who : List.of(NODE, ROOT.material(TestAuthority.gateway("azure", "azure-a")))) {
            SSLSocket socket = dial(who, ExpectedPeer.anyone());
            assertThat(isEnded(socket)).isTrue();
        }
        assertThat(failure(other)).isInstanceOf(GatewayDialer.WrongGatewayException.class);
        assertThat(failure(mixed)).isInstanceOf(GatewayDialer.WrongGatewayException.class);
    }

    private @Nullable IOException failure(KeyMaterial who) {
        try {
            dial(who, ExpectedPeer.anyone());
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    @Test
    void theNodeMustBeTheOneThatWasMeant() throws IOException {
        assertThat(ask(dial(OPERATOR, ExpectedPeer.exactly(NODE.id())), get("/a")))
                .contains(" 200 ");
        IOException wrong = null;
        try {
            dial(OPERATOR, ExpectedPeer.exactly(TestAuthority.gateway("aws", "aws-b")));
        } catch (IOException e) {
            wrong = e;
        }
        assertThat(wrong)
                .isInstanceOf(GatewayDialer.WrongGatewayException.class)
                .hasMessageContaining("aws-a; expected");
    }

    @Test
    void aRevokedOperatorLosesTheConnection() throws Exception {
        SSLSocket socket = dial(OPERATOR, ExpectedPeer.anyone());
        assertThat(ask(socket, get("/a"))).contains(" 200 ");
        live.swap(NODE.withRevocations(List.of(ROOT.revocations(List.of(OPERATOR.leaf())))));
        port.recheck();
        assertThat(isEnded(socket)).isTrue();
        assertThat(withdrawn.poll(20, TimeUnit.SECONDS)).isEqualTo(Withdrawal.REVOKED);
        assertThat(isEnded(dial(OPERATOR, ExpectedPeer.anyone()))).isTrue();
    }

    @Test
    void anOperatorWithoutARightLosesTheConnection() throws Exception {
        SSLSocket socket = dial(OPERATOR, ExpectedPeer.anyone());
        assertThat(ask(socket, get("/a"))).contains(" 200 ");
        objection = "no right";
        port.recheck();
        assertThat(isEnded(socket)).isTrue();
        assertThat(withdrawn.poll(20, TimeUnit.SECONDS)).isEqualTo(Withdrawal.POLICY);
    }

    @Test
    void aConnectionEndsWithItsCertificate() throws Exception {
        Instant end = TestAuthority.NOW.plusSeconds(2);
        KeyMaterial brief = ROOT.material(
                Svid.of(ADA.toString()).valid(TestAuthority.NOW.minusSeconds(60), end),
                TestAuthority.ecKeys(),
                NODE.bundle());
        SSLSocket socket = dial(brief, ExpectedPeer.anyone());
        assertThat(ask(socket, get("/a"))).contains(" 200 ");
        clock.set(end.plusSeconds(1));
        assertThat(isEnded(socket)).isTrue();
        assertThat(withdrawn.poll(20, TimeUnit.SECONDS)).isEqualTo(Withdrawal.EXPIRED);
    }

    @Test
    void moreRequestsThanABurstAreRefused() throws IOException {
        SSLSocket socket = dial(OPERATOR, ExpectedPeer.anyone());
        int count = OperatorPort.REQUESTS_BURST * 2;
        List<String> answers = new ArrayList<>();
        answers.add(status(ask(socket, get("/a").repeat(count))));
        while (answers.size() < count) {
            answers.add(status(ask(socket, "")));
        }
        assertThat(answers).contains("200", "429").first().isEqualTo("200");
    }

    private static String status(String answer) {
        return answer.substring(9, 12);
    }
}

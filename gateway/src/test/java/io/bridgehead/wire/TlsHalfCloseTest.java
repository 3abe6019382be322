package io.bridgehead.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.TestAuthority;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each direction of TLS 1.3 ends by itself (RFC 8446, section 6.1): what the peer sends behind this side's close_notify arrives. Behind the
 * peer's own BoringSSL sends nothing more, so whoever still wanted to is told.
 */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class TlsHalfCloseTest {
    private static final int MUCH = 3_000_000;
    private static final String ASK =
            "GET /chat HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private final WireBed bed = new WireBed();
    private final List<Socket> sockets = new ArrayList<>();
    private final Recorder recorder = Recorder.consuming();
    private final TestAuthority authority = TestAuthority.root("corp");
    private final KeyMaterial material = authority.material(
            TestAuthority.Svid.of("spiffe://acme.example/a").withDns("a.example"),
            TestAuthority.ecKeys(),
            List.of(authority.certificate()));

    /** An engine, and whether it can send when its peer has ended. */
    enum Library {
        JDK(SslProvider.JDK, true),
        BORING(SslProvider.OPENSSL, false);

        private final SslProvider provider;
        private final boolean sendsOn;

        Library(SslProvider provider, boolean sendsOn) {
            this.provider = provider;
            this.sendsOn = sendsOn;
        }
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private int listen(Library library, boolean http) throws IOException {
        SslContext context = SslContextBuilder.forServer(material.key(), material.chain())
                .sslProvider(library.provider)
                .protocols("TLSv1.3")
                .build();
        return bed.listen((loop, channel) -> {
            channel.pipeline().addLast(context.newHandler(channel.alloc()));
            if (http) {
                HttpServerConnection.http1(loop, channel, WireLimits.edge(), new Recorded(), new Quiet());
            } else {
                ByteStream stream = ByteStream.over(loop, channel, WireLimits.edge());
                recorder.on(stream);
                stream.start(recorder);
            }
        });
    }

    /** Gives the one request to the recorder, and accepts it when it asks for another protocol. */
    private final class Recorded implements RequestHandler {
        @Override
        public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
            recorder.on(stream);
            if (head.isWebSocket()) {
                stream.sendResponse(new ResponseHead(ResponseHead.SWITCHING_PROTOCOLS, new HeaderFields()), false);
            }
            return recorder;
        }

        @Override
        public void onRefused(Refusal refusal, String detail) {}
    }

    private SSLContext jdk() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", authority.certificate());
        store.setKeyEntry("own", material.key(), new char[0], material.chain().toArray(X509Certificate[]::new));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private RawHttp client(int port) throws Exception {
        Socket tcp = WireBed.socket(port);
        sockets.add(tcp);
        return new RawHttp(jdk().getSocketFactory().createSocket(tcp, "a.example", port, true));
    }

    private void send(byte[] bytes, boolean end) {
        bed.run(() -> Objects.requireNonNull(recorder.stream).sendData(Chunk.of(bytes), end));
    }

    private void assertAllCame() {
        assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
        assertThat(recorder.body.size()).isEqualTo(MUCH);
        assertThat(recorder.reset).isNotDone();
    }

    @ParameterizedTest
    @EnumSource
    void aClientGoesOnAfterThisSideHasEnded(Library library) throws Exception {
        try (RawHttp client = client(listen(library, false))) {
            client.send("x");
            bed.until(() -> recorder.body.size() == 1);
            send("over".getBytes(US_ASCII), true);
            assertThat(client.rest()).isEqualTo("over");
            client.send(new byte[MUCH - 1]).endOutput();
            assertAllCame();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWebSocketsClientGoesOnAfterThisSideHasEnded(Library library) throws Exception {
        try (RawHttp client = client(listen(library, true))) {
            client.send(ASK);
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            send("over".getBytes(US_ASCII), true);
            assertThat(client.rest()).isEqualTo("over");
            client.send(new byte[MUCH]).endOutput();
            assertAllCame();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatGoesWithoutCloseNotifyIsCutOff(Library library) throws Exception {
        try (RawHttp client = client(listen(library, true))) {
            client.send(ASK);
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            send("over".getBytes(US_ASCII), true);
            assertThat(client.rest()).isEqualTo("over");
            client.send("last words");
            bed.until(() -> recorder.text().equals("last words"));
            sockets.getLast().shutdownOutput();
            assertThat(WireBed.await(recorder.reset)).isEqualTo(StreamReset.CONNECTION_LOST);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesForAClientThatHasEndedArriveOrItIsTold(Library library) throws Exception {
        try (RawHttp client = client(listen(library, false))) {
            client.send("x").endOutput();
            assertGoesOnOrIsTold(library, client);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesForAWebSocketsClientThatHasEndedArriveOrItIsTold(Library library) throws Exception {
        try (RawHttp client = client(listen(library, true))) {
            client.send(ASK);
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            client.send("x").endOutput();
            assertGoesOnOrIsTold(library, client);
        }
    }

    private void assertGoesOnOrIsTold(Library library, RawHttp client) throws IOException {
        assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
        assertThat(recorder.text()).isEqualTo("x");
        send(new byte[MUCH], true);
        if (library.sendsOn) {
            assertThat(client.rest()).hasSize(MUCH);
        } else {
            assertThat(WireBed.await(recorder.reset)).isEqualTo(StreamReset.CONNECTION_LOST);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPlainRequestOfAClientThatHasEndedIsAnsweredOrCutOff(Library library) throws Exception {
        try (RawHttp client = client(listen(library, true))) {
            client.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            bed.until(() -> recorder.stream != null);
            client.endOutput();
            if (library.sendsOn) {
                bed.run(() -> ((ServerStream) Objects.requireNonNull(recorder.stream))
                        .sendResponse(new ResponseHead(204, new HeaderFields()), true));
                assertThat(client.rest()).startsWith("HTTP/1.1 204 ");
            } else {
                assertThat(WireBed.await(recorder.reset)).isEqualTo(StreamReset.CONNECTION_LOST);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEndpointGoesOnAfterThisSideHasEnded(Library library) throws Exception {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(jdk().getServerSocketFactory(), peer -> {
            peer.send(UpgradeTest.accepting(peer.head()));
            peer.rest();
            peer.send(new byte[MUCH]).endOutput();
        })) {
            ClientStream stream = ask(library, endpoint.port());
            bed.until(() -> recorder.head != null);
            bed.run(() -> stream.sendData(Chunk.of("over".getBytes(US_ASCII)), true));
            assertAllCame();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesForAnEndpointThatHasEndedArriveOrItIsTold(Library library) throws Exception {
        CompletableFuture<String> came = new CompletableFuture<>();
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(jdk().getServerSocketFactory(), peer -> {
            peer.send(UpgradeTest.accepting(peer.head()) + "over").endOutput();
            came.complete(peer.rest());
        })) {
            ClientStream stream = ask(library, endpoint.port());
            assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
            assertThat(recorder.text()).isEqualTo("over");
            bed.run(() -> stream.sendData(Chunk.of(new byte[MUCH]), true));
            if (library.sendsOn) {
                assertThat(WireBed.await(came)).hasSize(MUCH);
            } else {
                assertThat(WireBed.await(recorder.reset)).isEqualTo(StreamReset.CONNECTION_LOST);
            }
        }
    }

    private ClientStream ask(Library library, int port) throws IOException {
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(library.provider)
                .trustManager(authority.certificate())
                .endpointIdentificationAlgorithm("")
                .build();
        HeaderFields fields = new HeaderFields();
        fields.add("sec-websocket-version", "13");
        int marks = RequestMark.UPGRADE.bit() | RequestMark.WEB_SOCKET.bit();
        return bed.connect(port, channel -> {
            channel.pipeline().addLast(context.newHandler(channel.alloc()));
            HttpClientConnection connection =
                    HttpClientConnection.http1(bed.loop(), channel, WireLimits.endpoint(), new Quiet());
            ClientStream stream = connection.open(
                    new RequestHead("GET", "http", "a.example", "/chat", fields, marks), true, recorder);
            recorder.on(stream);
            return stream;
        });
    }
}

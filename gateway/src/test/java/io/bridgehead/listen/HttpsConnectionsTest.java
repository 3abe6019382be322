package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.ForwardedCertificate;
import io.bridgehead.tls.edge.EdgeTlsSettings;
import io.bridgehead.tls.edge.EdgeTlsSettings.ClientCertificates;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.handshake.TunnelTls.Library;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Connections to listeners that serve more than one protocol: how they begin, what stands beside TLS, how they end. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
final class HttpsConnectionsTest extends HttpsBed {
    /** More than one TLS record is on its way when the node has said its last word: a plain close would reset the connection. */
    @Test
    void aRefusalReachesAClientThatStillSends() throws Exception {
        open();
        byte[] request = ("GET / HTTP/1.1\r\nhost: localhost\r\nbad field\r\n\r\n" + "x".repeat(300_000))
                .getBytes(StandardCharsets.US_ASCII);
        SSLContext context = keys.client(null);
        for (int round = 0; round < 10; round++) {
            try (SSLSocket socket = raw(context, "localhost")) {
                socket.getOutputStream().write(request);
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 400");
            }
        }
    }

    @Test
    void plaintextIsToldToUseTls() throws Exception {
        open();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("https"))) {
            socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
            assertThat(get(socket, "localhost")).startsWith("HTTP/1.1 400");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(faults.poll(10, TimeUnit.SECONDS)).isEqualTo(HandshakeFault.NOT_TLS);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("https"))) {
            socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
            socket.getOutputStream().write(new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(faults.poll(10, TimeUnit.SECONDS)).isEqualTo(HandshakeFault.NOT_TLS);
    }

    @Test
    void aHandshakeThatDoesNotEndIsEnded() throws Exception {
        EdgeTlsSettings patient = keys.settings(ClientCertificates.NONE, LOCAL);
        open(
                Library.BEST,
                new EdgeTlsSettings("https", patient.pairs(), true, ClientCertificates.NONE, null, null, false, 200));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("https"))) {
            socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(faults.poll(10, TimeUnit.SECONDS)).isEqualTo(HandshakeFault.TIMEOUT);
    }

    /** Each request is answered, or said not to have been begun, so that it can be sent again whatever it is. */
    @Test
    void anOldConnectionEndsAfterWhatItIsAt() throws Exception {
        gateway.close();
        gateway = gateway(new ConnectionAge(300, () -> 0));
        open();
        try (SSLSocket socket = raw(keys.client(null), "localhost")) {
            socket.startHandshake();
            for (int ended = 0; ended < 5; ended++) {
                try (H2Caller h2 = H2Caller.over(alpn(raw(keys.client(null), "localhost")))) {
                    int status = 200;
                    while (status == 200 && !h2.isAsked()) {
                        status = h2.get("https", "localhost", "/");
                    }
                    assertThat(status).isIn(200, 0);
                }
            }
            assertThat(get(socket, "localhost")).containsIgnoringCase("connection: close");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void http2ByPriorKnowledgeStandsBesideHttp11() throws Exception {
        assertThat(gateway.reconcile(new ListenerSpec(
                        "http",
                        "127.0.0.1",
                        0,
                        ListenerSpec.Protocol.HTTP,
                        SpiffeId.unauthenticated(Gateway.DOMAIN, Gateway.SITE),
                        100,
                        ClientRules.NONE,
                        new ListenerSpec.Edge(null, true, ForwardedCertificate.Mode.SANITIZE_SET))))
                .isEmpty();
        int port = gateway.port("http");
        try (H2Caller h2 = H2Caller.over(new Socket(InetAddress.getLoopbackAddress(), port))) {
            assertThat(h2.get("http", "localhost", "/")).isEqualTo(200);
            assertThat(seen().getFirst("via")).startsWith("2 ");
            assertThat(h2.get("http", "unknown.example", "/")).isEqualTo(404);
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
            assertThat(get(socket, "localhost")).startsWith("HTTP/1.1 200");
            assertThat(exchange(socket, "PRI / HTTP/1.1\r\nhost: localhost\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
            socket.getOutputStream().write("PR".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            assertThat(exchange(socket, "I / HTTP/1.1\r\nhost: localhost\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void closingTheListenerEndsIdleConnections() throws Exception {
        open();
        try (SSLSocket socket = raw(keys.client(null), "localhost")) {
            assertThat(get(socket, "localhost")).startsWith("HTTP/1.1 200");
            gateway.reconcile();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aHandshakeThatBeganBeforeTheNodeLeavesIsServedOnce() throws Exception {
        open();
        try (SSLSocket early = raw(keys.client(null), "localhost")) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Gateway.BOUND_MILLIS);
            while (Objects.requireNonNull(gateway.listeners.open().get("https")).connections() == 0
                    && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            gateway.listeners.leave(Gateway.BOUND_MILLIS);
            // until each loop has heard it
            int heard = 0;
            while (heard < 4 && System.nanoTime() < end) {
                try (SSLSocket late = raw(keys.client(null), "localhost")) {
                    heard = get(late, "localhost").contains("connection: close") ? heard + 1 : 0;
                }
            }
            assertThat(heard).as("the node leaves").isEqualTo(4);
            assertThat(get(early, "localhost")).startsWith("HTTP/1.1 200").contains("connection: close");
            assertThat(early.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whatTheConnectionIsCalledStaysInTheRecord() throws Exception {
        open();
        try (HttpClient client = http(keys.client(null))) {
            send(client, to("/x"));
            ExchangeRecord record = gateway.nextRecord();
            assertThat(record.scheme()).isEqualTo("https");
            assertThat(record.caller().address()).isEqualTo("127.0.0.1");
        }
    }
}

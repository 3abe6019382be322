package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.ProxyHeaderSeen;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TcpEcho;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PROXY headers and X-Forwarded-For are believed of those whom the configuration names, and told to endpoints at the other site. */
final class ClientsBehindLoadBalancersKeepTheirAddressIT {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String LOOPBACK = "proxyProtocol: { from: [ 127.0.0.0/8 ] }";

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int LB = Ports.next();
    private static final int LB_BYTES = Ports.next();
    private static final int LB_LINE = Ports.next();
    private static final int UNLISTED = Ports.next();
    private static final int CDN = Ports.next();
    private static final int HOPS = Ports.next();
    private static final int CROWD = Ports.next();
    private static final int FEW = Ports.next();
    private static final TestEndpoint WEB = FABRIC.endpoint("web");
    private static final TcpEcho BYTES = FABRIC.closing(TcpEcho.start("bytes", TcpEcho.Manner.ECHO));

    @BeforeAll
    static void start() {
        TestNode aws = FABRIC.node("aws-a");
        aws.yaml()
                .set("telemetry", "{ accessLog: { path: access.log } }")
                .listener("lb", LB, LOOPBACK)
                .listener("lb-bytes", LB_BYTES, "protocol: TCP, " + LOOPBACK)
                .listener("lb-line", LB_LINE, "protocol: TCP, " + LOOPBACK)
                .listener("unlisted", UNLISTED, "protocol: TCP, proxyProtocol: { from: [ 192.0.2.0/24 ] }")
                .listener("cdn", CDN, "trustedProxies: [ 127.0.0.0/8, 198.51.100.0/24 ]")
                .listener("hops", HOPS, "trustedHops: 2")
                .listener("few", FEW, "protocol: TCP, connectionsMax: 2")
                .listener("crowd", CROWD, "protocol: TCP, exposure: public, connectionsPerAddress: 2");
        FABRIC.start();
        Map<String, List<String>> bytes = Map.of("azure", List.of(BYTES.address()));
        FABRIC.applied(
                aws,
                String.join(
                        "---\n",
                        Documents.http("web", "web.example", Map.of("azure", List.of(WEB.address()))),
                        Documents.tcp("two", "lb-bytes", bytes, "proxyProtocol: v2"),
                        Documents.tcp("one", "lb-line", bytes, "proxyProtocol: v1"),
                        Documents.tcp("plain", "unlisted", bytes),
                        Documents.tcp("few", "few", bytes),
                        Documents.tcp("crowd", "crowd", bytes)));
        for (String service : List.of("web", "two", "one", "plain", "few", "crowd")) {
            TestFabric.awaitServing(aws, service, "azure");
        }
    }

    private static String forwardedFor(String path) {
        return WEB.requests().stream()
                .filter(request -> request.target().equals(path))
                .map(request -> String.valueOf(request.first("x-forwarded-for")))
                .reduce("none", (first, last) -> last);
    }

    private static void get(int port, String header, String path, String fields) throws IOException {
        try (RawClient client = RawClient.to(port)) {
            client.send(header + "GET " + path + " HTTP/1.1\r\nhost: web.example\r\n" + fields + "\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aPacketOfALoadBalancerSaysWhoTheClientIs() throws IOException {
        get(LB, "PROXY TCP4 203.0.113.7 198.51.100.1 51234 443\r\n", "/v1", "");
        assertThat(forwardedFor("/v1")).isEqualTo("203.0.113.7");
        awaitLogged("/v1", "203.0.113.7");
    }

    @Test
    void theOtherSitesEndpointIsToldByVersion2() throws IOException {
        byte[] in = HexFormat.of().parseHex(SIGNATURE + "2111000c" + "cb007107" + "c6336401" + "c82201bb");
        try (RawClient client = RawClient.to(LB_BYTES)) {
            client.send(in).send("hello").halfClose();
            assertThat(TcpEcho.greeted(client)).isEqualTo("bytes");
            ProxyHeaderSeen header = ProxyHeaderSeen.read(client);
            assertThat(header.ends()).isEqualTo(Arrays.copyOfRange(in, 16, 28));
            assertThat(header.text(0xE0)).isEqualTo("spiffe://e2e.example/site/aws/unauthenticated");
            assertThat(header.text(0xE1)).isEqualTo("aws");
            assertThat(header.has(0x03)).isTrue();
            assertThat(header.has(0x20)).as("TLS where none was").isFalse();
            assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).startsWith("hello|");
        }
    }

    @Test
    void anEndpointIsToldByVersion1() throws IOException {
        String line = "PROXY TCP6 2001:db8::7 2001:db8::1 51234 443\r\n";
        try (RawClient client = RawClient.to(LB_LINE)) {
            client.send(line + "hello").halfClose();
            assertThat(TcpEcho.greeted(client)).isEqualTo("bytes");
            assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).startsWith(line + "hello|");
        }
    }

    @Test
    void whoIsNotListedIsServedWithoutAHeaderAndRefusedWithOne() throws IOException {
        try (RawClient client = RawClient.to(UNLISTED)) {
            assertThat(TcpEcho.greeted(client)).isEqualTo("bytes");
            client.send("hello").halfClose();
            assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("hello|5");
        }
        try (RawClient client = RawClient.to(UNLISTED)) {
            client.send("PROXY TCP4 203.0.113.7 198.51.100.1 51234 443\r\nhello");
            assertThat(client.endsAfterNothingBut('b')).isTrue();
        }
        awaitRefused("unlisted", "proxy-header-untrusted");
        try (RawClient client = RawClient.to(LB)) {
            client.send("GET / HTTP/1.1\r\nhost: web.example\r\n\r\n");
            assertThat(client.isEnded()).isTrue();
        }
        awaitRefused("lb", "proxy-header-invalid");
    }

    @Test
    void aTrustedProxyIsBelievedAndNobodyElse() throws IOException {
        get(
                CDN,
                "",
                "/cdn",
                "x-forwarded-for: 6.6.6.6, 203.0.113.9:4711, 198.51.100.7\r\nx-forwarded-proto: https\r\n");
        assertThat(forwardedFor("/cdn")).isEqualTo("6.6.6.6, 203.0.113.9:4711, 198.51.100.7, 127.0.0.1");
        awaitLogged("/cdn", "203.0.113.9");
        get(FABRIC.node("aws-a").http(), "", "/direct", "x-forwarded-for: 6.6.6.6\r\n");
        assertThat(forwardedFor("/direct")).isEqualTo("127.0.0.1");
    }

    @Test
    void theClientStandsSoManyHopsFromTheRight() throws IOException {
        get(HOPS, "", "/hops", "x-forwarded-for: 6.6.6.6, 203.0.113.10, 198.51.100.9\r\n");
        assertThat(forwardedFor("/hops")).isEqualTo("6.6.6.6, 203.0.113.10, 198.51.100.9, 127.0.0.1");
        awaitLogged("/hops", "203.0.113.10");
        get(HOPS, "", "/fewer", "x-forwarded-for: 6.6.6.6\r\n");
        awaitLogged("/fewer", "127.0.0.1");
    }

    @Test
    void oneAddressHasSoManyConnectionsAtAPublicListener() throws IOException {
        twoAreServedAndNoThird(CROWD, "crowd", "address-full");
    }

    @Test
    void aListenerHasSoManyConnections() throws IOException {
        twoAreServedAndNoThird(FEW, "few", "listener-full");
    }

    private static void twoAreServedAndNoThird(int port, String listener, String cause) throws IOException {
        try (RawClient one = RawClient.to(port);
                RawClient two = RawClient.to(port)) {
            assertThat(TcpEcho.greeted(one)).isEqualTo("bytes");
            assertThat(TcpEcho.greeted(two)).isEqualTo("bytes");
            assertThat(RawClient.isTurnedAway(port)).isTrue();
        }
        awaitRefused(listener, cause);
        Patience.until("there is room again", () -> {
            try (RawClient again = RawClient.to(port)) {
                return TcpEcho.greeted(again).equals("bytes");
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static void awaitLogged(String path, String address) {
        Path log = FABRIC.node("aws-a").folder().resolve("access.log");
        Patience.until("the access log has " + address, () -> {
            try {
                return Files.exists(log)
                        && Files.readAllLines(log).stream()
                                .anyMatch(line -> line.contains("\"url.path\":\"" + path + "\"")
                                        && line.contains("\"client.address\":\"" + address + "\""));
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static void awaitRefused(String listener, String cause) {
        TestNode aws = FABRIC.node("aws-a");
        Patience.until(
                cause + " is counted",
                () -> aws.meter(
                                "bridgehead_connections_refused_total",
                                "listener=\"" + listener + "\"",
                                "error_type=\"" + cause + "\"")
                        >= 1,
                aws::metrics);
    }
}

package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.preface.Hellos;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS that passes through one node or two by the name in its ClientHello; the endpoint writes down what it gets. */
@Timeout(60)
final class PassthroughTest {
    private static final SiteName THERE = new SiteName("there");

    private static SequencedMap<SiteName, List<Endpoint>> sites(SiteName site, Endpoint endpoint) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(site, List.of(endpoint));
        return sites;
    }

    private static ServiceRoute tls(String name, List<String> hosts, List<String> listeners, Endpoint endpoint) {
        return ServiceRoute.tls(
                name, hosts, listeners, sites(Gateway.SITE, endpoint), Authorizer.everySite(Gateway.DOMAIN));
    }

    private static Socket connect(Gateway gateway) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port("sni"));
        socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static ListenerSpec sni(long prefaceMillis) {
        ClientRules rules = new ClientRules(0, null, null, prefaceMillis);
        return Gateway.spec("sni", 0, ListenerSpec.Protocol.TLS, rules);
    }

    /** Sends the bytes, ends its half, and reads to the end. */
    private static String exchange(Gateway gateway, byte[] bytes) throws IOException {
        try (Socket socket = connect(gateway)) {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static byte[] alert(int code) {
        return new byte[] {21, 3, 3, 0, 2, 2, (byte) code};
    }

    @Test
    void theServerNameDecides() throws Exception {
        try (Scribe exact = new Scribe();
                Scribe below = new Scribe();
                Scribe rest = new Scribe();
                Gateway gateway = new Gateway(
                        tls("exact", List.of("shop.example"), List.of(), exact.endpoint()),
                        tls("below", List.of("*.example"), List.of(), below.endpoint()),
                        tls("rest", List.of(), List.of("sni"), rest.endpoint()))) {
            gateway.reconcile(sni(5000));
            byte[] hello = Hellos.of("Shop.Example");
            assertThat(exchange(gateway, hello)).isEqualTo("got " + hello.length);
            assertThat(exact.next()).isEqualTo(hello);
            ExchangeRecord record = gateway.nextRecord();
            assertThat(record.authority()).isEqualTo("Shop.Example");
            assertThat(record.scheme()).isEqualTo("tls");
            assertThat(record.refusal()).isNull();
            exchange(gateway, Hellos.of("a.b.example"));
            assertThat(below.next()).isNotEmpty();
            exchange(gateway, Hellos.of("elsewhere.test"));
            assertThat(rest.next()).isNotEmpty();
            exchange(gateway, Hellos.of(null));
            assertThat(rest.next()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 300})
    void itComesInSegmentsAndRecords(int segment) throws Exception {
        byte[] hello = Hellos.inRecords(Hellos.of("shop.example"), 100);
        byte[] all = Arrays.copyOf(hello, hello.length + 50);
        try (Scribe scribe = new Scribe();
                Gateway gateway = new Gateway(tls("exact", List.of("shop.example"), List.of(), scribe.endpoint()))) {
            gateway.reconcile(sni(20_000));
            try (Socket socket = connect(gateway)) {
                for (int at = 0; at < all.length; at += segment) {
                    socket.getOutputStream().write(all, at, Math.min(segment, all.length - at));
                    socket.getOutputStream().flush();
                }
                socket.shutdownOutput();
                assertThat(scribe.next()).isEqualTo(all);
                assertThat(socket.getInputStream().readAllBytes())
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("got " + all.length);
            }
        }
    }

    @Test
    void aNameThatLeadsNowhereIsToldByAnAlert() throws Exception {
        try (Scribe scribe = new Scribe();
                Gateway gateway = new Gateway(
                        tls("exact", List.of("shop.example"), List.of(), scribe.endpoint()),
                        ServiceRoute.tls(
                                "locked",
                                List.of("locked.example"),
                                List.of(),
                                sites(Gateway.SITE, scribe.endpoint()),
                                Authorizer.of(Gateway.DOMAIN, List.of())))) {
            gateway.reconcile(sni(5000));
            for (String name : new String[] {"other.example", null}) {
                try (Socket socket = connect(gateway)) {
                    socket.getOutputStream().write(Hellos.of(name));
                    assertThat(socket.getInputStream().readAllBytes()).isEqualTo(alert(112));
                }
                assertThat(gateway.nextRecord().refusal()).isEqualTo(Refusal.NO_ROUTE);
            }
            try (Socket socket = connect(gateway)) {
                socket.getOutputStream().write(Hellos.of("locked.example"));
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(alert(49));
            }
            assertThat(gateway.nextRecord().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
        }
    }

    @Test
    void whatIsNoClientHelloIsRefused() throws Exception {
        try (Gateway gateway = new Gateway()) {
            gateway.reconcile(sni(20_000));
            try (Socket socket = connect(gateway)) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            } catch (IOException reset) {
                // its other bytes were not read
            }
            assertThat(gateway.nextRefusal()).isEqualTo(Refusal.NOT_TLS);
            try (Socket socket = connect(gateway)) {
                socket.getOutputStream().write(new byte[] {22, 3, 1, 0, 4, 1, 0, 0, 0});
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(alert(50));
            }
            assertThat(gateway.nextRefusal()).isEqualTo(Refusal.CLIENT_HELLO_INVALID);
            try (Socket socket = connect(gateway)) {
                socket.getOutputStream().write(new byte[] {22, 3, 1, 0, 4, 1, 0, 0x40, 0});
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(alert(50));
            }
            assertThat(gateway.nextRefusal()).isEqualTo(Refusal.CLIENT_HELLO_TOO_LARGE);
            gateway.reconcile(sni(500));
            try (Socket socket = connect(gateway)) {
                socket.getOutputStream().write(Hellos.of("shop.example"), 0, 100);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(gateway.nextRefusal()).isEqualTo(Refusal.CLIENT_HELLO_TIMEOUT);
        }
    }

    @Test
    void twoNodesPassItOnWithWhatTheEndpointWantsToKnow() throws Exception {
        try (Scribe scribe = new Scribe()) {
            ServiceRoute route = ServiceRoute.tls(
                            "exact",
                            List.of("shop.example"),
                            List.of(),
                            sites(THERE, scribe.endpoint()),
                            Authorizer.everySite(Gateway.DOMAIN))
                    .withProxyHeader(ProxyHeader.V2);
            try (Gateway there = Gateway.at(THERE, route);
                    Gateway here = new Gateway(Gateway.SITE, WireLimits.edge(), new NodeGate(10), route)) {
                here.dial(THERE, there.tunnelPort(Gateway.SITE));
                here.reconcile(sni(5000));
                byte[] hello = Hellos.of("shop.example", "h2");
                int clientPort;
                try (Socket socket = connect(here)) {
                    clientPort = socket.getLocalPort();
                    socket.getOutputStream().write(hello);
                    socket.shutdownOutput();
                    assertThat(socket.getInputStream().readAllBytes())
                            .asString(StandardCharsets.US_ASCII)
                            .startsWith("got ");
                }
                byte[] all = scribe.next();
                int header = all.length - hello.length;
                assertThat(Arrays.copyOfRange(all, header, all.length)).isEqualTo(hello);
                assertThat(new String(all, 0, header, StandardCharsets.ISO_8859_1))
                        .contains("QUIT")
                        .contains((char) (clientPort >>> 8) + "" + (char) (clientPort & 0xff))
                        .contains("shop.example")
                        .contains("h2")
                        .contains("spiffe://corp.example/site/here/unauthenticated");
            }
        }
    }
}

package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.Flow;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.IpRanges;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.proxy.ForwardingTrust;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.preface.ProxyHeaderWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose address a connection is taken to have, and how many one address may have. */
@Timeout(60)
final class ClientAddressTest {
    private static final IpRanges LOOPBACK = ranges("127.0.0.0", 8);
    private static final IpRanges ELSEWHERE = ranges("192.0.2.0", 24);
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    private static IpRanges ranges(String base, int prefix) {
        byte[] bytes = Objects.requireNonNull(IpAddress.parse(base)).bytes();
        return new IpRanges(List.of(IpRanges.Range.of(bytes, prefix)));
    }

    private static SequencedMap<SiteName, List<Endpoint>> sites(Endpoint endpoint) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(Gateway.SITE, List.of(endpoint));
        return sites;
    }

    private static ServiceRoute orders(Endpoint endpoint) {
        return ServiceRoute.http("orders", List.of("localhost"), sites(endpoint), Authorizer.everySite(Gateway.DOMAIN));
    }

    private static ServiceRoute database(Endpoint endpoint) {
        return ServiceRoute.tcp("db", List.of("pg"), sites(endpoint), Authorizer.everySite(Gateway.DOMAIN));
    }

    private static ListenerSpec listener(
            String name, ListenerSpec.Protocol protocol, ClientRules.@Nullable ProxyHeaders headers) {
        return Gateway.spec(name, 0, protocol, new ClientRules(0, null, headers, 20_000));
    }

    private static Socket connect(Gateway gateway, String listener) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port(listener));
        socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
        return socket;
    }

    private static String send(Gateway gateway, String listener, byte[] header, String text) throws IOException {
        try (Socket socket = connect(gateway, listener)) {
            socket.getOutputStream().write(header);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException reset) {
            return "";
        }
    }

    private static byte[] v1(String flow) {
        return taken(ProxyHeaderWriter.v1(Flow.parse(flow)));
    }

    private static byte[] taken(Chunk chunk) {
        byte[] bytes = chunk.toBytes();
        chunk.release();
        return bytes;
    }

    @Test
    void aListedPeersHeaderIsBelieved() throws Exception {
        ClientRules.ProxyHeaders headers = new ClientRules.ProxyHeaders(LOOPBACK, true);
        ProxyHeaderWriter.Facts facts = new ProxyHeaderWriter.Facts("spiffe://x.example/y", "s", null, null, null);
        try (Backend backend = new Backend();
                Scribe scribe = new Scribe();
                Gateway gateway = new Gateway(orders(backend.endpoint()), database(scribe.endpoint()))) {
            gateway.reconcile(
                    listener("http", ListenerSpec.Protocol.HTTP, headers),
                    listener("pg", ListenerSpec.Protocol.TCP, headers));
            String answer = send(gateway, "http", v1("203.0.113.7 198.51.100.1 1 2"), REQUEST + "\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200");
            assertThat(gateway.nextRecord().caller().address()).isEqualTo("203.0.113.7");
            assertThat(backend.forwardedFor.take()).containsExactly("203.0.113.7");
            byte[] v2 = taken(ProxyHeaderWriter.v2(Flow.parse("2001:db8::7 2001:db8::1 1 2"), facts));
            assertThat(send(gateway, "pg", v2, "hello")).isEqualTo("got 5");
            assertThat(scribe.nextText()).isEqualTo("hello");
            assertThat(gateway.nextRecord().caller().address()).isEqualTo("2001:db8::7");
            assertThat(send(gateway, "pg", taken(ProxyHeaderWriter.v2Local()), "probe"))
                    .isEqualTo("got 5");
            assertThat(gateway.nextRecord().caller().address()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void aListedPeerWithoutHeaderIsRefusedUnlessItMayGoWithout() throws Exception {
        try (Scribe scribe = new Scribe();
                Gateway gateway = new Gateway(database(scribe.endpoint()))) {
            gateway.reconcile(listener("pg", ListenerSpec.Protocol.TCP, new ClientRules.ProxyHeaders(LOOPBACK, true)));
            assertThat(send(gateway, "pg", new byte[0], "hello")).isEmpty();
            assertThat(gateway.nextRefusal()).isEqualTo(Refusal.PROXY_HEADER_INVALID);
            assertThat(send(gateway, "pg", new byte[0], "PROXY TCP4 1.2.3.4\r\n"))
                    .isEmpty();
            assertThat(gateway.nextRefusal()).isEqualTo(Refusal.PROXY_HEADER_INVALID);
            ClientRules hasty = new ClientRules(0, null, new ClientRules.ProxyHeaders(LOOPBACK, true), 500);
            gateway.reconcile(Gateway.spec("pg", 0, ListenerSpec.Protocol.TCP, hasty));
            try (Socket silent = connect(gateway, "pg")) {
                assertThat(silent.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(gateway.nextRefusal()).isEqualTo(Refusal.PROXY_HEADER_TIMEOUT);
            gateway.reconcile(listener("pg", ListenerSpec.Protocol.TCP, new ClientRules.ProxyHeaders(LOOPBACK, false)));
            assertThat(send(gateway, "pg", new byte[0], "hello")).isEqualTo("got 5");
            assertThat(send(gateway, "pg", v1("203.0.113.7 198.51.100.1 1 2"), "hello"))
                    .isEqualTo("got 5");
        }
    }

    @Test
    void anUnlistedPeersHeaderIsNotBelieved() throws Exception {
        ClientRules.ProxyHeaders headers = new ClientRules.ProxyHeaders(ELSEWHERE, true);
        try (Scribe scribe = new Scribe();
                Gateway gateway = new Gateway(database(scribe.endpoint()))) {
            gateway.reconcile(listener("pg", ListenerSpec.Protocol.TCP, headers));
            assertThat(send(gateway, "pg", new byte[0], "hello")).isEqualTo("got 5");
            assertThat(gateway.nextRecord().caller().address()).isEqualTo("127.0.0.1");
            assertThat(send(gateway, "pg", v1("203.0.113.7 198.51.100.1 1 2"), "hello"))
                    .isEmpty();
            assertThat(gateway.nextRefusal()).isEqualTo(Refusal.PROXY_HEADER_UNTRUSTED);
        }
    }

    @Test
    void anEndpointThatAsksForItIsToldWhoTheClientIs() throws Exception {
        try (Scribe scribe = new Scribe();
                Gateway gateway = new Gateway(database(scribe.endpoint()).withProxyHeader(ProxyHeader.V1))) {
            gateway.reconcile(listener("pg", ListenerSpec.Protocol.TCP, new ClientRules.ProxyHeaders(LOOPBACK, true)));
            send(gateway, "pg", v1("203.0.113.7 198.51.100.1 51234 5432"), "hello");
            assertThat(scribe.nextText()).isEqualTo("PROXY TCP4 203.0.113.7 198.51.100.1 51234 5432\r\nhello");
        }
    }

    @Test
    void aTrustedProxysFieldsAreBelieved() throws Exception {
        ForwardingTrust trust = new ForwardingTrust(LOOPBACK, 0);
        try (Backend backend = new Backend();
                Gateway gateway = new Gateway(orders(backend.endpoint()))) {
            gateway.reconcile(
                    Gateway.spec("http", 0, ListenerSpec.Protocol.HTTP, new ClientRules(0, trust, null, 500)));
            send(gateway, "http", new byte[0], REQUEST + "X-Forwarded-For: 6.6.6.6, 203.0.113.7, 127.0.0.9\r\n\r\n");
            assertThat(gateway.nextRecord().caller().address()).isEqualTo("203.0.113.7");
            assertThat(backend.forwardedFor.take()).containsExactly("6.6.6.6, 203.0.113.7, 127.0.0.9, 127.0.0.1");
            gateway.reconcile(Gateway.spec(
                    "http",
                    0,
                    ListenerSpec.Protocol.HTTP,
                    new ClientRules(0, new ForwardingTrust(ELSEWHERE, 0), null, 500)));
            send(gateway, "http", new byte[0], REQUEST + "X-Forwarded-For: 6.6.6.6\r\n\r\n");
            assertThat(gateway.nextRecord().caller().address()).isEqualTo("127.0.0.1");
            assertThat(backend.forwardedFor.take()).containsExactly("127.0.0.1");
        }
    }

    @Test
    void anAddressHasSoManyConnectionsAndAProxyAsManyAsItLikes() throws Exception {
        try (Scribe scribe = new Scribe();
                Gateway gateway = new Gateway(database(scribe.endpoint()))) {
            gateway.reconcile(Gateway.spec(
                    "pg",
                    0,
                    ListenerSpec.Protocol.TCP,
                    new ClientRules(2, null, new ClientRules.ProxyHeaders(LOOPBACK, true), 20_000)));
            List<Socket> open = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Socket socket = connect(gateway, "pg");
                socket.getOutputStream().write(v1("2001:db8:0:1::" + i + " 2001:db8::1 1 2"));
                open.add(socket);
            }
            // each loop has a connection of its own to serve first
            await(() -> scribe.connections() == 2);
            Socket third = connect(gateway, "pg");
            third.getOutputStream().write(v1("2001:db8:0:1:9:9:9:9 2001:db8::1 1 2"));
            assertThat(gateway.nextRefusal()).isEqualTo(Refusal.ADDRESS_FULL);
            assertThat(send(gateway, "pg", v1("2001:db8:0:2::1 2001:db8::1 1 2"), "other"))
                    .isEqualTo("got 5");
            third.close();
            for (Socket socket : open) {
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
                socket.close();
            }
            // the gateway hears a moment later that they have ended
            await(() -> again(gateway).equals("got 5"));
        }
    }

    private static String again(Gateway gateway) {
        try {
            return send(gateway, "pg", v1("2001:db8:0:1::1 2001:db8::1 1 2"), "again");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Gateway.BOUND_MILLIS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void theNodeHasABoundOfAllListeners() throws Exception {
        try (Scribe scribe = new Scribe();
                Gateway gateway =
                        new Gateway(Gateway.SITE, WireLimits.edge(), new NodeGate(2), database(scribe.endpoint()))) {
            gateway.reconcile(Gateway.tcp("pg", 0), Gateway.tcp("other", 0));
            try (Socket one = connect(gateway, "pg");
                    Socket two = connect(gateway, "pg")) {
                one.getOutputStream().write(1);
                two.getOutputStream().write(1);
                // each loop counts its own
                await(() -> scribe.connections() == 2);
                assertThat(send(gateway, "other", new byte[0], "x")).isEmpty();
                assertThat(gateway.nextRefusal()).isEqualTo(Refusal.NODE_FULL);
            }
        }
    }
}

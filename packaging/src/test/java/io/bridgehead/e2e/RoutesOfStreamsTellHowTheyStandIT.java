package io.bridgehead.e2e;

import static io.bridgehead.e2e.harness.Manifests.gateway;
import static io.bridgehead.e2e.harness.Manifests.route;
import static io.bridgehead.e2e.harness.Manifests.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.Standalone;
import io.bridgehead.e2e.harness.TestPki;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TcpEcho;
import io.bridgehead.e2e.traffic.TlsPeer;
import io.bridgehead.e2e.traffic.UdpEcho;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLSRoute, TCPRoute and UDPRoute of the Gateway API v1: which listeners take them, what is told of them, and where connections go. */
final class RoutesOfStreamsTellHowTheyStandIT {
    private static final int TLS = Ports.next();
    private static final int ANY = Ports.next();
    private static final int TCP = Ports.next();
    private static final int SHARED = Ports.next();
    private static final int UDP = Ports.next();
    private static final List<AutoCloseable> CLOSING = new ArrayList<>();
    private static final String YES = "True Accepted";
    private static final String RESOLVED = "True ResolvedRefs";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before every test
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before every test
    private static TestPki pki;

    @SuppressWarnings("NullAway.Init") // set before every test
    private static Standalone node;

    private static <T extends AutoCloseable> T closing(T opened) {
        CLOSING.add(opened);
        return opened;
    }

    @BeforeAll
    static void start() {
        pki = TestPki.create(folder, "e2e.example");
        node = closing(Standalone.in(folder));
        node.write("gateways.yaml", gateways())
                .write("tls.yaml", tlsRoutes())
                .write("streams.yaml", streamRoutes())
                .write("services.yaml", services());
        node.start().awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : CLOSING.reversed()) {
            each.close();
        }
    }

    private static String gateways() {
        String tls = "protocol: TLS, tls: { mode: Passthrough }, port: ";
        return gateway("names", "", "{ name: wild, hostname: \"*.example.com\", " + tls + TLS + " }")
                + gateway("any", "", "{ name: all, " + tls + ANY + " }")
                + gateway(
                        "closed",
                        "",
                        "{ name: web, protocol: HTTP, port: " + Ports.next() + " }",
                        "{ name: kinds, " + tls + Ports.next()
                                + ", allowedRoutes: { kinds: [ { kind: HTTPRoute } ] } }")
                + gateway(
                        "streams",
                        "",
                        "{ name: tcp, protocol: TCP, port: " + TCP + " }",
                        "{ name: both-tcp, protocol: TCP, port: " + SHARED + " }",
                        "{ name: both-udp, protocol: UDP, port: " + SHARED + " }",
                        "{ name: udp, protocol: UDP, port: " + UDP + " }");
    }

    private static String to(String... services) {
        return "[ { backendRefs: [ " + String.join(", ", services) + " ] } ]";
    }

    private static String backend(String name) {
        return "{ name: " + name + ", port: 80 }";
    }

    private static String at(String gateway, String... more) {
        String ref = "{ name: " + gateway + (more.length == 0 ? "" : ", " + more[0]) + " }";
        return "[ " + ref + " ]";
    }

    private static String tls(String name, String gateway, String host, String backend) {
        return route("TLSRoute", name, at(gateway), "[ \"" + host + "\" ]", to(backend));
    }

    private static String aged(String route, int year) {
        return route.replace(" }\nspec:", ", creationTimestamp: \"" + year + "-01-01T00:00:00Z\" }\nspec:");
    }

    private static String tlsRoutes() {
        return aged(tls("less", "names", "*.com", backend("second")), 2020)
                + aged(tls("exact", "names", "abc.example.com", backend("first")), 2024)
                + tls("elsewhere", "names", "abc.example.org", backend("first"))
                + aged(tls("older", "any", "*.b.example.org", backend("first")), 2021)
                + aged(tls("younger", "any", "*.b.example.org", backend("second")), 2022)
                + tls("missing", "any", "missing.example.org", backend("nobody"))
                + tls("kind", "any", "kind.example.org", "{ group: x.example, kind: Bucket, name: b }")
                + tls("abroad", "any", "abroad.example.org", "{ name: first, namespace: other, port: 80 }")
                + tls("http", "closed", "http.example.org", backend("first"))
                        .replace("closed }", "closed, sectionName: web }")
                + tls("not-allowed", "closed", "k.example.org", backend("nobody"))
                        .replace("closed }", "closed, sectionName: kinds }")
                + tls("no-section", "closed", "s.example.org", backend("first"))
                        .replace("closed }", "closed, sectionName: none }");
    }

    private static String streamRoutes() {
        return aged(
                        route(
                                "TCPRoute",
                                "tcp-older",
                                at("streams", "sectionName: tcp"),
                                "",
                                to(
                                        "{ name: one, port: 80, weight: 3 }",
                                        "{ name: two, port: 80, weight: 1 }",
                                        "{ name: never, port: 80, weight: 0 }")),
                        2020)
                + aged(
                        route("TCPRoute", "tcp-younger", at("streams", "sectionName: tcp"), "", to(backend("never"))),
                        2021)
                + route("TCPRoute", "tcp-port", at("streams", "port: " + SHARED), "", to(backend("two")))
                + route("TCPRoute", "tcp-at-udp", at("streams", "sectionName: udp"), "", to(backend("two")))
                + aged(route("UDPRoute", "udp-all", at("streams"), "", to("{ name: datagrams, port: 80 }")), 2020)
                + aged(
                        route(
                                "UDPRoute",
                                "udp-younger",
                                at("streams", "sectionName: udp"),
                                "",
                                to("{ name: nowhere, port: 80 }")),
                        2021)
                + route(
                        "UDPRoute",
                        "udp-at-tcp",
                        at("streams", "sectionName: tcp"),
                        "",
                        to("{ name: datagrams, port: 80 }"));
    }

    private static String services() {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("first", "second")) {
            all.append(service(
                    name,
                    closing(TlsPeer.with(pki.workload("/team/" + name, name)).serve())
                            .address()));
        }
        for (String name : List.of("one", "two", "never")) {
            all.append(service(
                    name, closing(TcpEcho.start(name, TcpEcho.Manner.ECHO)).address()));
        }
        return all.append(service("datagrams", closing(UdpEcho.start()).address(), "UDP"))
                .append(service("nowhere", "127.0.0.1:" + Ports.next(), "UDP"))
                .toString();
    }

    private static String says(int port, String name) throws IOException {
        return TlsPeer.with(pki.workload("/team/caller", "caller")).say(port, name, "hello");
    }

    @Test
    void theNarrowestHostNameHasTheConnectionWhateverItsAge() throws IOException {
        for (String route : List.of("less", "exact")) {
            assertThat(node.ofRoute(route, "Accepted")).isEqualTo(YES);
            assertThat(node.ofRoute(route, "ResolvedRefs")).isEqualTo(RESOLVED);
        }
        assertThat(node.listener("names", "wild").getInteger("attachedRoutes")).isEqualTo(2);
        assertThat(says(TLS, "abc.example.com")).startsWith("spiffe://e2e.example/team/first ");
        assertThat(says(TLS, "other.example.com")).startsWith("spiffe://e2e.example/team/second ");
        assertThatThrownBy(() -> says(TLS, "non.matching.com")).isInstanceOf(IOException.class);
        assertThat(node.ofRoute("elsewhere", "Accepted")).isEqualTo("False NoMatchingListenerHostname");
    }

    @Test
    void ofRoutesWithTheSameHostNameBothAreTakenAndTheOlderServes() throws IOException {
        assertThat(node.ofRoute("older", "Accepted")).isEqualTo(YES);
        assertThat(node.ofRoute("younger", "Accepted")).isEqualTo(YES);
        assertThat(node.ofRoute("younger", "Programmed")).isEqualTo("False Conflicted");
        assertThat(says(ANY, "a.b.example.org")).startsWith("spiffe://e2e.example/team/first ");
    }

    @Test
    void referencesThatLeadNowhereAreNamedAndOtherRoutesServed() {
        assertThat(node.ofRoute("missing", "Accepted")).isEqualTo(YES);
        assertThat(node.ofRoute("missing", "ResolvedRefs")).isEqualTo("False BackendNotFound");
        assertThat(node.ofRoute("kind", "ResolvedRefs")).isEqualTo("False InvalidKind");
        assertThat(node.ofRoute("abroad", "ResolvedRefs")).isEqualTo("False RefNotPermitted");
        assertThatThrownBy(() -> says(ANY, "missing.example.org")).isInstanceOf(IOException.class);
    }

    @Test
    void listenersOfAnotherProtocolOrForOtherKindsDoNotTakeThem() {
        assertThat(node.ofRoute("http", "Accepted")).isEqualTo("False NotAllowedByListeners");
        assertThat(node.ofRoute("not-allowed", "Accepted")).isEqualTo("False NotAllowedByListeners");
        assertThat(node.ofRoute("not-allowed", "ResolvedRefs")).isEqualTo("False BackendNotFound");
        assertThat(node.ofRoute("no-section", "Accepted")).isEqualTo("False NoMatchingParent");
        assertThat(node.ofRoute("tcp-at-udp", "Accepted")).isEqualTo("False NotAllowedByListeners");
        assertThat(node.ofRoute("udp-at-tcp", "Accepted")).isEqualTo("False NotAllowedByListeners");
        assertThat(node.ofListener("closed", "kinds", "ResolvedRefs")).isEqualTo("False InvalidRouteKinds");
        for (String listener : List.of("web", "kinds")) {
            assertThat(node.listener("closed", listener).getInteger("attachedRoutes"))
                    .isZero();
        }
    }

    @Test
    void theOlderOfTwoTcpRoutesHasThePortAndSharesItByWeight() throws IOException {
        assertThat(node.ofRoute("tcp-older", "Accepted")).isEqualTo(YES);
        assertThat(node.ofRoute("tcp-younger", "Accepted")).isEqualTo(YES);
        assertThat(node.ofRoute("tcp-younger", "Programmed")).isEqualTo("False Conflicted");
        JsonObject listener = node.listener("streams", "tcp");
        assertThat(listener.getInteger("attachedRoutes")).isEqualTo(2);
        assertThat(kinds(listener)).containsExactly("TCPRoute");
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            try (RawClient connection = RawClient.to(TCP)) {
                seen.merge(TcpEcho.greeted(connection), 1, Integer::sum);
            }
        }
        assertThat(seen).containsOnlyKeys("one", "two");
        assertThat(seen.get("one")).isBetween(250, 350);
    }

    @Test
    void onePortNumberServesConnectionsAndDatagrams() throws IOException {
        assertThat(node.ofRoute("tcp-port", "Accepted")).isEqualTo(YES);
        try (RawClient connection = RawClient.to(SHARED)) {
            assertThat(TcpEcho.greeted(connection)).isEqualTo("two");
        }
        Patience.until("a datagram comes back", () -> comesBack(SHARED), node::log);
        assertThat(node.ofListener("streams", "both-tcp", "Programmed")).isEqualTo("True Programmed");
        assertThat(node.ofListener("streams", "both-udp", "Programmed")).isEqualTo("True Programmed");
    }

    @Test
    void aUdpRouteWithoutASectionHasAllListenersForDatagrams() {
        assertThat(node.ofRoute("udp-all", "Accepted")).isEqualTo(YES);
        assertThat(node.ofRoute("udp-younger", "Accepted")).isEqualTo(YES);
        assertThat(node.listener("streams", "udp").getInteger("attachedRoutes")).isEqualTo(2);
        assertThat(node.listener("streams", "both-udp").getInteger("attachedRoutes"))
                .isEqualTo(1);
        assertThat(kinds(node.listener("streams", "udp"))).containsExactly("UDPRoute");
        Patience.until("a datagram comes back", () -> comesBack(UDP), node::log);
    }

    private static List<String> kinds(JsonObject listener) {
        return listener.getJsonArray("supportedKinds").stream()
                .map(kind -> ((JsonObject) kind).getString("kind"))
                .toList();
    }

    private static boolean comesBack(int port) {
        try (DatagramSocket client = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            client.setSoTimeout(1000);
            byte[] sent = "datagram".getBytes(StandardCharsets.US_ASCII);
            client.send(new DatagramPacket(sent, sent.length, InetAddress.getLoopbackAddress(), port));
            DatagramPacket back = new DatagramPacket(new byte[64], 64);
            client.receive(back);
            return new String(back.getData(), 0, back.getLength(), StandardCharsets.US_ASCII).equals("datagram");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void theCommandShowsTheStatusThatTheApiDescribes() {
        JsonArray routes = Cli.run(
                        "get", "routes", "-o", "json", "--socket", node.socket().toString())
                .good()
                .json()
                .getJsonArray("routes");
        JsonObject younger = routes.stream()
                .map(JsonObject.class::cast)
                .filter(route -> route.getString("name").equals("tcp-younger"))
                .findFirst()
                .orElseThrow();
        JsonObject parent =
                younger.getJsonObject("status").getJsonArray("parents").getJsonObject(0);
        assertThat(parent.getJsonObject("parentRef").getString("sectionName")).isEqualTo("tcp");
        assertThat(parent.getString("controllerName")).isEqualTo("bridgehead.io/gateway-controller");
        assertThat(Standalone.condition(parent.getJsonArray("conditions"), "Accepted"))
                .isEqualTo(YES);
    }
}

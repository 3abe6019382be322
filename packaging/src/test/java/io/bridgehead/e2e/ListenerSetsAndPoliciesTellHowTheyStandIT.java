package io.bridgehead.e2e;

import static io.bridgehead.e2e.harness.Manifests.authorities;
import static io.bridgehead.e2e.harness.Manifests.gateway;
import static io.bridgehead.e2e.harness.Manifests.route;
import static io.bridgehead.e2e.harness.Manifests.secret;
import static io.bridgehead.e2e.harness.Manifests.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.Standalone;
import io.bridgehead.e2e.harness.TestPki;
import io.bridgehead.e2e.traffic.GrpcEcho;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import io.bridgehead.e2e.traffic.TlsEndpoint;
import io.bridgehead.tls.MaterialFiles;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ListenerSet, BackendTLSPolicy, GRPCRoute and what makes a Gateway invalid, as the Gateway API v1 has it: what is told of them, and what is answered. */
final class ListenerSetsAndPoliciesTellHowTheyStandIT {
    private static final int WEB = Ports.next();
    private static final int CONFLICTED = Ports.next();
    private static final int GRPC = Ports.next();
    private static final int BYTES = Ports.next();
    private static final List<AutoCloseable> CLOSING = new ArrayList<>();
    private static final GrpcEcho HERE = closing(GrpcEcho.start());
    private static final GrpcEcho THERE = closing(GrpcEcho.start());
    private static final String YES = "True Accepted";

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
                .write("sets.yaml", sets())
                .write("routes.yaml", routes())
                .write("policies.yaml", policies())
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
        return gateway(
                        "web",
                        "allowedListeners: { namespaces: { from: Same } }",
                        "{ name: own, port: " + WEB + ", protocol: HTTP, hostname: own.example }")
                + gateway("alone", "", "{ name: own, port: " + Ports.next() + ", protocol: HTTP }")
                + gateway(
                        "parameters",
                        "allowedListeners: { namespaces: { from: Same } }\n"
                                + "infrastructure: { parametersRef: { group: x.example, kind: Bucket, name: b } }",
                        "{ name: own, port: " + Ports.next() + ", protocol: HTTP }")
                + gateway(
                        "conflicted",
                        "",
                        "{ name: https, port: " + CONFLICTED
                                + ", protocol: HTTPS, tls: { certificateRefs: [ { name: cert } ] } }",
                        "{ name: tls, port: " + CONFLICTED + ", protocol: TLS, tls: { mode: Passthrough } }",
                        "{ name: well, port: " + Ports.next() + ", protocol: HTTP }")
                + gateway("unknown", "", "{ name: odd, port: " + Ports.next() + ", protocol: example.com/odd }")
                + gateway(
                        "calls",
                        "",
                        "{ name: one, port: " + GRPC + ", protocol: HTTP, hostname: one.example }",
                        "{ name: other, port: " + GRPC + ", protocol: HTTP, hostname: \"*.other.example\" }",
                        "{ name: bytes, port: " + BYTES
                                + ", protocol: TLS, hostname: bytes.example, tls: { certificateRefs: [ { name: cert } ] } }");
    }

    private static String set(String name, String gateway, String... listeners) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: ListenerSet
                metadata: { name: %s }
                spec:
                  parentRef: { name: %s }
                  listeners:
                  - %s
                """.formatted(name, gateway, String.join("\n  - ", listeners));
    }

    private static String sets() {
        String web = "port: " + WEB + ", protocol: HTTP, hostname: ";
        return set("set-a", "web", "{ name: a, " + web + "a.example }", "{ name: taken, " + web + "own.example }")
                + set("set-b", "web", "{ name: taken, " + web + "a.example }")
                + set("set-not", "alone", "{ name: x, port: " + Ports.next() + ", protocol: HTTP }")
                + set("set-parameters", "parameters", "{ name: x, port: " + Ports.next() + ", protocol: HTTP }");
    }

    private static String rules(String path, String backend) {
        return "[ { matches: [ { path: { value: " + path + " } } ], backendRefs: [ { name: " + backend
                + ", port: 80 } ] } ]";
    }

    private static String routes() {
        String set = "{ group: gateway.networking.k8s.io, kind: ListenerSet, name: set-a }";
        String grpc = "{ group: bridgehead.io, kind: Service, name: ";
        return route("HTTPRoute", "both", "[ { name: web }, " + set + " ]", "", rules("/both", "plain"))
                + route(
                        "HTTPRoute",
                        "half",
                        "[ { name: web, sectionName: none }, " + set + " ]",
                        "",
                        rules("/half", "plain"))
                + route(
                        "HTTPRoute",
                        "at-conflict",
                        "[ { name: conflicted, sectionName: https } ]",
                        "",
                        rules("/", "plain"))
                + route("HTTPRoute", "tls-good", "[ { name: web } ]", "", rules("/good", "good"))
                + route("HTTPRoute", "tls-missing", "[ { name: web } ]", "", rules("/missing", "missing"))
                + route("HTTPRoute", "tls-malformed", "[ { name: web } ]", "", rules("/malformed", "malformed"))
                + route("HTTPRoute", "tls-kind", "[ { name: web } ]", "", rules("/kind", "kind"))
                + route("HTTPRoute", "tls-name", "[ { name: web } ]", "", rules("/name", "name"))
                + route(
                        "TLSRoute",
                        "tls-bytes",
                        "[ { name: calls, sectionName: bytes } ]",
                        "[ bytes.example ]",
                        "[ { backendRefs: [ { name: good, port: 80 } ] } ]")
                + route(
                        "GRPCRoute",
                        "calls",
                        "[ { name: calls, sectionName: one } ]",
                        "",
                        "[ { matches: [ { method: { service: e2e.Echo }, headers: [ { name: x-mark, value: there } ] } ], backendRefs: [ "
                                + grpc
                                + "there } ] }, { matches: [ { method: { service: e2e.Echo } } ], backendRefs: [ "
                                + grpc
                                + "here, weight: 1 }, " + grpc + "there, weight: 0 } ] } ]")
                + route(
                        "GRPCRoute",
                        "wrong-host",
                        "[ { name: calls, sectionName: other } ]",
                        "[ one.example ]",
                        "[ { backendRefs: [ " + grpc + "here } ] } ]");
    }

    private static String policy(String name, String service, String host, String authority) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: BackendTLSPolicy
                metadata: { name: %s }
                spec:
                  targetRefs: [ { group: "", kind: Service, name: %s } ]
                  validation: { hostname: %s, caCertificateRefs: [ %s ] }
                """.formatted(name, service, host, authority);
    }

    private static String policies() {
        String authority = "{ group: \"\", kind: ConfigMap, name: ";
        return policy("p-good", "good", "inner.example", authority + "ca }")
                + policy("p-good-too", "good", "outer.example", authority + "ca }")
                + policy("p-missing", "missing", "inner.example", authority + "none }")
                + policy("p-malformed", "malformed", "inner.example", authority + "malformed }")
                + policy("p-kind", "kind", "inner.example", "{ group: x.example, kind: Bucket, name: b }")
                + policy("p-name", "name", "outer.example", authority + "ca }")
                + authorities("ca", pki.folder().resolve("ca.crt"))
                + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: malformed }\ndata: { ca.crt: no certificate }\n";
    }

    private static String services() {
        MaterialFiles.Paths cert = pki.web(folder, "cert", "bytes.example");
        String secured = closing(
                        TlsEndpoint.start("secured", pki.server("/team/secure", "secure", "inner.example"), false))
                .address();
        StringBuilder all = new StringBuilder(secret("cert", cert.certificate(), cert.key()));
        all.append(service("plain", closing(TestEndpoint.start("plain")).address()));
        for (String name : List.of("good", "missing", "malformed", "kind", "name")) {
            all.append(service(name, secured));
        }
        Map.of("here", HERE, "there", THERE)
                .forEach((name, endpoint) -> all.append("---\n")
                        .append(Documents.grpc(
                                name, name + ".example", Map.of("somewhere", List.of(endpoint.address())))));
        return all.toString();
    }

    private static int get(String host, String path) {
        try {
            return RawClient.get(WEB, host, path).status();
        } catch (IOException e) {
            throw new AssertionError(host + path, e);
        }
    }

    @Test
    void listenersOfASetJoinItsGatewayAndLoseAgainstThoseBefore() {
        assertThat(node.ofGateway("web", "Accepted")).isEqualTo(YES);
        assertThat(node.object("gateways", "web").getJsonObject("status").getInteger("attachedListenerSets"))
                .isEqualTo(1);
        assertThat(node.ofGateway("set-a", "Accepted")).isEqualTo("True ListenersNotValid");
        assertThat(node.ofGateway("set-a", "Programmed")).isEqualTo("True Programmed");
        assertThat(node.ofListener("set-a", "a", "Accepted")).isEqualTo(YES);
        for (String type : List.of("Accepted", "Programmed")) {
            assertThat(node.ofListener("set-a", "taken", type)).isEqualTo("False HostnameConflict");
            assertThat(node.ofGateway("set-b", type)).isEqualTo("False ListenersNotValid");
        }
        assertThat(node.ofListener("set-a", "taken", "Conflicted")).isEqualTo("True HostnameConflict");
        assertThat(node.listener("set-a", "a").getInteger("attachedRoutes")).isEqualTo(2);
    }

    @Test
    void aGatewayTakesNoSetsUnlessItSaysSoAndNoneWhileItIsRefused() {
        assertThat(node.ofGateway("set-not", "Accepted")).isEqualTo("False NotAllowed");
        assertThat(node.ofGateway("set-not", "Programmed")).isEqualTo("False NotAllowed");
        assertThat(node.object("gateways", "alone").getJsonObject("status").getInteger("attachedListenerSets"))
                .isZero();
        assertThat(node.ofGateway("parameters", "Accepted")).isEqualTo("False InvalidParameters");
        assertThat(node.ofGateway("set-parameters", "Accepted")).isEqualTo("False ParentNotAccepted");
        assertThat(node.ofGateway("set-parameters", "Programmed")).startsWith("False ");
        assertThat(node.object("gateways", "parameters").getJsonObject("status").getInteger("attachedListenerSets"))
                .isZero();
    }

    @Test
    void aRouteStandsAtEachParentForItself() {
        assertThat(node.ofRoute("both", 0, "Accepted")).isEqualTo(YES);
        assertThat(node.ofRoute("both", 1, "Accepted")).isEqualTo(YES);
        assertThat(node.ofRoute("half", 0, "Accepted")).isEqualTo("False NoMatchingParent");
        assertThat(node.ofRoute("half", 1, "Accepted")).isEqualTo(YES);
        assertThat(get("own.example", "/both")).isEqualTo(200);
        assertThat(get("a.example", "/both")).isEqualTo(200);
        assertThat(get("a.example", "/half")).isEqualTo(200);
        assertThat(get("own.example", "/half")).isEqualTo(404);
    }

    @Test
    void listenersThatCannotBeToldApartAreNotServed() {
        for (String listener : List.of("https", "tls")) {
            assertThat(node.ofListener("conflicted", listener, "Accepted")).startsWith("False ");
            assertThat(node.ofListener("conflicted", listener, "Conflicted")).isEqualTo("True ProtocolConflict");
            assertThat(node.ofListener("conflicted", listener, "Programmed")).startsWith("False ");
            assertThat(node.listener("conflicted", listener).getInteger("attachedRoutes"))
                    .isZero();
        }
        assertThat(node.ofGateway("conflicted", "Accepted")).isEqualTo("True ListenersNotValid");
        assertThat(node.ofRoute("at-conflict", "Accepted")).startsWith("False ");
        assertThat(node.ofGateway("unknown", "Accepted")).isEqualTo("False ListenersNotValid");
        assertThat(node.ofListener("unknown", "odd", "Accepted")).isEqualTo("False UnsupportedProtocol");
        assertThat(node.listener("unknown", "odd").getJsonArray("supportedKinds"))
                .isEmpty();
    }

    @Test
    void aPolicyThatCannotBeFollowedLetsNothingThrough() {
        assertThat(node.ofPolicy("p-good", "Accepted")).isEqualTo(YES);
        assertThat(node.ofPolicy("p-good", "ResolvedRefs")).isEqualTo("True ResolvedRefs");
        assertThat(node.ofPolicy("p-good-too", "Accepted")).isEqualTo("False Conflicted");
        assertThat(node.ofPolicy("p-name", "Accepted")).isEqualTo(YES);
        for (String policy : List.of("missing", "malformed", "kind")) {
            assertThat(node.ofPolicy("p-" + policy, "Accepted")).isEqualTo("False NoValidCACertificate");
            assertThat(get("own.example", "/" + policy)).isEqualTo(500);
        }
        assertThat(node.ofPolicy("p-missing", "ResolvedRefs")).isEqualTo("False InvalidCACertificateRef");
        assertThat(node.ofPolicy("p-malformed", "ResolvedRefs")).isEqualTo("False InvalidCACertificateRef");
        assertThat(node.ofPolicy("p-kind", "ResolvedRefs")).isEqualTo("False InvalidKind");
        Patience.until("the good one is served", () -> get("own.example", "/good") == 200, node::log);
        assertThat(get("own.example", "/name"))
                .as("another name than its certificate's")
                .isBetween(502, 503);
    }

    @Test
    void tlsThatIsEndedForBytesIsBegunAnewAsThePolicySays() {
        TlsClient client = TlsClient.trusting(pki.folder().resolve("ca.crt"), null);
        Patience.until(
                "the endpoint answers",
                () -> {
                    try (SSLSocket socket = client.to(BYTES, "bytes.example")) {
                        return RawClient.over(socket)
                                .exchange("GET", "bytes.example", "/", "")
                                .text()
                                .equals("secured");
                    } catch (IOException e) {
                        return false;
                    }
                },
                node::log);
        assertThat(node.ofRoute("tls-bytes", "Accepted")).isEqualTo(YES);
    }

    @Test
    void callsFindTheirPlaceByHeaderMethodAndHost() {
        assertThat(node.ofRoute("calls", "Accepted")).isEqualTo(YES);
        assertThat(node.ofRoute("calls", "ResolvedRefs")).isEqualTo("True ResolvedRefs");
        assertThat(node.ofRoute("wrong-host", "Accepted")).isEqualTo("False NoMatchingListenerHostname");
        Patience.until("a call is answered", () -> called("one.example", "else") == Status.Code.OK, node::log);
        int before = THERE.calls();
        assertThat(called("one.example", "there")).isEqualTo(Status.Code.OK);
        assertThat(THERE.calls()).isEqualTo(before + 1);
        assertThat(called("one.example", "else")).isEqualTo(Status.Code.OK);
        assertThat(THERE.calls()).as("by its weight of 0").isEqualTo(before + 1);
        assertThat(called("a.other.example", "there")).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    private static Status.Code called(String host, String mark) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", GRPC)
                .overrideAuthority(host)
                .usePlaintext()
                .build();
        Metadata head = new Metadata();
        head.put(GrpcEcho.MARK, mark);
        try {
            ClientCalls.blockingUnaryCall(
                    io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(head)),
                    GrpcEcho.SAY,
                    CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
                    new byte[1]);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        } finally {
            channel.shutdownNow();
        }
    }
}

package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.Standalone;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AFolderOfManifestsIsServedAloneIT {
    private static String gateway(int port) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: public, namespace: edge, generation: 4 }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                  listeners:
                  - { name: http, port: %d, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }
                """.formatted(port);
    }

    private static String shop(int endpoint) {
        return """
                apiVersion: v1
                kind: Service
                metadata: { name: shop, namespace: shop }
                spec: { ports: [ { port: 80 } ] }
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: { name: shop-1, namespace: shop, labels: { kubernetes.io/service-name: shop } }
                addressType: IPv4
                endpoints: [ { addresses: [ 127.0.0.1 ] } ]
                ports: [ { port: %d } ]
                """.formatted(endpoint);
    }

    private static String route(String path, String backend) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: shop, namespace: shop }
                spec:
                  parentRefs: [ { name: public, namespace: edge } ]
                  rules:
                  - matches: [ { path: { value: %s } } ]
                    backendRefs: [ { name: %s, port: 80 } ]
                """.formatted(path, backend);
    }

    private static int get(int port, String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void itsGatewaysAreOpenedItsChangesTakenAndItsFaultsToldOf(@TempDir Path folder) throws IOException {
        int port = Ports.next();
        try (TestEndpoint endpoint = TestEndpoint.start("shop");
                Standalone node = Standalone.in(folder)) {
            node.write("gateway.yaml", gateway(port))
                    .write("shop.yaml", shop(endpoint.port()))
                    .write("route.yaml", route("/v1", "shop"));
            node.start().awaitReady();
            assertThat(get(port, "/v1/x")).isEqualTo(200);
            assertThat(get(port, "/v2")).isEqualTo(404);
            assertThat(node.ofRoute("shop", "Accepted")).isEqualTo("True Accepted");
            String socket = node.socket().toString();
            assertThat(Cli.run("get", "routes", "--socket", socket).good().out())
                    .contains("shop/shop", "public", "True");
            assertThat(Cli.run("get", "gateways", "--socket", socket).good().out())
                    .contains("edge/public", "http (1)");
            assertThat(Cli.run("describe", "gateway", "public", "--socket", socket)
                            .good()
                            .out())
                    .contains("listener http, 1 routes", "Programmed");
            String url = "http://127.0.0.1:" + port + "/v1/x";
            assertThat(Cli.run("explain", "GET", url, "--socket", socket).good().out())
                    .contains(
                            "HTTPRoute shop/shop rule 0", "100% Service shop/shop:80", "127.0.0.1:" + endpoint.port());
            assertThat(Cli.run("status", "--socket", socket).good().out())
                    .contains("ready", "gateway:127.0.0.1:" + port, " on 127.0.0.1:" + port + ", ");
            node.awaitLog("listening on 127.0.0.1:" + port);

            aChangedFileIsTaken(node, port);
            aFileThatIsNoYamlKeepsWhatItSaid(node, port);
            aSecondGatewayWaitsForItsPort(node);
            itsServicesAreAskedAboutElsewhere(node, port, endpoint);
            assertThat(node.stop()).isIn(0, 143);
            assertThat(get(port, "/v1")).isZero();
        }
    }

    private static void aChangedFileIsTaken(Standalone node, int port) {
        node.write("route.yaml", route("/v2", "shop"));
        Patience.until("the new path is served", () -> get(port, "/v2") == 200);
        assertThat(get(port, "/v1")).isEqualTo(404);
        node.write("route.yaml", route("/v2", "nothing"));
        Patience.until("a backend that is not there", () -> get(port, "/v2") == 500);
        Patience.until(
                "its route says so",
                () -> node.ofRoute("shop", "ResolvedRefs").equals("False BackendNotFound"),
                () -> node.ofRoute("shop", "ResolvedRefs"));
        node.write("route.yaml", route("/v1", "shop"));
        Patience.until("the old path is served", () -> get(port, "/v1") == 200);
    }

    private static void aFileThatIsNoYamlKeepsWhatItSaid(Standalone node, int port) {
        node.write("route.yaml", "kind: [");
        node.awaitLog("route.yaml", "expected");
        assertThat(get(port, "/v1")).isEqualTo(200);
        node.write("route.yaml", route("/v1", "shop"));
        node.remove("shop.yaml");
        Patience.until("its service is gone", () -> get(port, "/v1") == 500);
    }

    private static void aSecondGatewayWaitsForItsPort(Standalone node) throws IOException {
        int other = Ports.next();
        try (ServerSocket _ = new ServerSocket(other, 1, InetAddress.getLoopbackAddress())) {
            node.write("second.yaml", gateway(other).replace("name: public", "name: second"));
            node.awaitLog("gateway:127.0.0.1:" + other, "is not open");
            Patience.until(
                    "its gateway says so",
                    () -> node.ofGateway("second", "Programmed").equals("False AddressNotUsable"),
                    () -> node.ofGateway("second", "Programmed"));
        }
        Patience.until("the port is tried again", () -> get(other, "/v1") == 404);
    }

    private static void itsServicesAreAskedAboutElsewhere(Standalone node, int port, TestEndpoint endpoint)
            throws IOException {
        endpoint.at(
                "/check/no",
                (_, out) ->
                        out.write("HTTP/1.1 418 No\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        Map<String, List<String>> sites = Map.of("elsewhere", List.of(endpoint.address()));
        node.remove("route.yaml"); // it has every host
        node.write(
                "guarded.yaml",
                String.join(
                        "---\n",
                        Documents.http("authz", "authz.example", sites),
                        Documents.http(
                                "guarded",
                                "guarded.example",
                                sites,
                                "externalAuthorization: { service: authz, path: /check, timeout: 2s }")));
        Patience.until("the checker denies", () -> status(port, "/no") == 418);
        assertThat(status(port, "/yes")).isEqualTo(200);
        assertThat(endpoint.requests().stream().map(Message::target))
                .contains("/check/yes", "/yes")
                .doesNotContain("/no");
    }

    private static int status(int port, String path) {
        try {
            return RawClient.get(port, "guarded.example", path).status();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void whatIsNoFolderIsRefused(@TempDir Path folder) {
        Cli.Result none = Cli.run("run", "--standalone", folder.resolve("none").toString());
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).contains("none: expected a folder of manifests");
        Cli.Result both = Cli.run("run", "--standalone", folder.toString(), "--config", "x.yaml");
        assertThat(both.exit()).isEqualTo(2);
        assertThat(both.err()).contains("--config and --standalone: expected one of them");
    }
}

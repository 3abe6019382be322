package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TlsPeer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * TLS at a listener with protocol TLS goes by its server name to an endpoint, through one node or two, and nobody but the endpoint ends
 * it: the endpoint sees the client's certificate, the client the endpoint's.
 */
final class TlsPassesThroughUnreadIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int SNI = Ports.next();
    private static final int BARE = Ports.next();
    private static final TlsPeer.Endpoint NEAR = endpoint("near");
    private static final TlsPeer.Endpoint FAR = endpoint("far");
    private static final TlsPeer.Endpoint WILD = endpoint("wild");
    private static final TlsPeer.Endpoint REST = endpoint("rest");
    private static final TlsPeer CLIENT = TlsPeer.with(FABRIC.pki().workload("/team/shop", "client"));

    private static TlsPeer.Endpoint endpoint(String name) {
        return FABRIC.closing(
                TlsPeer.with(FABRIC.pki().workload("/team/" + name, name)).serve());
    }

    private static String answer(String endpoint, String serverNames, String text) {
        return "spiffe://e2e.example/team/" + endpoint + " says spiffe://e2e.example/team/shop called " + serverNames
                + " with " + text;
    }

    @BeforeAll
    static void start() {
        TestNode aws = FABRIC.node("aws-a");
        aws.yaml().listener("sni", SNI, "protocol: TLS").listener("bare", BARE, "protocol: TLS");
        FABRIC.start();
        FABRIC.applied(
                aws,
                String.join(
                        "---\n",
                        Documents.tls("near", "hostnames: [ near.example ]", Map.of("aws", List.of(NEAR.address()))),
                        Documents.tls("far", "hostnames: [ far.example ]", Map.of("azure", List.of(FAR.address()))),
                        Documents.tls(
                                "wild", "hostnames: [ \"*.far.example\" ]", Map.of("azure", List.of(WILD.address()))),
                        Documents.tls(
                                "rest", "ports: [ { listener: sni } ]", Map.of("azure", List.of(REST.address())))));
        TestFabric.awaitServing(aws, "near", "aws");
        TestFabric.awaitServing(aws, "far", "azure");
        TestFabric.awaitServing(aws, "wild", "azure");
        TestFabric.awaitServing(aws, "rest", "azure");
    }

    @Test
    void throughOneNode() throws IOException {
        assertThat(CLIENT.say(SNI, "near.example", "hello")).isEqualTo(answer("near", "[near.example]", "hello"));
    }

    @Test
    void throughTwoNodes() throws IOException {
        String text = "x".repeat(300_000);
        assertThat(CLIENT.say(SNI, "far.example", text)).isEqualTo(answer("far", "[far.example]", text));
        assertThat(CLIENT.say(BARE, "far.example", "hello")).isEqualTo(answer("far", "[far.example]", "hello"));
    }

    @Test
    void byAWildcard() throws IOException {
        assertThat(CLIENT.say(SNI, "a.b.far.example", "hello")).isEqualTo(answer("wild", "[a.b.far.example]", "hello"));
    }

    @Test
    void whatIsLeftGoesToTheServiceOfTheListener() throws IOException {
        assertThat(CLIENT.say(SNI, null, "hello")).isEqualTo(answer("rest", "[]", "hello"));
        assertThat(CLIENT.say(SNI, "other.example", "hello")).isEqualTo(answer("rest", "[other.example]", "hello"));
    }

    @Test
    void aNameThatLeadsNowhereIsAnsweredByAnAlert() {
        assertThatThrownBy(() -> CLIENT.say(BARE, "other.example", "hello"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unrecognized_name");
    }

    @Test
    void whatIsNoTlsIsRefusedAndCounted() throws IOException {
        try (RawClient client = RawClient.to(BARE)) {
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").isEnded()).isTrue();
        }
        TestNode aws = FABRIC.node("aws-a");
        Patience.until(
                "it is counted",
                () -> aws.meter("bridgehead_connections_refused_total", "listener=\"bare\"", "error_type=\"not-tls\"")
                        >= 1,
                aws::metrics);
    }
}

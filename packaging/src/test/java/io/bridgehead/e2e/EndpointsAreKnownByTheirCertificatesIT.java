package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.TestPki;
import io.bridgehead.e2e.traffic.CuttingTlsEndpoint;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TlsEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An endpoint by TLS is asked when its certificate says what its service expects, and never otherwise. */
final class EndpointsAreKnownByTheirCertificatesIT {
    private static final String ID = "spiffe://" + TestFabric.TRUST_DOMAIN + "/team/";

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestPki CORP = TestPki.create(FABRIC.folder().resolve("corp"), "corp.example");
    private static final TlsEndpoint SHOP =
            FABRIC.closing(TlsEndpoint.start("shop", FABRIC.pki().workload("/team/shop", "shop"), true));
    private static final TlsEndpoint STOCK = FABRIC.closing(
            TlsEndpoint.start("stock", CORP.server("/team/stock", "stock", "stock.corp.example"), false));

    private static final CuttingTlsEndpoint CUTTING =
            FABRIC.closing(CuttingTlsEndpoint.start(CORP.server("/team/cutting", "cutting", "cutting.corp.example")));

    @BeforeAll
    static void start() {
        FABRIC.node("azure-a").yaml().set("endpointTls", "{ authorities: { corp: ../corp/ca.crt } }");
        FABRIC.start();
        TestNode aws = FABRIC.node("aws-a");
        FABRIC.applied(
                aws,
                String.join(
                        "---\n",
                        https("shop", SHOP.address(), "{ spiffeId: \"" + ID + "shop\", clientCertificate: node }"),
                        https("nobody", SHOP.address(), "{ spiffeId: \"" + ID + "shop\" }"),
                        https("other", SHOP.address(), "{ spiffeId: \"" + ID + "other\", clientCertificate: node }"),
                        https("stock", STOCK.address(), "{ serverName: stock.corp.example, authorities: corp }"),
                        https("misnamed", STOCK.address(), "{ serverName: other.corp.example, authorities: corp }"),
                        https("untrusted", STOCK.address(), "{ serverName: stock.corp.example }"),
                        https("unknown", STOCK.address(), "{ serverName: stock.corp.example, authorities: crop }"),
                        https("cutting", CUTTING.address(), "{ serverName: cutting.corp.example, authorities: corp }"),
                        https("skipping", STOCK.address(), "{ unsafeSkipVerify: true }")));
        for (String service : List.of("shop", "stock", "cutting", "skipping")) {
            // its first probes may come before the node has read the platform's authorities
            Patience.until(service + " answers", () -> status(service) == 200);
        }
    }

    private static String https(String name, String endpoint, String tls) {
        return Documents.http(
                        name, name + ".example", Map.of("azure", List.of(endpoint)), "protocol: https", "tls: " + tls)
                .replace("interval: 500ms, timeout: 400ms", "interval: 2s, timeout: 2s");
    }

    private static int status(String service) {
        try {
            return get(service).status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Message get(String service) throws IOException {
        return RawClient.get(FABRIC.node("aws-a").http(), service + ".example", "/");
    }

    @Test
    void byItsSpiffeIdAndItKnowsTheNode() throws IOException {
        assertThat(get("shop").text()).isEqualTo("shop");
    }

    @Test
    void byItsNameAndAnAuthorityThatTheNodeNames() throws IOException {
        assertThat(get("stock").text()).isEqualTo("stock");
    }

    @Test
    void notAtAllIfTheDocumentSaysSo() throws IOException {
        assertThat(get("skipping").text()).isEqualTo("stock");
    }

    @Test
    void anAnswerThatIsCutOffIsNotTakenForAWholeOne() throws IOException {
        int port = FABRIC.node("aws-a").http();
        assertThat(RawClient.get(port, "cutting.example", "/whole").text()).isEqualTo("all that there is");
        assertThatThrownBy(() -> RawClient.get(port, "cutting.example", "/cut")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "other", "misnamed", "untrusted", "unknown"})
    void otherwiseItIsNeverAsked(String service) throws IOException {
        int before = SHOP.requests() + STOCK.requests();
        Message answer = get(service);
        assertThat(answer.status()).isIn(502, 503);
        assertThat(answer.first("proxy-status")).startsWith("bridgehead; error=");
        assertThat(SHOP.requests() + STOCK.requests()).isEqualTo(before);
    }
}

package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Operator;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Race;
import io.bridgehead.e2e.harness.SiteThatOnlyDialsOut;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A site that nobody can dial and that is in no cluster with others gets documents and health by the tunnel that it dialed. Its node has the first
 * name, and the one that it dials decides for both all the same. Its endpoints serve the other site on connections that it offers.
 */
final class ASiteThatOnlyDialsOutHasTheSameStateIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint AWS = FABRIC.endpoint("aws-1");
    private static final TestEndpoint AZURE = FABRIC.endpoint("azure-1");

    private static final Operator OPERATOR = new Operator(FABRIC);
    private static final int ROUNDS = 3;

    @BeforeAll
    static void start() {
        SiteThatOnlyDialsOut.start(FABRIC);
    }

    @Test
    void aChangeAtEitherSiteIsActiveAtBoth() {
        for (TestNode at : FABRIC.nodes()) {
            String name = "from-" + at.name();
            assertThat(FABRIC.applied(at, service(name), "--source", "shared", "--wait", "20000"))
                    .as("at " + at.name())
                    .contains("is active on 2 of 2 nodes");
        }
    }

    @Test
    void itsEndpointsServeTheOtherSite() throws IOException {
        TestNode azure = FABRIC.node("azure-a");
        TestNode aws = FABRIC.node("aws-a");
        Map<String, List<String>> sites = new LinkedHashMap<>();
        sites.put("aws", List.of(AWS.address()));
        sites.put("azure", List.of(AZURE.address()));
        FABRIC.applied(azure, Documents.http("both", "both.example", sites), "--source", "both", "--wait", "20000");
        TestFabric.awaitServing(azure, "both", "azure");
        assertThat(RawClient.get(azure.http(), "both.example", "/").first("x-served-by"))
                .isEqualTo("azure-1");

        AZURE.close();
        TestFabric.awaitServing(azure, "both", "aws");
        for (int i = 0; i < 20; i++) {
            Message answer = RawClient.get(azure.http(), "both.example", "/");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.first("x-served-by")).isEqualTo("aws-1");
        }
        assertThat(azure.get("/v1/tunnels").getJsonArray("tunnels").encode())
                .contains("\"node\":\"aws-a\"")
                .contains("\"state\":\"up\"");
        aws.kill();
        Patience.until("the other site sees that it is gone", () -> !isUp(azure));
        aws.start();
        aws.awaitReady();
        Patience.until("its tunnel is there again", () -> isUp(azure), () -> String.valueOf(azure.ask("/v1/tunnels")));
        TestFabric.awaitServing(azure, "both", "aws");
        assertThat(RawClient.get(azure.http(), "both.example", "/").status()).isEqualTo(200);
    }

    private static boolean isUp(TestNode node) {
        return node.get("/v1/tunnels").getJsonArray("tunnels").encode().contains("\"state\":\"up\"");
    }

    private static String service(String name) {
        return Documents.http(name, name + ".example", Map.of("aws", List.of("127.0.0.1:9")));
    }

    @Test
    void aChangeAtItIsDecidedByTheNodeThatItDials() {
        TestNode aws = FABRIC.node("aws-a");
        TestNode azure = FABRIC.node("azure-a");
        for (int i = 0; i < ROUNDS; i++) {
            OPERATOR.race("decided-" + i, aws, azure);
        }
        assertThat(OPERATOR.commit(azure, OPERATOR.first("second", "second-1"), 0)
                        .status())
                .isEqualTo(200);
        AdminClient.Answer late = OPERATOR.commit(aws, OPERATOR.first("second", "second-2"), 0);
        assertThat(late.status()).as(late.body()).isEqualTo(409);
    }

    @Test
    void ofTwoChangesAtOnceOneWinsAndNothingIsLost() {
        Race.run(FABRIC, node -> service("at-once-" + node));
    }
}

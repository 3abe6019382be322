package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** After the loss of everything, one node that comes back serves what it served, from its own disk. */
@Tag("long")
final class ANodeThatStartsAloneServesItsLastGoodIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    @Test
    void afterAllWereKilledOneStartsAloneAndServes() throws IOException {
        TestNode alone = FABRIC.node("aws-a");
        String document = Documents.http("shop", "shop.example", Map.of("aws", List.of(ENDPOINT.address())));
        FABRIC.applied(FABRIC.node("azure-a"), document);
        String revision = alone.revision();

        FABRIC.nodes().forEach(TestNode::kill);
        alone.start();
        alone.awaitReady();

        assertThat(alone.revision()).isEqualTo(revision);
        assertThat(RawClient.get(alone.http(), "shop.example", "/").text()).isEqualTo("aws-1");

        String second = document.replace("name: shop", "name: other").replace("shop.example", "other.example");
        FABRIC.applied(alone, second, "--source", "while-alone");
        TestFabric.awaitServing(alone, "other", "aws");
        assertThat(RawClient.get(alone.http(), "other.example", "/").status()).isEqualTo(200);

        TestNode back = FABRIC.node("azure-a");
        back.start();
        back.awaitReady();
        FABRIC.awaitTogether(back);
        TestFabric.awaitServing(back, "other", "aws");
        assertThat(RawClient.get(back.http(), "other.example", "/").text()).isEqualTo("aws-1");
    }

    @Test
    void allThatWereKilledStartAtOnceAndServeTheSame() throws IOException {
        String document = Documents.http("all", "all.example", Map.of("aws", List.of(ENDPOINT.address())));
        FABRIC.applied(FABRIC.node("aws-a"), document, "--source", "all-at-once");
        String revision = FABRIC.node("aws-a").revision();

        FABRIC.nodes().forEach(TestNode::kill);
        FABRIC.nodes().forEach(TestNode::start);
        FABRIC.nodes().forEach(TestNode::awaitReady);

        for (TestNode node : FABRIC.nodes()) {
            assertThat(node.revision()).isEqualTo(revision);
        }
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
        TestFabric.awaitServing(FABRIC.node("azure-a"), "all", "aws");
        assertThat(RawClient.get(FABRIC.node("azure-a").http(), "all.example", "/")
                        .text())
                .isEqualTo("aws-1");
        String more = document.replace("name: all", "name: more").replace("all.example", "more.example");
        FABRIC.applied(FABRIC.node("azure-a"), more, "--source", "all-at-once");
    }
}

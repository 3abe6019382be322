package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Endpoints and whole sites die and return under steady traffic: no GET fails or waits for long, no POST is done twice. */
@Tag("timed")
final class AKilledSiteCostsNoGetIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a", "gcp-a");

    private static final TestEndpoint AWS_1 = FABRIC.endpoint("aws-1");
    private static final TestEndpoint AWS_2 = FABRIC.endpoint("aws-2");
    private static final TestEndpoint AZURE = FABRIC.endpoint("azure-1");
    private static final TestEndpoint GCP = FABRIC.endpoint("gcp-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
        Map<String, List<String>> sites = new LinkedHashMap<>();
        sites.put("aws", List.of(AWS_1.address(), AWS_2.address()));
        sites.put("azure", List.of(AZURE.address()));
        sites.put("gcp", List.of(GCP.address()));
        FABRIC.applied(
                FABRIC.node("gcp-a"),
                Documents.http(
                        "shop", "shop.example", sites, "failover: { order: [ local, azure, gcp ], holdDown: 1s }"));
        TestFabric.awaitServing(FABRIC.node("aws-a"), "shop", "aws");
    }

    @Test
    void endpointsAndSitesDieAndReturn() {
        TestNode entry = FABRIC.node("aws-a");
        TestNode azure = FABRIC.node("azure-a");
        try (Steady gets = Steady.warmGets(entry.http(), "shop.example", 4);
                Steady posts = Steady.posts(entry.http(), "shop.example", 1)) {
            gets.awaitServedBy("aws-1");
            gets.awaitWarm();
            posts.awaitAnswered(5);

            AWS_1.stop();
            gets.awaitServedBy("aws-2");
            AWS_2.stop();
            gets.awaitServedBy("azure-1");

            azure.kill();
            AZURE.stop();
            gets.awaitServedBy("gcp-1");

            AZURE.startAgain();
            azure.start();
            azure.awaitReady();
            AWS_1.startAgain();
            AWS_2.startAgain();
            gets.awaitServedBy("aws-1");
            gets.awaitServedBy("aws-2");
            TestFabric.awaitServing(entry, "shop", "aws");
            posts.awaitAnswered(5);

            assertThat(gets.failures()).isEmpty();
            assertThat(gets.failed()).isZero();
            assertThat(gets.longestMillis()).as("longest wait").isLessThanOrEqualTo(Patience.promisedMillis(1_000));
        }
        assertThat(orders()).doesNotHaveDuplicates();
    }

    private static List<String> orders() {
        return Stream.of(AWS_1, AWS_2, AZURE, GCP)
                .flatMap(endpoint -> endpoint.requests().stream())
                .filter(request -> request.method().equals("POST"))
                .map(Message::text)
                .toList();
    }
}

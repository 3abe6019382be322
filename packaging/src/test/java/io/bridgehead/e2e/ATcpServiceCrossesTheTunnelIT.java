package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TcpEcho;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bytes at a TCP listener reach an endpoint, local first, and each direction ends by itself. */
final class ATcpServiceCrossesTheTunnelIT {
    private static final int LONG = 2 << 20;
    private static final int LOOKS = 10;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int FAR = Ports.next();
    private static final int DONE = Ports.next();
    private static final int LAST = Ports.next();
    private static final int BOTH = Ports.next();
    private static final int HALF = Ports.next();
    private static final TcpEcho AZURE = FABRIC.closing(TcpEcho.start("azure", TcpEcho.Manner.ECHO));
    private static final TcpEcho AZURE_DONE = FABRIC.closing(TcpEcho.start("done", TcpEcho.Manner.DONE_FIRST));
    private static final TcpEcho AZURE_LAST = FABRIC.closing(TcpEcho.start("last", TcpEcho.Manner.ANSWERS_LAST));
    private static final TcpEcho AWS = FABRIC.closing(TcpEcho.start("aws", TcpEcho.Manner.ECHO));

    @BeforeAll
    static void start() {
        TestNode aws = FABRIC.node("aws-a");
        aws.yaml()
                .listener("far", FAR, "protocol: TCP")
                .listener("done", DONE, "protocol: TCP")
                .listener("last", LAST, "protocol: TCP")
                .listener("both", BOTH, "protocol: TCP")
                .listener("half", HALF, "protocol: TCP");
        FABRIC.start();
        Map<String, List<String>> both = new LinkedHashMap<>();
        both.put("azure", List.of(AZURE.address()));
        both.put("aws", List.of(AWS.address()));
        List<String> oneRefuses = List.of("127.0.0.1:" + Ports.next(), AZURE.address());
        FABRIC.applied(
                aws,
                String.join(
                        "---\n",
                        Documents.tcp("far", "far", Map.of("azure", List.of(AZURE.address()))),
                        Documents.tcp("done", "done", Map.of("azure", List.of(AZURE_DONE.address()))),
                        Documents.tcp("last", "last", Map.of("azure", List.of(AZURE_LAST.address()))),
                        Documents.tcp("both", "both", both, "failover: { holdDown: 1s }"),
                        Documents.tcp("half", "half", Map.of("azure", oneRefuses), "balance: round-robin")
                                .replace("interval: 500ms", "unhealthyThreshold: 100, interval: 500ms")));
        TestFabric.awaitServing(aws, "far", "azure");
        TestFabric.awaitServing(aws, "done", "azure");
        TestFabric.awaitServing(aws, "last", "azure");
        TestFabric.awaitServing(aws, "both", "aws");
        TestFabric.awaitServing(aws, "half", "azure");
    }

    @Test
    void manyBytesGoBothWaysAtOnceAndTheClientMayBeDoneFirst() throws IOException {
        byte[] sent = new byte[LONG];
        new Random(1).nextBytes(sent);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                RawClient client = RawClient.to(FAR)) {
            assertThat(TcpEcho.greeted(client)).isEqualTo("azure");
            CompletableFuture<Void> sending = CompletableFuture.runAsync(
                    () -> {
                        try {
                            client.send(sent).halfClose();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    },
                    threads);
            assertThat(client.bytes(LONG)).isEqualTo(sent);
            assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("|" + LONG);
            sending.join();
        }
        awaitCounted("far", "peer");
    }

    @Test
    void whoMayCallNoLongerLosesTheConnectionsThatItHas() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        try (RawClient client = RawClient.to(FAR)) {
            assertThat(TcpEcho.greeted(client)).isEqualTo("azure");
            client.send("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(client.bytes(5), StandardCharsets.US_ASCII)).isEqualTo("hello");

            FABRIC.applied(aws, denyAll("false"), "--source", "policies");
            assertThat(client.isEnded()).isTrue();
            aws.awaitMeter(
                    refusals -> refusals > 0,
                    "bridgehead_refusals_total{",
                    "error_type=\"not-authorized\"",
                    "service=\"far\"");
        }
        FABRIC.applied(aws, denyAll("true"), "--source", "policies");
        try (RawClient client = RawClient.to(FAR)) {
            assertThat(TcpEcho.greeted(client)).isEqualTo("azure");
        }
    }

    private static String denyAll(String dryRun) {
        return """
            apiVersion: bridgehead.io/v1
            kind: AuthorizationPolicy
            metadata: { name: no-far }
            spec: { services: { names: [ far ] }, action: DENY, dryRun: %s, rules: [ {} ] }
            """.formatted(dryRun);
    }

    private static void awaitCounted(String listener, String reason) {
        FABRIC.node("aws-a")
                .awaitMeter(
                        ends -> ends >= 1,
                        "bridgehead_connections_closed_total",
                        "listener=\"" + listener + "\"",
                        "reason=\"" + reason + "\"");
    }

    @Test
    void theEndpointMayBeDoneFirst() throws IOException {
        try (RawClient client = RawClient.to(DONE)) {
            assertThat(TcpEcho.greeted(client)).isEqualTo("done");
            assertThat(client.isEnded()).isTrue();
            client.send("said after the other end was done").halfClose();
        }
        Patience.until(
                "the endpoint got the rest", () -> AZURE_DONE.received().contains("said after the other end was done"));
        awaitCounted("done", "endpoint");
    }

    /** A connection on which the other end is done waits for nothing until there is more to send than the system takes on. */
    @Test
    void muchMayFollowWhenTheOtherEndIsDone() throws IOException {
        try (RawClient client = RawClient.to(LAST)) {
            assertThat(TcpEcho.greeted(client)).isEqualTo("last");
            client.send("all of it").halfClose();
            awaitFullOnTheWay();
            assertThat(Arrays.equals(client.rest(), TcpEcho.much())).isTrue();
        }
        try (RawClient client = RawClient.to(DONE)) {
            assertThat(TcpEcho.greeted(client)).isEqualTo("done");
            assertThat(client.isEnded()).isTrue();
            client.send(new byte[TcpEcho.MUCH]).halfClose();
        }
        Patience.until(
                "the endpoint got all",
                () -> AZURE_DONE.received().stream().anyMatch(all -> all.length() == TcpEcho.MUCH));
    }

    /** Until the endpoint can send no more, because nobody reads. */
    private static void awaitFullOnTheWay() {
        long[] before = {0, 0};
        Patience.until("the way is full", () -> {
            long now = AZURE_LAST.answered();
            before[1] = now > 0 && now == before[0] ? before[1] + 1 : 0;
            before[0] = now;
            return before[1] == LOOKS;
        });
        assertThat(before[0]).isLessThan(TcpEcho.MUCH);
    }

    @Test
    void theOwnSiteComesFirst() throws IOException {
        try (RawClient client = RawClient.to(BOTH)) {
            assertThat(TcpEcho.greeted(client)).isEqualTo("aws");
        }
    }

    @Test
    void anEndpointThatRefusesCostsNoConnection() throws IOException {
        for (int i = 0; i < 6; i++) {
            try (RawClient client = RawClient.to(HALF)) {
                assertThat(TcpEcho.greeted(client)).isEqualTo("azure");
                assertThat(new String(client.send("hello").bytes(5), StandardCharsets.US_ASCII))
                        .isEqualTo("hello");
            }
        }
    }
}

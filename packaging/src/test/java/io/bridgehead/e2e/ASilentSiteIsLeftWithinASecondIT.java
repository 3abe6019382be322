package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A far node that stops without a word, connections open: GETs that wait for it are moved, later ones do not go there. */
@Tag("timed")
final class ASilentSiteIsLeftWithinASecondIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a", "gcp-a");

    private static final TestEndpoint AZURE = FABRIC.endpoint("azure-1");
    private static final TestEndpoint GCP = FABRIC.endpoint("gcp-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
        Map<String, List<String>> sites = new LinkedHashMap<>();
        sites.put("azure", List.of(AZURE.address()));
        sites.put("gcp", List.of(GCP.address()));
        FABRIC.applied(
                FABRIC.node("aws-a"),
                Documents.http("shop", "shop.example", sites, "failover: { order: [ azure, gcp ], holdDown: 1s }"));
        TestFabric.awaitServing(FABRIC.node("aws-a"), "shop", "azure");
    }

    @Test
    void getsThatWaitOnTheSilentSiteAreAnsweredByAnother() {
        TestNode entry = FABRIC.node("aws-a");
        TestNode silent = FABRIC.node("azure-a");
        try (Steady gets = Steady.warmGets(entry.http(), "shop.example", 4)) {
            gets.awaitServedBy("azure-1");
            gets.awaitWarm();
            silent.signal("STOP");
            gets.awaitServedBy("gcp-1");
            gets.awaitAnswered(100);
            assertThat(gets.failures()).isEmpty();
            assertThat(gets.longestMillis()).as("longest wait").isLessThanOrEqualTo(Patience.promisedMillis(1_500));

            silent.signal("CONT");
            gets.awaitServedBy("azure-1");
            assertThat(gets.failures()).isEmpty();
        }
    }

    @Test
    void anEntryNodeThatStoodStillRefusesNothingWhenItGoesOn() {
        TestNode entry = FABRIC.node("aws-a");
        List<TestNode> others = List.of(FABRIC.node("azure-a"), FABRIC.node("gcp-a"));
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
        try (Steady gets = Steady.warmGets(entry.http(), "shop.example", 8)) {
            gets.awaitWarm();
            Map<TestNode, Integer> said = new LinkedHashMap<>();
            others.forEach(other -> said.put(other, other.log().length()));
            entry.signal("STOP");
            try {
                said.forEach((other, before) -> other.awaitLogBeyond(before, "aws-a", "SUSPECT -> DEAD"));
                // they have closed its tunnels, and now do not answer when it dials
                others.forEach(other -> other.signal("STOP"));
                entry.signal("CONT");
                entry.awaitLog("this node itself did not run for ");
            } finally {
                entry.signal("CONT");
                others.forEach(other -> other.signal("CONT"));
            }
            gets.awaitAnswered(100);
            assertThat(gets.failures()).isEmpty();
        }
    }
}

package io.bridgehead.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.health.SiteReport;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TestClock;
import io.bridgehead.sync.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whom a node remembers across a restart, when that is written, and whom it does not miss. */
final class KnownNodesTest implements KnownNodes.Memory {
    private static final long START = 1_800_000_000_000L;
    private static final HostPort TUNNEL = HostPort.parse("192.0.2.7:8443");

    private static final HostPort NORTH = HostPort.parse("192.0.2.8:8443");
    private static final SiteName WEST = new SiteName("west");

    private final Set<SiteName> named = new HashSet<>();
    private List<KnownNode> kept = List.of();
    private final TestClock clock = new TestClock(Instant.ofEpochMilli(START));

    @Override
    public List<KnownNode> read() {
        return kept;
    }

    @Override
    public boolean write(Collection<KnownNode> nodes) {
        kept = List.copyOf(nodes);
        return true;
    }

    private static NodeReport report(String site, String node, @Nullable HostPort tunnel) {
        SiteReport report = new SiteReport(new SiteName(site), new NodeName(node), 1, 1, Map.of());
        return new NodeReport(report, tunnel, "3-cccccccc", "0.1.0");
    }

    private static KnownNode known(String site, String node, long heardMillis) {
        HostPort tunnel = site.equals("north") ? NORTH : TUNNEL;
        return new KnownNode(new NodeName(node), new SiteName(site), tunnel, null, "3-cccccccc", "0.1.0", heardMillis);
    }

    private KnownNodes nodes() {
        return new KnownNodes(this, clock, named::contains);
    }

    private boolean writes(KnownNodes nodes) {
        Collection<KnownNode> toWrite = nodes.toWrite();
        return toWrite != null && nodes.write(toWrite);
    }

    @Test
    void whoWasHeardIsKnownAfterARestartUntilItIsHeardAgain() {
        KnownNodes before = nodes();
        before.heard(report("east", "east-a", TUNNEL));
        before.heard(report("west", "west-b", null));
        assertThat(before.unheard()).isEmpty();
        assertThat(writes(before)).isTrue();
        clock.advance(Duration.ofSeconds(90));
        KnownNodes after = nodes();
        assertThat(after.unheard())
                .containsExactlyInAnyOrder(
                        known("east", "east-a", START),
                        new KnownNode(
                                new NodeName("west-b"),
                                new SiteName("west"),
                                null,
                                null,
                                "3-cccccccc",
                                "0.1.0",
                                START));
        assertThat(after.agoMillis(known("east", "east-a", START))).isEqualTo(90_000);
        assertThat(after.addresses(WEST)).containsExactly(TUNNEL);
        assertThat(after.addresses(new SiteName("east")))
                .as("of another site alone")
                .isEmpty();
        after.heard(report("east", "east-a", TUNNEL));
        assertThat(after.unheard()).extracting(KnownNode::node).containsExactly(new NodeName("west-b"));
        assertThat(after.addresses(WEST)).isEmpty();
    }

    @Test
    void nodesOfTheOwnSiteAreLookedForWhetherTheyWereHeardSinceTheStartOrNot() {
        kept = List.of(
                known("west", "west-a", START),
                known("west", "west-b", START - KnownNodes.GIVEN_UP_MILLIS - 1),
                known("east", "east-a", START));
        KnownNodes nodes = nodes();
        assertThat(nodes.inSite(WEST)).extracting(KnownNode::node).containsExactly(new NodeName("west-a"));
        HostPort inside = HostPort.parse("10.0.0.3:15008");
        nodes.heard(report("west", "west-c", TUNNEL).withInside(inside));
        assertThat(nodes.inSite(WEST)).extracting(KnownNode::inside).containsExactly(null, inside);
        clock.advance(Duration.ofMillis(KnownNodes.GIVEN_UP_MILLIS));
        assertThat(nodes.inSite(WEST)).as("a long cut").hasSize(2);
        nodes.heard(report("west", "west-a", TUNNEL));
        clock.advance(Duration.ofMillis(1));
        assertThat(nodes.inSite(WEST))
                .as("one is given up")
                .extracting(KnownNode::node)
                .containsExactly(new NodeName("west-a"));
    }

    @Test
    void whatIsNewIsWrittenAtOnceAndWhatGoesOnOnceAMinute() {
        KnownNodes nodes = nodes();
        assertThat(writes(nodes)).as("nobody").isFalse();
        nodes.heard(report("east", "east-a", null));
        assertThat(writes(nodes)).isTrue();
        nodes.heard(report("east", "east-a", null));
        assertThat(writes(nodes)).as("heard again").isFalse();
        nodes.heard(report("east", "east-a", TUNNEL));
        assertThat(writes(nodes)).as("its address is new").isTrue();
        clock.advance(Duration.ofMillis(KnownNodes.KEPT_MILLIS));
        nodes.heard(report("east", "east-a", TUNNEL));
        assertThat(writes(nodes)).isTrue();
        assertThat(kept).containsExactly(known("east", "east-a", clock.millis()));
        nodes.notWritten();
        assertThat(writes(nodes)).as("tried again").isTrue();
    }

    @Test
    void aClockThatIsSetBackStopsNothing() {
        KnownNodes nodes = nodes();
        nodes.heard(report("east", "east-a", null));
        assertThat(writes(nodes)).isTrue();
        clock.advance(Duration.ofDays(-1));
        assertThat(nodes.agoMillis(kept.getFirst())).isZero();
        assertThat(writes(nodes)).isTrue();
    }

    @Test
    void whoWasReplacedBeforeTheStopIsForgottenAndASiteThatWasSilentIsNot() {
        kept = List.of(
                known("east", "east-a", START - KnownNodes.REPLACED_MILLIS - 1),
                known("east", "east-b", START),
                known("north", "north-a", START - KnownNodes.REPLACED_MILLIS - 1));
        clock.advance(Duration.ofDays(1));
        assertThat(nodes().unheard())
                .extracting(node -> node.node().value())
                .as("by the time at which this node stopped")
                .containsExactlyInAnyOrder("east-b", "north-a");
    }

    @Test
    void whoIsQuarantinedIsNotMissed() {
        kept = List.of(known("east", "east-a", START), known("north", "north-a", START));
        KnownNodes nodes = nodes();
        Quarantine east = new Quarantine(Set.of(new SiteName("east")), Set.of());
        assertThat(nodes.quarantined(east)).isTrue();
        assertThat(nodes.quarantined(east)).as("nobody is left").isFalse();
        assertThat(nodes.unheard()).containsExactly(known("north", "north-a", START));
        assertThat(writes(nodes)).isTrue();
        assertThat(kept).containsExactly(known("north", "north-a", START));
    }

    @Test
    void aClockThatWasAheadMakesNobodyElseReplaced() {
        kept = List.of(known("east", "east-a", START + 86_400_000), known("east", "east-b", START - 1_000));
        assertThat(nodes().unheard()).hasSize(2);
    }

    @Test
    void aClockThatIsBehindAtTheStartMakesNobodyGivenUpWhenItIsRight() {
        kept = List.of(known("east", "east-a", START));
        clock.set(Instant.ofEpochMilli(0));
        KnownNodes nodes = nodes();
        assertThat(nodes.addresses(WEST)).containsExactly(TUNNEL);
        clock.set(Instant.ofEpochMilli(START + 60_000));
        assertThat(nodes.addresses(WEST)).containsExactly(TUNNEL);
        assertThat(nodes.agoMillis(kept.getFirst())).isEqualTo(60_000);
    }

    @Test
    void whereThereIsNoRoomTheOldestIsForgotten() {
        List<KnownNode> many = new ArrayList<>();
        for (int i = 0; i < FabricControl.NODES_MAX; i++) {
            many.add(known("east", "east-" + i, START - i));
        }
        kept = many;
        KnownNodes nodes = nodes();
        nodes.heard(report("north", "north-a", NORTH));
        assertThat(nodes.unheard()).hasSize(FabricControl.NODES_MAX - 1).doesNotContain(many.getLast());
        assertThat(writes(nodes)).isTrue();
        assertThat(kept).hasSize(FabricControl.NODES_MAX).contains(known("north", "north-a", START));
    }

    @Test
    void whoIsReplacedOrGivenUpIsNotLookedFor() {
        kept = List.of(known("east", "east-a", START), known("north", "north-a", START));
        KnownNodes nodes = nodes();
        nodes.heard(report("east", "east-b", null));
        clock.advance(Duration.ofMillis(KnownNodes.REPLACED_MILLIS));
        assertThat(nodes.addresses(WEST)).containsExactlyInAnyOrder(TUNNEL, NORTH);
        clock.advance(Duration.ofMillis(1));
        assertThat(nodes.addresses(WEST)).as("another node of east is heard").containsExactly(NORTH);
        clock.set(Instant.ofEpochMilli(START + KnownNodes.GIVEN_UP_MILLIS));
        assertThat(nodes.addresses(WEST)).containsExactly(NORTH);
        clock.advance(Duration.ofMillis(1));
        assertThat(nodes.addresses(WEST)).isEmpty();
        assertThat(nodes.missed()).isEmpty();
        named.add(new SiteName("north"));
        assertThat(nodes.addresses(WEST)).as("a service names it").containsExactly(NORTH);
    }
}

package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of one site have a control connection to each other while they do not meet in the cluster, and never send each other requests. */
final class NeighbourTunnelTest {
    private static final SiteName AWS = new SiteName("aws");

    @TempDir
    private Path folder;

    private TestFabric fabric;
    private TestNode first;
    private TestNode second;

    @BeforeEach
    void start() {
        fabric = new TestFabric(folder);
        first = fabric.start("aws", "a1");
        second = fabric.start("aws", "a2");
    }

    @AfterEach
    void stop() {
        fabric.close();
    }

    private static long lines(TestNode node, String state) {
        return node.tunnels().reports().stream()
                .filter(line -> line.state().equals(state))
                .count();
    }

    private static boolean opensControlStreams(TestNode node, TestNode other) {
        CompletableFuture<Boolean> there = new CompletableFuture<>();
        node.tunnels().home().execute(() -> there.complete(node.tunnels().control(other.node()) != null));
        return Await.done(there);
    }

    private static boolean opensRequests(TestNode node, TestNode other) {
        for (int i = 0; i < 2; i++) {
            Loop loop = node.loop(i);
            CompletableFuture<Boolean> there = new CompletableFuture<>();
            loop.execute(() -> there.complete(node.tunnels().on(loop).requests(other.node()) != null
                    || node.tunnels().on(loop).bytes(other.node()) != null));
            if (Await.done(there)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void theyHaveAControlConnectionAndNothingElse() {
        TestNode azure = fabric.start("azure", "z1");
        first.tunnels().reconcile(List.of(second.address(), azure.address(), first.address()), Set.of());
        second.tunnels().reconcile(List.of(first.address()), Set.of());
        first.awaitLiveness(second, Liveness.UP);
        second.awaitLiveness(first, Liveness.UP);
        // what a loop is told of the neighbour it is told before this
        first.awaitRequests(azure);
        assertThat(opensControlStreams(first, second)).isTrue();
        assertThat(opensControlStreams(second, first)).isTrue();
        assertThat(opensRequests(first, second)).isFalse();
        assertThat(opensRequests(first, azure)).isTrue();
        assertThat(first.tunnels().view().inSite(AWS))
                .as("whom requests may go to")
                .isEmpty();
        assertThat(first.tunnels().view().all())
                .extracting(PeerState::node)
                .containsExactly(second.node(), azure.node());
        assertThat(first.tunnels().view().all())
                .filteredOn(peer -> peer.node().equals(second.node()))
                .extracting(PeerState::connections)
                .containsExactly(1);
        Await.until("its own address is known for what it is", () -> lines(first, TunnelReport.SELF) == 1);
        assertThat(first.events()).noneMatch(line -> line.contains("intruder"));
        assertThat(second.events()).noneMatch(line -> line.contains("intruder"));
    }

    @Test
    void whoIsMetInTheClusterIsLetGoAndDialedAgainWhenItHasLeft() {
        List<HostPort> addresses = List.of(second.address());
        first.tunnels().reconcile(addresses, Set.of());
        first.awaitLiveness(second, Liveness.UP);
        first.tunnels().reconcile(addresses, Set.of(first.node(), second.node()));
        Await.until(
                "it is let go",
                () -> first.tunnels().view().all().isEmpty() && lines(first, TunnelReport.SAME_SITE) == 1);
        assertThat(opensControlStreams(first, second)).isFalse();
        Await.until("the other sees that", () -> second.hasEvent("disconnected", "a1"));
        first.tunnels().reconcile(addresses, Set.of(first.node()));
        first.awaitLiveness(second, Liveness.UP);
        assertThat(first.hasEvent("liveness a2", "DEAD")).isFalse();
    }

    @Test
    void whoIsMetInTheClusterIsNotDialedToBeginWith() {
        first.tunnels().reconcile(List.of(second.address()), Set.of(second.node()));
        Await.until("it is known for what it is", () -> lines(first, TunnelReport.SAME_SITE) == 1);
        assertThat(first.tunnels().view().all()).isEmpty();
        assertThat(second.hasEvent("connected")).isFalse();
    }

    @Test
    void nothingIsLeftOfOneAtWhoseAddressAnotherIsThatNeedsNoTunnel() {
        List<HostPort> addresses = List.of(second.address());
        first.tunnels().reconcile(addresses, Set.of());
        first.awaitLiveness(second, Liveness.UP);
        NodeName other = new NodeName("a3");
        first.tunnels().reconcile(addresses, Set.of(other));
        int port = second.address().port();
        second.close();
        Await.until("it is dead", () -> first.hasEvent("liveness a2", "DEAD"));
        fabric.start("aws", other.value(), 2, port, TunnelLimits.defaults());
        Await.until(
                "it is known who is there now",
                () -> first.tunnels().view().all().isEmpty() && lines(first, TunnelReport.SAME_SITE) == 1);
    }

    @Test
    void aSiteThatOnlyDialsOutOffersItsOwnNodesNothing() {
        TestNode behind = fabric.startBehindFirewall("aws", "a3", 2, TunnelLimits.defaults());
        TestNode azure = fabric.start("azure", "z1");
        behind.tunnels().reconcile(List.of(second.address(), azure.address()), Set.of());
        behind.awaitLiveness(second, Liveness.UP);
        azure.awaitLiveness(behind, Liveness.UP);
        assertThat(opensRequests(azure, behind)).isTrue();
        assertThat(opensRequests(second, behind)).isFalse();
        assertThat(second.tunnels().view().all()).isEmpty();
        assertThat(second.events()).noneMatch(line -> line.contains("intruder"));
    }
}

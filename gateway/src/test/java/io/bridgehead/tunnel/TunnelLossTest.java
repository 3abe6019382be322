package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HostPort;
import io.bridgehead.wire.StreamReset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("tells silence from a pause")
class TunnelLossTest {
    @TempDir
    Path folder;

    /** What a machine that is busy with other things may take; the exact times are those of {@link LivenessJudgeTest}. */
    private static final long SOON_MILLIS = 15_000;

    private TestFabric fabric;
    private TestNode aws;

    @BeforeEach
    void start() {
        fabric = new TestFabric(folder);
        aws = fabric.start("aws", "a1");
    }

    @AfterEach
    void stop() {
        fabric.close();
    }

    @Test
    void connectionsThatBreakResetTheirStreamsAtOnceAndComeBack() {
        TestNode azure = fabric.start("azure", "z1");
        Forwarder between = fabric.started(new Forwarder(azure.port()));
        aws.tunnels().reconcile(List.of(between.address()), Set.of());
        aws.awaitRequests(azure);
        List<Exchange> hanging = hang(azure, 20);

        long start = System.nanoTime();
        between.cut();
        for (Exchange exchange : hanging) {
            assertThat(Await.done(exchange.result()).reset()).isEqualTo(StreamReset.CONNECTION_LOST);
        }
        Await.until("death is seen", () -> aws.hasEvent("liveness z1", "->DEAD"));
        assertThat(millisSince(start)).isLessThan(SOON_MILLIS);
        assertThat(Await.until(
                        "its streams end there too", () -> azure.service().resets() == 20))
                .isLessThan(SOON_MILLIS);

        aws.awaitRequests(azure);
        assertThat(millisSince(start)).as("back").isLessThan(SOON_MILLIS);
        assertThat(Await.done(Exchange.get(aws, azure.node(), "/name").result()).text())
                .isEqualTo("z1");
    }

    private List<Exchange> hang(TestNode there, int count) {
        List<Exchange> hanging = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hanging.add(Exchange.open(aws, aws.loop(i % 2), there.node(), Exchange.head("GET", "/hang"), null, true));
        }
        // One more request on each loop has been answered: those before it have arrived.
        for (int loop = 0; loop < 2; loop++) {
            Await.done(Exchange.open(aws, aws.loop(loop), there.node(), Exchange.head("GET", "/name"), null, true)
                    .result());
        }
        return hanging;
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    @Test
    void aSilentPeerIsSuspectBeforeItIsDeadAndReturns() {
        TestNode azure = fabric.start("azure", "z1");
        Forwarder between = fabric.started(new Forwarder(azure.port()));
        aws.tunnels().reconcile(List.of(between.address()), Set.of());
        aws.awaitRequests(azure);
        Await.until("a round trip is known", () -> {
            PeerState state = aws.tunnels().view().node(azure.node());
            return state != null && state.roundTripMicros() > 0;
        });
        List<Exchange> hanging = hang(azure, 4);

        between.silence(true);
        aws.awaitLiveness(azure, Liveness.SUSPECT);
        // silence counts from the last byte, which may have come a while before this test wanted it
        assertThat(millisSince(between.lastBack())).isBetween(200L, SOON_MILLIS);
        boolean hang = hanging.stream().noneMatch(exchange -> exchange.result().isDone());
        assertThat(hang || aws.hasEvent("->DEAD")).isTrue();
        aws.awaitLiveness(azure, Liveness.DEAD);
        assertThat(millisSince(between.lastBack())).isBetween(1400L, SOON_MILLIS);
        for (Exchange exchange : hanging) {
            assertThat(Await.done(exchange.result()).reset()).isEqualTo(StreamReset.CONNECTION_LOST);
        }
        assertThat(Await.done(Exchange.get(aws, azure.node(), "/name").result()).reset())
                .isEqualTo(StreamReset.CONNECT_FAILED);

        between.cut();
        between.silence(false);
        long back = System.nanoTime();
        aws.awaitRequests(azure);
        assertThat(millisSince(back)).isLessThan(SOON_MILLIS);
        assertThat(Await.done(Exchange.get(aws, azure.node(), "/name").result()).text())
                .isEqualTo("z1");
    }

    @Test
    void aShortSilenceIsForgiven() {
        TestNode azure = fabric.start("azure", "z1");
        Forwarder between = fabric.started(new Forwarder(azure.port()));
        aws.tunnels().reconcile(List.of(between.address()), Set.of());
        aws.awaitRequests(azure);
        List<Exchange> hanging = hang(azure, 2);
        // at once: a test that gets no processor for a second would be silent for too long
        aws.onLiveness(now -> {
            if (now == Liveness.SUSPECT) {
                between.silence(false);
            }
        });
        between.silence(true);
        Await.until("it is suspected", () -> aws.hasEvent("liveness z1", "->SUSPECT"));
        assertThat(aws.awaitLiveness(azure, Liveness.UP)).isLessThan(SOON_MILLIS);
        assertThat(hanging).allMatch(exchange -> !exchange.result().isDone());
        assertThat(aws.hasEvent("->DEAD")).isFalse();
    }

    @Test
    void aNodeThatDrainsLosesNoRequest() {
        TestNode azure = fabric.start("azure", "z1");
        TestFabric.mesh(aws, azure);
        List<Exchange> underWay = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            underWay.add(
                    Exchange.open(aws, aws.loop(i % 2), azure.node(), Exchange.head("GET", "/after/400"), null, true));
        }
        Await.done(Exchange.get(aws, azure.node(), "/name").result());
        Await.done(Exchange.open(aws, aws.loop(1), azure.node(), Exchange.head("GET", "/name"), null, true)
                .result());
        CompletionStage<Void> drained = azure.tunnels().drain();
        aws.awaitLiveness(azure, Liveness.DEAD);
        for (Exchange exchange : underWay) {
            assertThat(Await.done(exchange.result()).text()).isEqualTo("z1");
        }
        Await.done(drained);
        Exchange.Result late =
                Await.done(Exchange.get(aws, azure.node(), "/name").result());
        assertThat(late.reset()).isNotNull().matches(reset -> !reset.perhapsProcessed());
    }

    @Test
    void connectionsThatGoAwayAreReplacedWithoutAFailedRequest() {
        TestNode azure = fabric.start("azure", "z1");
        Forwarder between = fabric.started(new Forwarder(azure.port()));
        aws.tunnels().reconcile(List.of(between.address()), Set.of());
        aws.awaitRequests(azure);
        // The node behind the address drains while another with the same name is listening: a restart with socket
        // hand-over.
        TestNode again = fabric.start("azure", "z1");
        between.target(again.port());
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            exchanges.add(Exchange.get(aws, azure.node(), "/after/200"));
        }
        Await.done(Exchange.get(aws, azure.node(), "/name").result());
        CompletionStage<Void> drained = azure.tunnels().drain();
        Await.until("GOAWAY is seen", () -> aws.hasEvent("liveness z1", "UP->CONNECTING"));
        aws.awaitLiveness(again, Liveness.UP);
        for (int i = 0; i < 50; i++) {
            exchanges.add(Exchange.get(aws, azure.node(), "/name"));
        }
        for (Exchange exchange : exchanges) {
            assertThat(Await.done(exchange.result()).text()).isEqualTo("z1");
        }
        Await.done(drained);
    }

    @Test
    void aNodeThatReturnsOnItsAddressIsBackWithinTwoSeconds() {
        TestNode azure = fabric.start("azure", "z1");
        int port = azure.port();
        aws.tunnels().reconcile(List.of(azure.address()), Set.of());
        aws.awaitRequests(azure);
        azure.close();
        aws.awaitLiveness(azure, Liveness.DEAD);
        TestNode again = fabric.start("azure", "z1", 2, port, TunnelLimits.defaults());
        long start = System.nanoTime();
        aws.awaitRequests(again);
        assertThat(millisSince(start)).isLessThan(SOON_MILLIS);
        assertThat(Await.done(Exchange.get(aws, again.node(), "/name").result()).text())
                .isEqualTo("z1");
    }

    @Test
    void addressesOfOneNodeAreOnePeerAndTheOtherTakesOver() {
        TestNode azure = fabric.start("azure", "z1");
        Forwarder between = fabric.started(new Forwarder(azure.port()));
        aws.tunnels().reconcile(List.of(between.address(), azure.address()), Set.of());
        aws.awaitRequests(azure);
        Await.until("one is a duplicate", () -> state(aws, TunnelReport.DUPLICATE) == 1);
        assertThat(aws.tunnels().view().all()).hasSize(1);
        assertThat(state(aws, "up")).isEqualTo(1);
        String held = held(aws);

        aws.tunnels()
                .reconcile(
                        List.of(held.equals(between.address().toString()) ? azure.address() : between.address()),
                        Set.of());
        Await.until("the other address holds the node", () -> !held(aws).equals(held) && state(aws, "up") == 1);
        aws.awaitRequests(azure);
        assertThat(Await.done(Exchange.get(aws, azure.node(), "/name").result()).text())
                .isEqualTo("z1");
    }

    private static long state(TestNode node, String state) {
        return node.tunnels().reports().stream()
                .filter(line -> line.state().equals(state))
                .count();
    }

    private static String held(TestNode node) {
        return node.tunnels().reports().stream()
                .filter(line -> line.state().equals("up"))
                .map(TunnelReport::address)
                .findFirst()
                .orElse("");
    }

    @Test
    void ownAddressesAndOnesOfNodesThatTheClusterShowsAreNotTunnelledTo() {
        TestNode second = fabric.start("aws", "a2");
        TestNode azure = fabric.start("azure", "z1");
        aws.tunnels().reconcile(List.of(aws.address(), second.address(), azure.address()), Set.of(second.node()));
        aws.awaitRequests(azure);
        Await.until(
                "both are known for what they are",
                () -> state(aws, TunnelReport.SELF) == 1 && state(aws, TunnelReport.SAME_SITE) == 1);
        assertThat(aws.tunnels().view().all()).hasSize(1);
        assertThat(aws.hasEvent("intruder")).isFalse();
        assertThat(second.hasEvent("intruder")).isFalse();
    }

    @Test
    void anAddressThatNobodyAnswersIsReportedAndAPeerThatIsNoLongerConfiguredIsLetGo() {
        TestNode azure = fabric.start("azure", "z1");
        HostPort nobody = new HostPort("127.0.0.1", 1);
        aws.tunnels().reconcile(List.of(nobody, azure.address()), Set.of());
        aws.awaitRequests(azure);
        Await.until(
                "the failure is reported",
                () -> aws.tunnels().reports().stream()
                        .anyMatch(line -> line.address().equals(nobody.toString())
                                && line.lastError().startsWith("connect-failed")));
        Exchange underWay = hang(azure, 1).getFirst();
        aws.tunnels().reconcile(List.of(), Set.of());
        Await.until(
                "nothing is known any more",
                () -> aws.tunnels().view().all().isEmpty()
                        && aws.tunnels().reports().stream()
                                .noneMatch(line -> line.state().equals("up")));
        assertThat(underWay.result()).isNotDone();
    }
}

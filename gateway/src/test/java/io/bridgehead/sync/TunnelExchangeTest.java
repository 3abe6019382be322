package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.AntiEntropy;
import io.bridgehead.cluster.api.AntiEntropy.Offered;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.ClusterState.Phase;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.tunnel.ControlHandler;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamOpener;
import io.bridgehead.wire.StreamReset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class TunnelExchangeTest {
    private static final NodeName PEER = new NodeName("peer");

    private static final TestLoop LOOP = new TestLoop();

    private final LoneNode node = new LoneNode.Net().node("node");
    private final List<RequestHead> opened = new ArrayList<>();
    private final List<ResponseEvents> events = new ArrayList<>();
    private final Set<NodeName> connected = new TreeSet<>(Set.of(PEER));
    private final TunnelExchange exchange = new TunnelExchange(new TunnelExchange.Parts(
            node.state,
            new OffersAlone(),
            LOOP.loop(),
            name -> connected.contains(name) ? opener() : null,
            Runnable::run,
            new SplittableRandom(1),
            new SyncObserver() {}));

    /** The last way to a peer, on which a test offers what it wants. */
    private AntiEntropy.@Nullable Transport way;

    private final class OffersAlone implements AntiEntropy {
        @Override
        public Bytes answer(Bytes request) {
            return request;
        }

        @Override
        public CompletionStage<Repair> repair(Transport peer) {
            way = peer;
            return CompletableFuture.completedStage(new Repair(0, 0, 0, 0));
        }
    }

    @AfterAll
    static void stop() {
        LOOP.close();
    }

    private StreamOpener opener() {
        return (head, end, answer) -> {
            opened.add(head);
            events.add(answer);
            return new ControlStream();
        };
    }

    private Set<NodeName> watch() {
        Set<NodeName> begun = exchange.watch(Set.of(PEER));
        LOOP.settle();
        return begun;
    }

    @Test
    void aPeerIsWatchedByOneStreamUntilThatEnds() {
        assertThat(watch()).containsExactly(PEER);
        assertThat(watch()).isEmpty();
        assertThat(opened).extracting(RequestHead::path).containsExactly(TunnelExchange.WATCH_PATH);
        LOOP.run(() -> events.getFirst().onReset(StreamReset.CONNECTION_LOST));
        assertThat(watch()).as("begun again").containsExactly(PEER);
        assertThat(opened).hasSize(2);
        LOOP.run(() -> events.getFirst().onReset(StreamReset.CONNECTION_LOST));
        assertThat(watch()).as("the first cannot end twice").isEmpty();
    }

    @Test
    void aPeerThatRefusesOrIsNotThereIsTriedAgain() {
        connected.clear();
        assertThat(watch()).containsExactly(PEER);
        assertThat(opened).isEmpty();
        connected.add(PEER);
        assertThat(watch()).containsExactly(PEER);
        LOOP.run(() -> events.getFirst().onResponse(new ResponseHead(503, new HeaderFields()), true));
        assertThat(watch()).containsExactly(PEER);
        assertThat(opened).hasSize(2);
    }

    @Test
    void whatComesOnAWatchIsTakenAsFromThatPeer() {
        watch();
        LOOP.run(() -> {
            events.getFirst().onResponse(new ResponseHead(200, new HeaderFields()), false);
            events.getFirst()
                    .onData(
                            Chunk.of(new BinaryWriter()
                                    .blob(Bytes.utf8("a"))
                                    .blob(Bytes.utf8("b"))
                                    .toBytes()
                                    .toArray()),
                            false);
        });
        assertThat(node.kept).containsExactly("peer", "peer");
    }

    @Test
    void whoIsToldIsWhomTheClusterDoesNotShow() {
        Set<NodeName> tunnels = names("c", "a", "b");
        assertThat(TunnelExchange.beyondCluster(tunnels, names("b", "self")))
                .containsExactlyElementsOf(names("a", "c"));
        assertThat(TunnelExchange.beyondCluster(tunnels, Set.of())).hasSize(3);
    }

    private static Set<NodeName> names(String... names) {
        return new TreeSet<>(Stream.of(names).map(NodeName::new).toList());
    }

    private ControlStream asks(ControlHandler handler, Bytes question) {
        ControlStream stream = new ControlStream();
        RequestHead head = new RequestHead("POST", "https", "x", "/.bridgehead/x", new HeaderFields());
        LOOP.run(() -> {
            StreamEvents asked = handler.onRequest(LOOP.loop(), WatchersTest.peer("peer"), stream, head, false);
            asked.onData(Chunk.of(question.toArray()), true);
        });
        LOOP.settle();
        return stream;
    }

    @Test
    void aPeerHasThisNodeDecideIfItRuns() {
        LoneNode.Net net = new LoneNode.Net();
        LoneNode decider = net.node("decider");
        ControlHandler handler = exchange.commitHandler(net.committing(decider));
        Proposal proposal = LoneNode.proposal(decider, "shop", 1);
        UnaryOperator<Bytes> inAnyCase =
                record -> new BinaryWriter().u8(2).blob(record).toBytes();
        ControlStream good = asks(handler, inAnyCase.apply(proposal.record().bytes()));
        assertThat(good.status()).isEqualTo(200);
        assertThat(decider.decided).containsExactly("shop");
        decider.phase = Phase.FAILED;
        assertThat(asks(handler, inAnyCase.apply(proposal.record().bytes())).status())
                .isEqualTo(200);
        assertThat(decider.decided).as("it declines").hasSize(1);
        assertThat(asks(handler, Bytes.utf8("what?")).status()).isEqualTo(400);
    }

    @Test
    void aPeerIsToldWhatBecameOfTheRecordThatItPushed() {
        assertThat(answerTo(new Receipt.Known())).isEqualTo("Known");
        assertThat(answerTo(Receipt.Rejected.forNow("no space"))).isEqualTo("Rejected");
        assertThat(answerTo(
                        new Receipt.Accepted(LoneNode.proposal(node, "shop", 1).record())))
                .isEqualTo("Accepted");
        assertThat(node.kept).containsExactly("peer", "peer", "peer");
    }

    private String answerTo(Receipt receipt) {
        node.receipt = receipt;
        ControlStream pushed = asks(exchange.recordHandler(), Bytes.utf8("record"));
        assertThat(pushed.status()).isEqualTo(200);
        return pushed.sent().toUtf8();
    }

    /** By the path of pushes, which every version answers so. */
    @Test
    void aRecordIsOfferedByPushingIt() {
        assertThat(offered(200, "Accepted")).isCompletedWithValue(Offered.TAKEN);
        assertThat(offered(200, "Known")).isCompletedWithValue(Offered.KNOWN);
        assertThat(offered(200, "Rejected")).isCompletedWithValue(Offered.REFUSED);
        assertThat(offered(200, "what a later version says")).isCompletedWithValue(Offered.REFUSED);
        assertThat(offered(400, "")).as("it cannot be offered").isCompletedWithValue(Offered.REFUSED);
        assertThat(offered(503, "")).as("not now").isCompletedExceptionally();
        assertThat(opened).extracting(RequestHead::path).containsOnly(TunnelExchange.RECORD_PATH);
        connected.clear();
        assertThat(offer()).as("no tunnel").isCompletedExceptionally();
    }

    private CompletableFuture<Offered> offered(int status, String answer) {
        CompletableFuture<Offered> offered = offer();
        LOOP.run(() -> {
            events.getLast().onResponse(new ResponseHead(status, new HeaderFields()), answer.isEmpty());
            if (!answer.isEmpty()) {
                events.getLast().onData(Chunk.of(Bytes.utf8(answer).toArray()), true);
            }
        });
        return offered;
    }

    private CompletableFuture<Offered> offer() {
        exchange.repairWithOne(List.of(PEER));
        CompletableFuture<Offered> offered =
                Objects.requireNonNull(way).offer(Bytes.utf8("record")).toCompletableFuture();
        LOOP.settle();
        return offered;
    }
}

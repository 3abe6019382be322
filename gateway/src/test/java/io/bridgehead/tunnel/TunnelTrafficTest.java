package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.SiteName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("streams have to be opened while the first are under way")
class TunnelTrafficTest {
    @TempDir
    Path folder;

    private TestFabric fabric;
    private TestNode aws;
    private TestNode azure;

    @BeforeEach
    void start() {
        fabric = new TestFabric(folder);
        aws = fabric.start("aws", "a1");
        azure = fabric.start("azure", "z1");
        TestFabric.mesh(aws, azure);
    }

    @AfterEach
    void stop() {
        fabric.close();
    }

    @Test
    void requestsGoBothWaysOnEveryLoop() {
        for (int loop = 0; loop < 2; loop++) {
            assertThat(Await.done(request(aws, loop, azure).result()).text()).isEqualTo("z1");
            assertThat(Await.done(request(azure, loop, aws).result()).text()).isEqualTo("a1");
        }
        assertThat(aws.tunnels().view().inSite(new SiteName("azure"))).hasSize(1);
        assertThat(aws.tunnels().view().inSite(new SiteName("aws"))).isEmpty();
    }

    private static Exchange request(TestNode from, int loop, TestNode to) {
        return Exchange.open(from, from.loop(loop), to.node(), Exchange.head("GET", "/name"), null, true);
    }

    @Test
    void aBodyComesBackUnchanged() {
        byte[] sent = new byte[3_000_000];
        new Random(5).nextBytes(sent);
        Exchange exchange = Exchange.open(aws, aws.loop(1), azure.node(), Exchange.head("POST", "/echo"), sent, true);
        assertThat(Await.done(exchange.result()).text()).isEqualTo(new String(sent, StandardCharsets.ISO_8859_1));
    }

    @Test
    void aByteStreamHasConnectionsOfItsOwnAndTheFirstOneWaits() {
        byte[] sent = "to the database and back".getBytes(StandardCharsets.UTF_8);
        RequestHead connect = new RequestHead(RequestHead.CONNECT, "", "db.example:5432", "", new HeaderFields());
        Exchange exchange = Exchange.open(aws, aws.loop(0), azure.node(), connect, sent, true);
        assertThat(Await.done(exchange.result()).text()).isEqualTo(new String(sent, StandardCharsets.ISO_8859_1));
        assertThat(azure.hasEvent("connected", "bytes", "accepted")).isTrue();
    }

    @Test
    void moreThanAThousandStreamsRunAtOnceAndAnotherConnectionIsOpenedForThem() {
        // Before a connection stands, a thousand may wait for it; more than that are refused.
        assertThat(Await.done(request(aws, 0, azure).result()).text()).isEqualTo("z1");
        List<Exchange> exchanges =
                Exchange.openAtOnce(aws, aws.loop(0), azure.node(), Exchange.head("GET", "/after/300"), 1500);
        for (Exchange exchange : exchanges) {
            assertThat(Await.done(exchange.result())).isEqualTo(new Exchange.Result(200, "z1", null));
        }
        // it may be ready only when all have been answered
        Await.until(
                "another connection; events " + aws.events(),
                () -> aws.events().stream()
                                .filter(line -> line.startsWith("connected")
                                        && line.contains("requests")
                                        && line.endsWith("dialed"))
                                .count()
                        >= 3);
    }

    @Test
    void aStreamThatNobodyReadsStallsItselfAlone() {
        List<Exchange> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            slow.add(Exchange.open(aws, aws.loop(0), azure.node(), Exchange.head("GET", "/flood"), null, false));
        }
        Await.until("windows are full", () -> slow.stream().allMatch(one -> one.received() > 100_000));
        for (int i = 0; i < 200; i++) {
            assertThat(Await.done(Exchange.get(aws, azure.node(), "/name").result())
                            .text())
                    .isEqualTo("z1");
        }
        assertThat(Await.done(Exchange.get(aws, azure.node(), "/flood").result())
                        .text())
                .hasSize(TestService.FLOOD_BYTES);
        assertThat(slow).allMatch(one -> one.received() < TestService.FLOOD_BYTES);
    }

    @Test
    void controlStreamsAreServedByPath() {
        azure.tunnels().handleControl("/.bridgehead/state/digest", (loop, peer, stream, head, end) -> {
            assertThat(peer.node()).isEqualTo(aws.node());
            stream.sendResponse(new ResponseHead(204, new HeaderFields()), true);
            return new NoEvents();
        });
        RequestHead known = Exchange.head("POST", "/.bridgehead/state/digest?full");
        assertThat(Await.done(Exchange.openControl(aws, azure.node(), known).result())
                        .status())
                .isEqualTo(204);
        RequestHead unknown = Exchange.head("POST", "/.bridgehead/nothing");
        assertThat(Await.done(Exchange.openControl(aws, azure.node(), unknown).result())
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theRoundTripIsMeasuredAndReported() {
        Await.until("measured", () -> {
            PeerState state = aws.tunnels().view().node(azure.node());
            return state != null
                    && state.roundTripMicros() > 0
                    && state.connections() == 3
                    && aws.tunnels().reports().stream().anyMatch(line -> line.connectionsAccepted() == 3);
        });
        TunnelReport line = aws.tunnels().reports().stream()
                .filter(report -> azure.node().equals(report.node()))
                .findFirst()
                .orElseThrow();
        assertThat(line.state()).isEqualTo("up");
        assertThat(line.security()).startsWith("TLSv1.3 TLS_").doesNotEndWith("unknown");
        assertThat(line.connectionsAccepted()).isEqualTo(3);
        assertThat(line.lastError()).isEmpty();
    }
}

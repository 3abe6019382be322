package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.StreamReset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that nobody can dial is reached on connections that it offers. */
final class ReverseTunnelTest {
    private static final int LOOPS = 3;

    @TempDir
    Path folder;

    private TestFabric fabric;
    private TestNode azure;
    private TestNode aws;

    @BeforeEach
    void start() {
        fabric = new TestFabric(folder);
        azure = fabric.start("azure", "z1", LOOPS, 0, TunnelLimits.defaults());
        aws = fabric.startBehindFirewall("aws", "a1", 2, TunnelLimits.defaults());
        aws.tunnels().reconcile(List.of(azure.address()), Set.of());
        azure.awaitRequests(aws);
    }

    @AfterEach
    void stop() {
        fabric.close();
    }

    @Test
    void everyLoopReachesItWithRequestsAndBytes() {
        byte[] sent = new byte[300_000];
        new Random(7).nextBytes(sent);
        RequestHead connect = new RequestHead(RequestHead.CONNECT, "", "db.example:5432", "", new HeaderFields());
        for (int i = 0; i < LOOPS; i++) {
            Loop loop = azure.loop(i);
            assertThat(Await.done(Exchange.open(azure, loop, aws.node(), Exchange.head("GET", "/name"), null, true)
                                    .result())
                            .text())
                    .isEqualTo("a1");
            Await.until(
                    "bytes from loop " + i,
                    () -> Await.done(Exchange.open(azure, loop, aws.node(), connect, sent, true)
                                    .result())
                            .text()
                            .equals(new String(sent, StandardCharsets.ISO_8859_1)));
        }
        assertThat(Await.done(Exchange.get(aws, azure.node(), "/name").result()).text())
                .isEqualTo("z1");
        assertThat(azure.events()).noneMatch(line -> line.startsWith("intruder"));
    }

    @Test
    void itsRoundTripIsMeasuredAndItIsShown() {
        Await.until("measured", () -> {
            PeerState state = azure.tunnels().view().node(aws.node());
            return state != null && state.roundTripMicros() > 0;
        });
        Await.until(
                "shown",
                () -> azure.tunnels().reports().stream()
                        .anyMatch(line -> aws.node().equals(line.node())
                                && line.state().equals("up")
                                && line.connections() >= LOOPS
                                && line.security().startsWith("TLSv1.3")));
    }

    @Test
    void itIsDeadWhenItIsGoneAndBackWhenItReturns() {
        aws.close();
        azure.awaitLiveness(aws, Liveness.DEAD);
        assertThat(Await.done(Exchange.get(azure, aws.node(), "/name").result()).reset())
                .isEqualTo(StreamReset.CONNECT_FAILED);
        TestNode again = fabric.startBehindFirewall("aws", "a1", 1, TunnelLimits.defaults());
        again.tunnels().reconcile(List.of(azure.address()), Set.of());
        azure.awaitRequests(again);
        assertThat(Await.done(Exchange.get(azure, again.node(), "/name").result())
                        .text())
                .isEqualTo("a1");
    }

    @Test
    void whatRunsEndsWellWhenItDrains() {
        Exchange running = Exchange.get(azure, aws.node(), "/after/2000");
        Await.until(
                "it is under way",
                () -> azure.tunnels().view().node(aws.node()) != null
                        && azure.tunnels().reports().stream().anyMatch(line -> line.streams() > 0));
        Await.done(aws.tunnels().drain());
        assertThat(Await.done(running.result()).text()).isEqualTo("a1");
        azure.awaitLiveness(aws, Liveness.DEAD);
    }

    @Test
    void whoseCertificateIsNotTrustedAnyMoreIsCutOff() {
        TestFabric other = new TestFabric(folder.resolve("other"));
        azure.live().swap(other.gateway("azure", "z1"));
        azure.awaitLiveness(aws, Liveness.DEAD);
        assertThat(Await.done(Exchange.get(azure, aws.node(), "/name").result()).reset())
                .isEqualTo(StreamReset.CONNECT_FAILED);
        other.close();
    }
}

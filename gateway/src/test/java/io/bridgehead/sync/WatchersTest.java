package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.authn.TestOrigins;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.tls.PeerKeys;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.handshake.Resumption;
import io.bridgehead.tunnel.Purpose;
import io.bridgehead.tunnel.TunnelPeer;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class WatchersTest {
    private static final byte[] NEWS = "news".getBytes(StandardCharsets.UTF_8);
    private static final byte[] MORE = "more".getBytes(StandardCharsets.UTF_8);
    private static final int FRAME = Integer.BYTES + 4;

    private static TestLoop loop;

    @BeforeAll
    static void start() {
        loop = new TestLoop();
    }

    @AfterAll
    static void stop() {
        loop.close();
    }

    /** A peer's stream, and who gets what the peer does. */
    private record Watch(ControlStream stream, StreamEvents events) {
        static Watch by(String node, Watchers watchers) {
            ControlStream stream = new ControlStream();
            TunnelPeer peer = peer(node);
            RequestHead head = new RequestHead("POST", "https", "x", TunnelExchange.WATCH_PATH, new HeaderFields());
            return loop.get(
                    () -> new Watch(stream, watchers.handler().onRequest(loop.loop(), peer, stream, head, true)));
        }

        void does(Runnable what) {
            loop.run(what);
        }
    }

    static TunnelPeer peer(String node) {
        return new TunnelPeer(
                TestAuthority.gateway("azure", node),
                new SiteName("azure"),
                new NodeName(node),
                Purpose.CONTROL,
                "192.0.2.1:7",
                Resumption.Seen.NO,
                new PeerKeys(TestOrigins.TRUSTED));
    }

    private static Bytes frames(byte[]... records) {
        BinaryWriter all = new BinaryWriter();
        for (byte[] record : records) {
            all.blob(Bytes.wrap(record));
        }
        return all.toBytes();
    }

    private static void tell(Watchers watchers, byte[] record) {
        watchers.tell(record, _ -> true);
        loop.settle();
    }

    @Test
    void eachGetsEachRecordOnceWithItsLength() {
        Watchers watchers = new Watchers();
        Watch a = Watch.by("a", watchers);
        Watch b = Watch.by("b", watchers);
        tell(watchers, NEWS);
        tell(watchers, MORE);
        assertThat(a.stream.status()).isEqualTo(200);
        assertThat(a.stream.sent()).isEqualTo(frames(NEWS, MORE));
        assertThat(b.stream.sent()).isEqualTo(frames(NEWS, MORE));
        assertThat(a.stream.ended).isFalse();
    }

    @Test
    void theBytesOfNewsStayWhatTheyAre() {
        Watchers watchers = new Watchers();
        Watch a = Watch.by("a", watchers);
        tell(watchers, NEWS);
        tell(watchers, MORE);
        assertThat(a.stream.sent().toHex()).isEqualTo("00000004" + "6e657773" + "00000004" + "6d6f7265");
    }

    @Test
    void onlyThoseThatAreMeantGetIt() {
        Watchers watchers = new Watchers();
        Watch member = Watch.by("member", watchers);
        Watch lone = Watch.by("lone", watchers);
        watchers.tell(NEWS, node -> !node.value().equals("member"));
        loop.settle();
        assertThat(member.stream.sent()).isEqualTo(Bytes.EMPTY);
        assertThat(lone.stream.sent()).isEqualTo(frames(NEWS));
    }

    @Test
    void oneThatReadsTooSlowlyIsCutOffAndTheOthersGoOn() {
        Watchers watchers = new Watchers(8, 3 * FRAME);
        Watch slow = Watch.by("slow", watchers);
        Watch quick = Watch.by("quick", watchers);
        slow.does(() -> slow.stream.writable = false);
        for (int i = 0; i < 3; i++) {
            tell(watchers, NEWS);
        }
        assertThat(slow.stream.reset).as("what may wait is waiting").isNull();
        tell(watchers, NEWS);
        assertThat(slow.stream.reset).isEqualTo(StreamReset.CANCEL);
        assertThat(watchers.count()).isEqualTo(1);
        tell(watchers, NEWS);
        assertThat(slow.stream.sent()).isEqualTo(frames(NEWS, NEWS, NEWS));
        assertThat(quick.stream.sent().size()).isEqualTo(5 * FRAME);
        Watch again = Watch.by("slow", watchers);
        tell(watchers, MORE);
        assertThat(again.stream.sent()).isEqualTo(frames(MORE));
    }

    @Test
    void oneThatCatchesUpInBetweenStays() {
        Watchers watchers = new Watchers(8, 2 * FRAME);
        Watch watch = Watch.by("a", watchers);
        watch.does(() -> watch.stream.writable = false);
        for (int i = 0; i < 5; i++) {
            tell(watchers, NEWS);
            tell(watchers, NEWS);
            watch.does(watch.events::onWritable);
        }
        assertThat(watch.stream.reset).isNull();
        assertThat(watch.stream.sent().size()).isEqualTo(10 * FRAME);
    }

    @Test
    void oneTooManyIsRefusedAndTakesAPlaceThatIsFreeLater() {
        Watchers watchers = new Watchers(2, 1 << 20);
        Watch first = Watch.by("a", watchers);
        Watch.by("b", watchers);
        Watch third = Watch.by("c", watchers);
        assertThat(third.stream.status()).isEqualTo(503);
        assertThat(third.stream.ended).isTrue();
        tell(watchers, NEWS);
        assertThat(third.stream.sent()).isEqualTo(Bytes.EMPTY);
        first.does(() -> first.events.onReset(StreamReset.CONNECTION_LOST));
        assertThat(Watch.by("c", watchers).stream.status()).isEqualTo(200);
    }

    @Test
    void whenTheNodeStopsEveryStreamEndsAndNoneBegins() {
        Watchers watchers = new Watchers();
        Watch a = Watch.by("a", watchers);
        Watch b = Watch.by("b", watchers);
        Watch slow = Watch.by("slow", watchers);
        tell(watchers, NEWS);
        slow.does(() -> slow.stream.writable = false);
        watchers.end();
        loop.settle();
        assertThat(slow.stream.reset).as("it is not waited for").isEqualTo(StreamReset.CANCEL);
        for (Watch watch : new Watch[] {a, b}) {
            assertThat(watch.stream.sent()).isEqualTo(frames(NEWS));
            assertThat(watch.stream.ended).isTrue();
        }
        assertThat(watchers.count()).isZero();
        tell(watchers, MORE);
        assertThat(a.stream.sent()).isEqualTo(frames(NEWS));
        Watch late = Watch.by("c", watchers);
        assertThat(late.stream.status()).isEqualTo(503);
        assertThat(late.stream.ended).isTrue();
    }

    @Test
    void oneNodeTakesOnePlaceHoweverOftenItAsks() {
        Watchers watchers = new Watchers(2, 1 << 20);
        Watch old = Watch.by("a", watchers);
        Watch honest = Watch.by("b", watchers);
        Watch now = Watch.by("a", watchers);
        loop.settle();
        assertThat(now.stream.status()).as("also when all places are taken").isEqualTo(200);
        assertThat(old.stream.reset).isEqualTo(StreamReset.CANCEL);
        tell(watchers, NEWS);
        assertThat(old.stream.sent()).isEqualTo(Bytes.EMPTY);
        assertThat(now.stream.sent()).isEqualTo(frames(NEWS));
        assertThat(honest.stream.sent()).isEqualTo(frames(NEWS));
        old.does(() -> old.events.onReset(StreamReset.CONNECTION_LOST));
        tell(watchers, MORE);
        assertThat(now.stream.sent())
                .as("the end of the old one is not the end of the new one")
                .isEqualTo(frames(NEWS, MORE));
    }

    @Test
    void whatAWatcherSendsIsThrownAway() {
        Watchers watchers = new Watchers();
        Watch watch = Watch.by("a", watchers);
        watch.does(() -> watch.events.onData(Chunk.of(new byte[100]), false));
        assertThat(watch.stream.consumed).isEqualTo(100);
        tell(watchers, NEWS);
        assertThat(watch.stream.sent()).isEqualTo(frames(NEWS));
    }

    @Test
    void oneThatIsGoneGetsNothingThatWasOnItsWay() {
        Watchers watchers = new Watchers();
        Watch watch = Watch.by("a", watchers);
        loop.run(() -> {
            watchers.tell(NEWS, _ -> true);
            watch.events.onReset(StreamReset.PEER_RESET);
        });
        loop.settle();
        assertThat(watch.stream.sent()).isEqualTo(Bytes.EMPTY);
        assertThat(watchers.count()).isZero();
    }
}

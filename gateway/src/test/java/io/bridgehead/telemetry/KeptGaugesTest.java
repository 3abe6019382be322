package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.telemetry.KeptGauges.Row;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.PeerState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Meters whose labels come and go, in all registries of a node. */
final class KeptGaugesTest {
    private final MeterRegistry scraped = new SimpleMeterRegistry();
    private final MeterRegistry both = new CompositeMeterRegistry().add(scraped);

    KeptGaugesTest() {
        both.config().commonTags("node", "a");
    }

    private static Row row(String service, double value) {
        return new Row(Tags.of(Tag.SERVICE, service), value);
    }

    private @Nullable Gauge shown(String service) {
        return scraped.find(Signal.ENDPOINTS_FIT.meter())
                .tag(Tag.SERVICE, service)
                .tag("node", "a")
                .gauge();
    }

    @Test
    void whatStaysHasItsNewValueAndWhatGoesIsRemoved() {
        KeptGauges gauges = new KeptGauges(Signal.ENDPOINTS_FIT, () -> both);
        gauges.show(List.of(row("shop", 2), row("cart", 1)));
        Gauge shop = shown("shop");
        assertThat(shop)
                .isNotNull()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(2));
        gauges.show(List.of(row("shop", 3), row("stock", 5)));
        assertThat(shown("shop")).as("registered once").isSameAs(shop);
        assertThat(shop)
                .isNotNull()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(3));
        assertThat(shown("cart")).isNull();
        assertThat(shown("stock"))
                .isNotNull()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(5));
        gauges.show(List.of());
        assertThat(scraped.getMeters()).isEmpty();
    }

    @Test
    void aRowThatComesTwiceHidesNoneThatIsGone() {
        KeptGauges gauges = new KeptGauges(Signal.ENDPOINTS_FIT, () -> both);
        gauges.show(List.of(row("shop", 2), row("cart", 1)));
        gauges.show(List.of(row("shop", 2), row("shop", 3)));
        assertThat(shown("cart")).isNull();
        assertThat(shown("shop"))
                .isNotNull()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(3));
    }

    @Test
    void whereMetersGetAnotherPlaceAllMoveThere() {
        AtomicReference<MeterRegistry> place = new AtomicReference<>(scraped);
        scraped.config().commonTags("node", "a");
        KeptGauges gauges = new KeptGauges(Signal.ENDPOINTS_FIT, place::get);
        gauges.show(List.of(row("shop", 2), row("cart", 1)));
        assertThat(both.getMeters()).isEmpty();

        place.set(both);
        gauges.show(List.of(row("shop", 3)));
        assertThat(both.getMeters()).hasSize(1);
        assertThat(scraped.getMeters()).hasSize(1);
        assertThat(shown("shop"))
                .isNotNull()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(3));

        place.set(scraped);
        gauges.show(List.of(row("shop", 4)));
        assertThat(both.getMeters()).isEmpty();
        assertThat(shown("shop"))
                .isNotNull()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(4));
    }

    @Test
    void rowsHaveABound() {
        KeptGauges gauges = new KeptGauges(Signal.ENDPOINTS_FIT, () -> both);
        gauges.show(IntStream.range(0, NodeGauges.ROWS_MAX + 10)
                .mapToObj(i -> row("s" + i, i))
                .toList());
        assertThat(scraped.getMeters()).hasSize(NodeGauges.ROWS_MAX);
    }

    private static PeerState peer(String node, long bytes) {
        return new PeerState(
                new NodeName(node),
                new SiteName("azure"),
                "192.0.2.1:15008",
                Liveness.UP,
                100,
                10,
                1,
                0,
                0,
                bytes,
                bytes,
                1,
                0,
                true,
                "");
    }

    private double bytesOf(String node) {
        return scraped.find(Signal.TUNNEL_BYTES.meter()).tag(Tag.PEER, node).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void countsOfPeersThatAreKnownNoMoreAreRemoved() {
        TunnelCounts counts = new TunnelCounts(both);
        counts.seen(peer("b", 10));
        counts.seen(peer("c", 10));
        counts.forgetOthers(List.of(peer("b", 10), peer("c", 10)));
        assertThat(bytesOf("c")).isEqualTo(20);
        counts.seen(peer("b", 15));
        counts.forgetOthers(List.of(peer("b", 15)));
        assertThat(bytesOf("b")).isEqualTo(30);
        assertThat(scraped.getMeters().stream()
                        .filter(meter -> "c".equals(meter.getId().getTag(Tag.PEER))))
                .isEmpty();
    }
}

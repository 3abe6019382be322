package io.bridgehead.load.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the wide area does to packets, without a packet. */
final class LinkTest {
    private static final long MILLI = 1_000_000;

    private final Link link = new Link(1);
    private final Link other = new Link(3);
    private final Map<String, Link> links = new TreeMap<>(Map.of("a>b", link, "b>a", new Link(2), "a>c", other));

    @Test
    void aCommandChangesTheLinksThatItMeans() {
        assertThat(LinkCommand.run("set a>b delay=40ms jitter=2ms loss=1% rate=500mbit", links))
                .isEqualTo(1);
        assertThat(link.state()).isEqualTo(new Link.State(40 * MILLI, 2 * MILLI, 0.01, 500_000_000, false));
        assertThat(LinkCommand.run("set b<>a down=true", links)).isEqualTo(2);
        assertThat(link.state()).isEqualTo(new Link.State(40 * MILLI, 2 * MILLI, 0.01, 500_000_000, true));
        assertThat(other.state().down()).isFalse();
        assertThat(LinkCommand.run("set * delay=1.5ms", links)).isEqualTo(3);
        assertThat(other.state().delayNanos()).isEqualTo(3 * MILLI / 2);
    }

    @Test
    void aCommandThatIsNotUnderstoodChangesNothing() {
        for (String wrong : new String[] {
            "",
            "set a>b",
            "cut a>b x=1",
            "set a>d delay=1ms",
            "set a>b delay=1ms speed=2",
            "set a>b delay=-1ms",
            "set a>b delay=soon",
            "set a>b delay"
        }) {
            assertThatThrownBy(() -> LinkCommand.run(wrong, links))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected");
        }
        assertThat(link.state()).isEqualTo(new Link.State(0, 0, 0, 0, false));
    }

    @Test
    void packetsTakeTheDelayAndKeepTheirOrder() {
        LinkCommand.run("set a>b delay=40ms jitter=10ms", links);
        long last = 0;
        for (int i = 0; i < 1_000; i++) {
            long arrival = link.arrival(i, 1500);
            assertThat(arrival).isBetween(Math.max(last, 40 * MILLI + i), 50 * MILLI + i);
            last = arrival;
        }
    }

    @Test
    void aRateMakesAQueueThatOverflowsAfterItsBound() {
        LinkCommand.run("set a>b rate=12mbit", links);
        assertThat(link.arrival(0, 1500)).isEqualTo(MILLI);
        assertThat(link.arrival(0, 1500)).isEqualTo(2 * MILLI);
        int queued = 2;
        while (link.arrival(0, 1500) != Link.LOST) {
            queued++;
        }
        assertThat(queued).isEqualTo((int) (Link.QUEUE_NANOS_MAX / MILLI));
        assertThat(link.arrival(500 * MILLI, 1500)).isEqualTo(501 * MILLI);
    }

    @Test
    void aShareOfPacketsGetsLostAndACutLosesAll() {
        LinkCommand.run("set a>b loss=10%", links);
        int lost = 0;
        for (int i = 0; i < 10_000; i++) {
            lost += link.arrival(i, 1500) == Link.LOST ? 1 : 0;
        }
        assertThat(lost).isBetween(800, 1_200);
        LinkCommand.run("set a>b down=true", links);
        assertThat(link.isDown()).isTrue();
        assertThat(link.arrival(0, 1500)).isEqualTo(Link.LOST);
    }
}

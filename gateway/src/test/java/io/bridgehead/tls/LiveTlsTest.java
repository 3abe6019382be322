package io.bridgehead.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.TrustDomain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is told of a change, and in what order. */
final class LiveTlsTest {
    private static final TestAuthority ROOT = TestAuthority.root("live");
    private static final TrustDomain PARTNER = new TrustDomain("partner.example");

    private final KeyMaterial material = ROOT.material(TestAuthority.gateway("west", "a"));
    private final LiveTls live = new LiveTls(material, TestAuthority.CLOCK);
    private final List<Long> told = Collections.synchronizedList(new ArrayList<>());

    private void federate() {
        live.federate(Map.of(PARTNER, List.of(ROOT.certificate())));
    }

    @Test
    void theLastStateIsToldLastWhicheverThreadBringsIt() throws Exception {
        List<Thread> other = new ArrayList<>();
        Runnable _ = live.subscribe(generation -> {
            if (generation.number() == 2) {
                Thread second = Thread.ofPlatform().start(this::federate);
                other.add(second);
                try {
                    // It ends only where two are told at the same time.
                    boolean _ = second.join(Duration.ofMillis(200));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        Runnable _ = live.subscribe(generation -> told.add(generation.number()));
        live.swap(material);
        assertThat(other.getFirst().join(Duration.ofSeconds(20))).isTrue();
        assertThat(told).isSorted().endsWith(3L);
    }

    @Test
    void whatASubscriberBringsIsToldAfterWhatBroughtItThere() {
        Runnable _ = live.subscribe(generation -> {
            if (generation.number() == 2) {
                federate();
            }
        });
        Runnable _ = live.subscribe(generation -> told.add(generation.number()));
        live.swap(material);
        assertThat(told).containsExactly(2L, 3L);
    }

    @Test
    void whoJudgesLiveConnectionsIsToldFirst() {
        List<String> order = new ArrayList<>();
        Runnable _ = live.subscribe(_ -> order.add("contexts"));
        Runnable ends = live.subscribeFirst(_ -> order.add("judge"));
        live.swap(material);
        assertThat(order).containsExactly("judge", "contexts");
        ends.run();
        federate();
        assertThat(order).containsExactly("judge", "contexts", "contexts");
    }

    @Test
    void whoThrowsLeavesTheOthersTold() {
        Runnable _ = live.subscribeFirst(_ -> {
            throw new IllegalStateException("judge");
        });
        Runnable _ = live.subscribe(_ -> {
            throw new IllegalStateException("context");
        });
        Runnable _ = live.subscribe(generation -> told.add(generation.number()));
        assertThatThrownBy(() -> live.swap(material)).hasMessage("judge");
        assertThatThrownBy(this::federate).hasMessage("judge");
        assertThat(told).containsExactly(2L, 3L);
        assertThat(live.current().number()).isEqualTo(3);
    }
}

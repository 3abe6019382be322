package io.bridgehead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

final class HealthViewTest {
    private static final SiteName SITE = new SiteName("azure-weu");
    private static final ServiceName ORDERS = new ServiceName("orders");
    private static final NodeName A = new NodeName("a");
    private static final NodeName B = new NodeName("b");
    private final HealthView view = new HealthView(1_000);

    @Test
    void theSitesValueIsThatOfItsBestNodeWithinReach() {
        view.accept(report(A, 1, 1, new ServiceHealth(1, 0, 4, 0)), 0);
        view.accept(report(B, 1, 1, new ServiceHealth(3, 0, 4, 9)), 0);
        assertThat(fit(_ -> true, 10)).isEqualTo(3);
        assertThat(fit(A::equals, 10)).isEqualTo(1);
        assertThat(view.site(ORDERS, SITE, _ -> false, 10)).isNull();
        assertThat(view.site(ORDERS, new SiteName("other"), _ -> true, 10)).isNull();
        assertThat(view.site(new ServiceName("other"), SITE, _ -> true, 10)).isNull();
    }

    @Test
    void aVerdictGoesBeforeNoVerdict() {
        view.accept(report(A, 1, 1, new ServiceHealth(0, 4, 4, 0)), 0);
        view.accept(report(B, 1, 1, new ServiceHealth(0, 0, 4, 0)), 0);
        ServiceHealth site = Objects.requireNonNull(view.site(ORDERS, SITE, _ -> true, 10));
        assertThat(site.unknown()).isZero();
    }

    @Test
    void aReportHoldsUntilItsLeaseEndsAndIsThenUnknown() {
        view.accept(report(A, 1, 1, new ServiceHealth(1, 0, 1, 0)), 0);
        assertThat(view.node(ORDERS, A, 999)).isNotNull();
        assertThat(view.reports(999)).hasSize(1);
        assertThat(view.node(ORDERS, A, 1_000)).isNull();
        assertThat(view.reports(1_000)).isEmpty();
        assertThat(view.site(ORDERS, SITE, _ -> true, 1_000)).isNull();
    }

    @Test
    void onlyANewerReportReplacesOne() {
        ServiceHealth old = new ServiceHealth(1, 0, 9, 0);
        ServiceHealth next = new ServiceHealth(2, 0, 9, 0);
        assertThat(view.accept(report(A, 5, 7, next), 0)).isTrue();
        assertThat(view.accept(report(A, 5, 6, old), 0)).isFalse();
        assertThat(view.accept(report(A, 5, 7, old), 0)).isFalse();
        assertThat(view.accept(report(A, 4, 99, old), 0)).isFalse();
        assertThat(view.node(ORDERS, A, 0)).isEqualTo(next);
        assertThat(view.accept(report(A, 6, 1, old), 0)).isTrue();
        view.forget(A);
        assertThat(view.node(ORDERS, A, 0)).isNull();
    }

    @Test
    void keepsABoundedNumberOfNodes() {
        for (int i = 0; i < HealthView.NODES_MAX; i++) {
            assertThat(view.accept(report(new NodeName("n" + i), 1, 1, new ServiceHealth(1, 0, 1, 0)), 0))
                    .isTrue();
        }
        assertThat(view.accept(report(A, 1, 1, new ServiceHealth(1, 0, 1, 0)), 500))
                .isFalse();
        assertThat(view.accept(report(A, 1, 1, new ServiceHealth(1, 0, 1, 0)), 1_000))
                .isTrue();
    }

    @Test
    void theShareCountsJudgedEndpointsOnly() {
        assertThat(new ServiceHealth(1, 2, 4, 0).fitShare()).hasValue(0.5);
        assertThat(new ServiceHealth(0, 4, 4, 0).fitShare()).isEmpty();
        assertThat(new ServiceHealth(0, 0, 0, 0).fitShare()).hasValue(0);
        assertThatThrownBy(() -> new ServiceHealth(3, 2, 4, 0)).hasMessageContaining("expected");
    }

    private int fit(Predicate<NodeName> reachable, long now) {
        return Objects.requireNonNull(view.site(ORDERS, SITE, reachable, now)).fit();
    }

    private static SiteReport report(NodeName node, long incarnation, long sequence, ServiceHealth health) {
        return new SiteReport(SITE, node, incarnation, sequence, Map.of(ORDERS, health));
    }
}

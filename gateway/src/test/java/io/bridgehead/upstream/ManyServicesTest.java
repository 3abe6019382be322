package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.failover.Returns;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.OnLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A table with many new services holds up nothing else on the context, and what is learnt meanwhile concerns them as well. */
final class ManyServicesTest extends RegistryRig {
    private static final int MANY = 2000;
    private static final Endpoint ENDPOINT = Endpoint.parse("192.0.2.7:80");

    private static RoutingTable table() {
        List<ServiceRoute> routes = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
            sites.put(AWS, List.of(ENDPOINT));
            ServiceRoute route = ServiceRoute.http("s" + i, List.of("s" + i + ".example"), sites, Sites.OPEN);
            routes.add(route.withResilience(route.resilience().withHealth(SELDOM)));
        }
        return RoutingTable.of("1", routes);
    }

    private static StandingOrders drained(ServiceName service) {
        return new StandingOrders(
                Set.of(),
                Map.of(),
                Set.of(),
                Map.of(),
                false,
                Set.of(),
                Quarantine.NONE,
                new StandingOrders.Finer(Map.of(service, Set.of(ENDPOINT)), Map.of(), Returns.NONE, Set.of()));
    }

    @Test
    void othersHaveTheirTurnInBetweenAndAnOrderThatComesThenCounts() throws InterruptedException {
        ServiceRegistry registry = registry();
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger inBetween = new AtomicInteger(-1);
        OnLoop.run(control, () -> {
            registry.reconcile(table(), done::countDown);
            control.execute(() -> {
                inBetween.set(registry.statuses().size());
                registry.order(drained(new ServiceName("s0")));
            });
        });
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(inBetween).as("they are in use all at once").hasValue(0);
        assertThat(registry.statuses()).hasSize(MANY);
        assertThat(detail(registry, "s0")).isEqualTo("drained by an operator");
        assertThat(detail(registry, "s1")).isEmpty();
    }

    private static String detail(ServiceRegistry registry, String service) {
        return Objects.requireNonNull(registry.status(new ServiceName(service)))
                .endpoints()
                .getFirst()
                .detail();
    }
}

package io.bridgehead.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Timer;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import io.bridgehead.upstream.endpoint.EndpointTrust;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DepartedTest {
    private static final ServiceName SHOP = new ServiceName("shop");
    private static final ServiceName OTHER = new ServiceName("other");
    private static final HostPort ADDRESS = Endpoint.parse("192.0.2.1:80").address();

    private final List<Runnable> timers = new ArrayList<>();
    private final EndpointAddresses addresses =
            new EndpointAddresses((host, answer) -> {}, EndpointTrust.ANY, () -> 0, _ -> {});
    private final Departed departed = new Departed(Sites.AWS, context(), addresses);

    private FailoverContext context() {
        return new FailoverContext() {
            @Override
            public void execute(Runnable task) {
                throw new AssertionError("nothing is for later");
            }

            @Override
            public Timer every(long millis, Runnable task) {
                throw new AssertionError("nothing is done again");
            }

            @Override
            public Timer after(long millis, Runnable task) {
                assertThat(millis).isEqualTo(Departed.LINGER_MILLIS);
                timers.add(task);
                return () -> {};
            }

            @Override
            public boolean isCurrent() {
                return true;
            }

            @Override
            public long nanoTime() {
                return 0;
            }
        };
    }

    private ServiceState service(ServiceName name, String address) {
        Endpoint endpoint = Endpoint.parse(address);
        addresses.useAlso(endpoint.address());
        ServiceRoute route = ServiceRoute.http(
                name.value(), List.of(), new LinkedHashMap<>(Map.of(Sites.AWS, List.of(endpoint))), Sites.OPEN);
        return new ServiceState(ServiceState.Definition.of(route, Sites.AWS, addresses, List.of()));
    }

    private boolean isKnown() {
        return addresses.of(ADDRESS).usable();
    }

    @Test
    void whatIsGoneIsThereWithItsAddressesUntilItsTimeIsOver() {
        ServiceState shop = service(SHOP, "192.0.2.1:80");
        departed.replaced(Map.of(), Map.of(SHOP, shop));
        assertThat(departed.states()).isEmpty();
        departed.replaced(Map.of(SHOP, shop), Map.of());
        assertThat(departed.states()).containsExactly(Map.entry(SHOP, shop));
        assertThat(isKnown()).isTrue();
        timers.getFirst().run();
        assertThat(departed.states()).isEmpty();
        assertThat(isKnown()).isFalse();
    }

    @Test
    void whatIsGoneTwiceStaysForTheLastTime() {
        ServiceState shop = service(SHOP, "192.0.2.1:80");
        departed.replaced(Map.of(SHOP, shop), Map.of());
        ServiceState again = service(SHOP, "192.0.2.1:80");
        departed.replaced(Map.of(), Map.of(SHOP, again));
        departed.replaced(Map.of(SHOP, again), Map.of());
        timers.getFirst().run();
        assertThat(departed.states()).containsExactly(Map.entry(SHOP, again));
        assertThat(isKnown()).isTrue();
        timers.getLast().run();
        assertThat(isKnown()).isFalse();
    }

    @Test
    void addressesOfServicesThatAreBeingTakenIntoUseAreNotForgotten() {
        ServiceState shop = service(SHOP, "192.0.2.1:80");
        departed.replaced(Map.of(SHOP, shop), Map.of());
        departed.changing();
        ServiceState other = service(OTHER, "192.0.2.1:80");
        timers.getFirst().run();
        assertThat(isKnown()).isTrue();
        departed.replaced(Map.of(), Map.of(OTHER, other));
        assertThat(isKnown()).isTrue();
        departed.replaced(Map.of(OTHER, other), Map.of());
        timers.getLast().run();
        assertThat(isKnown()).isFalse();
    }

    @Test
    void addressesOfServicesWhoseTimeEndsWithinAChangeAreForgottenAfterIt() {
        ServiceState shop = service(SHOP, "192.0.2.1:80");
        departed.replaced(Map.of(SHOP, shop), Map.of());
        departed.changing();
        timers.getFirst().run();
        assertThat(isKnown()).isTrue();
        departed.stayed(false);
        assertThat(isKnown()).isFalse();
    }
}

package io.bridgehead.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.Answer;
import io.bridgehead.upstream.endpoint.OnLoop;
import io.bridgehead.upstream.endpoint.TestEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each address of a name is an endpoint of its own, and comes and goes with the name's answers. */
final class NamedEndpointsTest extends RegistryRig {
    private static final Duration LIFE = Duration.ofMillis(1);

    private final AtomicReference<List<String>> addresses = new AtomicReference<>(List.of("127.0.0.1", "127.0.0.2"));
    private final TestEndpoint endpoint = endpoint(TestEndpoint.Mode.ANSWER);
    private final Endpoint named =
            Endpoint.parse("db.internal:" + endpoint.address().port());

    /** The other address: it takes connections, as far as probes see. */
    private @Nullable ServerSocket other;

    @AfterEach
    void closeOther() throws IOException {
        if (other != null) {
            other.close();
        }
    }

    private void openOther() throws IOException {
        other = new ServerSocket(endpoint.address().port(), 50, InetAddress.ofLiteral("127.0.0.2"));
    }

    @BeforeEach
    void answerNames() {
        lookup.set((host, answer) -> {
            List<String> now = Objects.requireNonNull(addresses.get());
            if (now.isEmpty()) {
                answer.failed("no such name");
            } else {
                answer.found(now.stream().map(InetAddress::ofLiteral).toList(), LIFE);
            }
        });
    }

    private Endpoint at(String address) {
        return Endpoint.parse(address + ":" + endpoint.address().port());
    }

    private List<Endpoint> known() {
        return registry().statuses().getFirst().endpoints().stream()
                .map(ServiceStatus.EndpointStatus::endpoint)
                .toList();
    }

    private Set<Endpoint> picked(ServiceRoute route) {
        Set<Endpoint> picked = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            if (select(first, route) instanceof Selection.To(Destination destination)) {
                picked.add(destination.endpoint());
            }
        }
        return picked;
    }

    @Test
    void requestsGoToEachAddress() throws IOException {
        openOther();
        ServiceRoute route = reconcile(SELDOM, List.of(named));
        OnLoop.await("both addresses", () -> picked(route).equals(Set.of(at("127.0.0.1"), at("127.0.0.2"))));
        assertThat(known()).containsExactly(at("127.0.0.1"), at("127.0.0.2"));
    }

    @Test
    void anAddressIsFoundIllByItself() {
        ServiceRoute route = reconcile(TCP_CHECK, List.of(named));
        awaitHealth(1, 0, 2);
        OnLoop.await("the fit one only", () -> picked(route).equals(Set.of(at("127.0.0.1"))));
        assertThat(registry().statuses().getFirst().stateOf(named)).matches("127.0.0.1 fit; 127.0.0.2 not fit: .*");
    }

    @Test
    void anAnswerThatChangesLeavesWhatIsUnderWayAlone() throws IOException {
        openOther();
        addresses.set(List.of("127.0.0.1"));
        endpoint.mode(TestEndpoint.Mode.HOLD);
        ServiceRoute route = reconcile(SELDOM, List.of(named));
        OnLoop.await("one address", () -> picked(route).equals(Set.of(at("127.0.0.1"))));
        Answer held = open(route);
        OnLoop.await("it is there", () -> endpoint.requests() == 1);
        addresses.set(List.of("127.0.0.2"));
        OnLoop.await("the other address", () -> picked(route).equals(Set.of(at("127.0.0.2"))));
        assertThat(endpoint.answerOne()).isTrue();
        assertThat(held.whole()).isEqualTo("200 ok");
    }

    @Test
    void anAddressThatStaysKeepsItsConnections() {
        addresses.set(List.of("127.0.0.1"));
        ServiceRoute route = reconcile(SELDOM, List.of(named));
        OnLoop.await("one address", () -> picked(route).equals(Set.of(at("127.0.0.1"))));
        assertThat(get(first, to(first, route))).isEqualTo("200 ok");
        int before = endpoint.connections();
        addresses.set(List.of("127.0.0.2", "127.0.0.1"));
        OnLoop.await("both addresses", () -> known().size() == 2);
        Destination destination = untilPicked(first, route, at("127.0.0.1"));
        Answer answer = new Answer();
        RequestHead head = new RequestHead("GET", "http", "shop.example", "/", new HeaderFields());
        OnLoop.run(first, () -> destination.openRequest(head, true, answer));
        assertThat(answer.whole()).isEqualTo("200 ok");
        // but for the first probe of each
        assertThat(endpoint.connections()).isLessThanOrEqualTo(before + 1);
    }

    @Test
    void theLastGoodAnswerServesWhileLookupsFail() throws IOException {
        openOther();
        ServiceRoute route = reconcile(SELDOM, List.of(named));
        OnLoop.await("both addresses", () -> known().size() == 2);
        addresses.set(List.of());
        OnLoop.await("it is told of", () -> !problems().isEmpty());
        assertThat(problems())
                .singleElement()
                .asString()
                .matches("endpoint " + named + ": for \\d+ s the lookup of its name failed: no such name;"
                        + " its last good answer is kept");
        OnLoop.await("both serve", () -> picked(route).size() == 2);
    }

    private List<String> problems() {
        return new ArrayList<>(registry().statuses().getFirst().lookupProblems());
    }

    @Test
    void anAddressBesideItsNameIsOneEndpoint() {
        reconcile(SELDOM, List.of(named, at("127.0.0.1")));
        OnLoop.await("two endpoints", () -> known().size() == 2);
        assertThat(known()).containsExactly(at("127.0.0.1"), at("127.0.0.2"));
    }

    @Test
    void anUntrustedAddressOfANameIsNoEndpoint() {
        trust = address -> address.getAddress().getHostAddress().endsWith(".2") ? "an address of no trust" : null;
        ServiceRoute route = reconcile(SELDOM, List.of(named));
        OnLoop.await("the trusted one", () -> picked(route).equals(Set.of(at("127.0.0.1"))));
        assertThat(known()).containsExactly(at("127.0.0.1"));
    }
}

package io.bridgehead.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.health.OutlierPolicy;
import io.bridgehead.limit.CircuitLimits;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.Answer;
import io.bridgehead.upstream.endpoint.OnLoop;
import io.bridgehead.upstream.endpoint.TestEndpoint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What real traffic makes of endpoints: ejections and bounds. */
final class ServiceRegistryTrafficTest extends RegistryRig {
    @Test
    void gatewayErrorsOnOneLoopEjectTheEndpointOnAllButNeverTheLast() {
        TestEndpoint ill = endpoint(TestEndpoint.Mode.FAIL);
        TestEndpoint good = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute route = reconcile(SELDOM, List.of(ill.endpoint(), good.endpoint()));
        awaitHealth(2, 0, 2);
        for (int i = 0; i < 5; i++) {
            Destination destination = untilPicked(first, route, ill.endpoint());
            assertThat(get(first, destination)).startsWith("503");
            OnLoop.run(first, () -> destination.ended(AttemptOutcome.GATEWAY_ERROR));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(to(second, route).endpoint()).isEqualTo(good.endpoint());
        }
        for (int i = 0; i < 10; i++) {
            Destination destination = to(second, route);
            OnLoop.run(second, () -> destination.ended(AttemptOutcome.GATEWAY_ERROR));
        }
        assertThat(to(second, route).endpoint()).isEqualTo(good.endpoint());
        awaitHealth(1, 0, 2);
    }

    @Test
    void serverErrorsEjectAndComeBackByTheServicesOwnRules() {
        TestEndpoint ill = endpoint(TestEndpoint.Mode.ANSWER);
        TestEndpoint good = endpoint(TestEndpoint.Mode.ANSWER);
        OutlierPolicy strict = new OutlierPolicy(
                new OutlierPolicy.Consecutive(2, 0, 0),
                new OutlierPolicy.Ejection(Duration.ofMillis(300), Duration.ofMillis(300), 50),
                Duration.ofSeconds(10),
                null,
                null);
        ServiceRoute route = reconcile(SELDOM, List.of(ill.endpoint(), good.endpoint()));
        route = reconcile(route.withResilience(route.resilience().withOutlier(strict)));
        awaitHealth(2, 0, 2);
        for (int i = 0; i < 2; i++) {
            Destination destination = untilPicked(first, route, ill.endpoint());
            OnLoop.run(first, () -> destination.ended(AttemptOutcome.SERVER_ERROR));
        }
        OnLoop.await("it was ejected", () -> events.has("unfit " + ill.endpoint()));
        OnLoop.await("its time was over", () -> events.has("fit " + ill.endpoint()));
        untilPicked(second, route, ill.endpoint());
    }

    @Test
    void whoFailsTooOftenInAnIntervalIsEjected() {
        TestEndpoint ill = endpoint(TestEndpoint.Mode.ANSWER);
        TestEndpoint good = endpoint(TestEndpoint.Mode.ANSWER);
        OutlierPolicy judging = new OutlierPolicy(
                new OutlierPolicy.Consecutive(0, 0, 0),
                OutlierPolicy.Ejection.DEFAULT,
                Duration.ofSeconds(1),
                null,
                new OutlierPolicy.FailurePercentage(50, 1, 1));
        ServiceRoute route = reconcile(SELDOM, List.of(ill.endpoint(), good.endpoint()));
        route = reconcile(route.withResilience(route.resilience().withOutlier(judging)));
        awaitHealth(2, 0, 2);
        Destination destination = untilPicked(first, route, ill.endpoint());
        OnLoop.run(first, () -> destination.ended(AttemptOutcome.SERVER_ERROR));
        OnLoop.await("the interval's end ejected it", () -> events.has("unfit " + ill.endpoint()));
        for (int i = 0; i < 20; i++) {
            assertThat(to(second, route).endpoint()).isEqualTo(good.endpoint());
        }
    }

    @Test
    void connectionsAndWaitingRequestsAreBoundedForTheService() {
        TestEndpoint slow = endpoint(TestEndpoint.Mode.HOLD);
        ServiceRoute route = reconcile(SELDOM, List.of(slow.endpoint()));
        route = reconcile(route.withResilience(route.resilience().withLimits(new CircuitLimits(1, 1, 0, 0))));
        awaitHealth(1, 0, 1);
        Answer served = open(route);
        OnLoop.await("it has arrived", () -> slow.requests() == 1);
        Answer waits = open(route);
        assertThat(open(route).whole()).isEqualTo("POOL_FULL");
        assertThat(events.has("full " + slow.endpoint())).isTrue();
        slow.answerOne();
        assertThat(served.whole()).isEqualTo("200 ok");
        OnLoop.await("the next has arrived", () -> slow.requests() == 2);
        slow.answerOne();
        assertThat(waits.whole()).isEqualTo("200 ok");
        Answer free = open(route);
        OnLoop.await("nothing is counted any more", () -> slow.requests() == 3);
        slow.answerOne();
        assertThat(free.whole()).isEqualTo("200 ok");
    }

    @Test
    void aProbeEndsAnEjectionForFailedConnections() {
        TestEndpoint suspected = endpoint(TestEndpoint.Mode.ANSWER);
        TestEndpoint good = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute route = reconcile(SELDOM, List.of(suspected.endpoint(), good.endpoint()));
        awaitHealth(2, 0, 2);
        for (int i = 0; i < 3; i++) {
            Destination destination = untilPicked(first, route, suspected.endpoint());
            OnLoop.run(first, () -> destination.ended(AttemptOutcome.CONNECT_TIMEOUT));
        }
        OnLoop.await("it was ejected", () -> events.has("unfit " + suspected.endpoint()));
        OnLoop.await("a probe before its time brought it back", () -> events.has("fit " + suspected.endpoint()));
        untilPicked(second, route, suspected.endpoint());
    }
}

package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AWS;
import static io.bridgehead.upstream.Sites.AZURE;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.balance.BalanceKind;
import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.balance.BalancePolicy.HashOn;
import io.bridgehead.balance.BalancePolicy.Traits;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.limit.CircuitLimits;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.OnLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which endpoint of the own site is chosen, and when none is. */
final class LocalSelectionTest extends SelectionRig {
    @Test
    void theLessLoadedEndpointIsPreferred() {
        Destination first = next();
        Destination second = next();
        assertThat(second.endpoint()).isNotEqualTo(first.endpoint());
        OnLoop.run(loop, () -> first.ended(AttemptOutcome.ANSWERED));
        OnLoop.run(loop, () -> first.ended(AttemptOutcome.ANSWERED));
        assertThat(next().endpoint()).as("ended counts once").isEqualTo(first.endpoint());
    }

    @Test
    void aHashKeepsAUserAtItsEndpointThroughReloadsAndMovesOnlyThoseOfTheIll() {
        HashOn user = new HashOn.Header(HeaderName.of("x-user"));
        BalancePolicy hashed = new BalancePolicy(BalanceKind.MAGLEV, user, Duration.ZERO, 0, true, Map.of());
        balance(hashed, ONE, TWO);
        Map<String, Endpoint> before = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            before.put("user-" + i, ofUser("user-" + i));
        }
        assertThat(before.values()).contains(ONE, TWO);
        balance(hashed, TWO, ONE);
        before.forEach((name, endpoint) -> assertThat(ofUser(name)).isEqualTo(endpoint));
        fell(ONE);
        before.forEach((name, endpoint) -> assertThat(ofUser(name)).isEqualTo(TWO));
    }

    @Test
    void aTriedEndpointIsNotTheOneAgain() {
        HashOn source = new HashOn.Source();
        balance(new BalancePolicy(BalanceKind.RING_HASH, source, Duration.ZERO, 0, true, Map.of()), ONE, TWO);
        AttemptHistory history = new AttemptHistory();
        history.hash(state.definition().route(), new HeaderFields(), CALLER);
        Destination first = to(select(history));
        history.add(first);
        assertThat(to(select(history)).endpoint()).isNotEqualTo(first.endpoint());
    }

    @Test
    void weightsAreShares() {
        Map<SiteName, Map<Endpoint, Traits>> traits = Map.of(AWS, Map.of(TWO, new Traits(3, "")));
        balance(new BalancePolicy(BalanceKind.ROUND_ROBIN, null, Duration.ZERO, 0, true, traits), ONE, TWO);
        assertThat(drawEndpoints(400)).isEqualTo(Map.of(ONE, 100, TWO, 300));
    }

    @Test
    void theOwnZoneComesFirstWhileEnoughOfItIsFit() {
        zone = "z1";
        Map<SiteName, Map<Endpoint, Traits>> traits =
                Map.of(AWS, Map.of(ONE, new Traits(1, "z1"), TWO, new Traits(1, "z1"), THREE, new Traits(1, "z2")));
        balance(new BalancePolicy(BalanceKind.RANDOM, null, Duration.ZERO, 0, true, traits), ONE, TWO, THREE);
        assertThat(drawEndpoints(200)).containsOnlyKeys(ONE, TWO);
        fell(ONE);
        // 70 % stay; of the rest half happens to draw the own zone's endpoint
        assertThat(drawEndpoints(1000).get(THREE)).isBetween(100, 200);
        fell(TWO);
        assertThat(drawEndpoints(20)).containsOnlyKeys(THREE);
    }

    @Test
    void anEndpointThatComesBackBeginsSlowly() {
        balance(new BalancePolicy(BalanceKind.RANDOM, null, Duration.ofHours(1), 0, true, Map.of()), ONE, TWO);
        assertThat(drawEndpoints(1000).get(TWO)).isBetween(400, 600);
        endpointState(TWO).cameBack(loop.nanoTime());
        // a tenth against a whole
        assertThat(drawEndpoints(2000).get(TWO)).isBetween(100, 270);
    }

    @Test
    void inPanicUnfitEndpointsAreUsedToo() {
        balance(new BalancePolicy(BalanceKind.RANDOM, null, Duration.ZERO, 50, true, Map.of()), ONE, TWO, THREE);
        List.of(TWO, THREE).forEach(endpoint -> endpointState(endpoint).probed(true, 0, HealthCheck.DEFAULT, ""));
        fell(ONE);
        recompute();
        assertThat(drawEndpoints(100)).containsOnlyKeys(TWO, THREE);
        fell(TWO);
        recompute();
        assertThat(drawEndpoints(100)).containsOnlyKeys(ONE, TWO, THREE);
        fell(THREE);
        recompute();
        assertThat(drawEndpoints(100)).containsOnlyKeys(ONE, TWO, THREE);
    }

    @Test
    void thereIsNoPanicWhileOtherSitesMakeUpForIt() {
        ServiceRoute route = Sites.shop(List.of(ONE, TWO), AZURE);
        use(route.withResilience(route.resilience()
                .withBalance(new BalancePolicy(BalanceKind.RANDOM, null, Duration.ZERO, 100, true, Map.of()))));
        report(AZURE, "azure-a", 2, 2);
        endpointState(TWO).probed(true, 0, HealthCheck.DEFAULT, "");
        fell(ONE);
        recompute();
        for (int i = 0; i < 100; i++) {
            assertThat(next().endpoint()).isNotEqualTo(ONE);
        }
    }

    @Test
    void requestsBeyondTheServicesLimitAreRefusedUntilOneEnds() {
        bound(new CircuitLimits(0, 0, 2, 0));
        Destination first = next();
        next();
        assertThat(select(new AttemptHistory()))
                .isInstanceOfSatisfying(
                        Selection.None.class, none -> assertThat(none.refusal()).isEqualTo(Refusal.POOL_FULL));
        assertThat(OnLoop.call(loop, () -> service.selectLocal(new AttemptHistory())))
                .isInstanceOf(Selection.None.class);
        OnLoop.run(loop, () -> first.ended(AttemptOutcome.ANSWERED));
        next();
    }

    @Test
    void whatIsBeyondGoesToAnotherSite() {
        bound(new CircuitLimits(0, 0, 1, 0), AZURE);
        assertThat(next().site()).isEqualTo(AWS);
        assertThat(next().site()).isEqualTo(AZURE);
    }

    @Test
    void retriesHaveALimitOfTheirOwn() {
        bound(new CircuitLimits(0, 0, 0, 1));
        Destination first = next();
        Destination again = next(first);
        AttemptHistory history = new AttemptHistory();
        history.add(first);
        assertThat(select(history)).isInstanceOf(Selection.None.class);
        next();
        OnLoop.run(loop, () -> again.ended(AttemptOutcome.ANSWERED));
        next(first);
    }
}

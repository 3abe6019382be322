package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.limit.PathPrefix;
import io.bridgehead.limit.RateKey;
import io.bridgehead.limit.RateLimit;
import io.bridgehead.limit.RateMatch;
import io.bridgehead.model.Refusal;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.StreamReset;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RateGateTest {
    private static ServiceRoute limited(ServiceRoute route, RateMatch match) {
        RateLimit limit = new RateLimit("few", 1, Duration.ofMinutes(1), 1, new RateKey.Site(), match, false);
        return route.withResilience(route.resilience().withRates(List.of(limit)));
    }

    private static FakeDestination endpoint() {
        return FakeDestination.endpoint("10.0.0.1:80");
    }

    @Test
    void whatIsAboveTheLimitIsToldWhenToComeAgain() {
        Rig rig = new Rig(limited(Rig.orders(), RateMatch.ANY)).then(endpoint());
        assertThat(rig.get().stream().status()).isZero();
        FakeStream client = rig.get().stream();
        assertThat(client.status()).isEqualTo(429);
        assertThat(client.responseField("retry-after")).isEqualTo("60");
        assertThat(client.responseField("ratelimit-policy")).isEqualTo("\"few\";q=1;w=60");
        assertThat(client.responseField("ratelimit")).isEqualTo("\"few\";r=0;t=60");
        assertThat(rig.record().refusal()).isEqualTo(Refusal.RATE_LIMITED);
        assertThat(rig.record().detail())
                .isEqualTo("limit few of service orders: 1 per 60 s for each site, burst 1, on each node");
        assertThat(Objects.requireNonNull(rig.record().limit()).name()).isEqualTo("few");
    }

    @Test
    void whatComesThroughATunnelWasCountedWhereItEntered() {
        Rig rig = new Rig(limited(Rig.orders(), RateMatch.ANY)).then(endpoint(), endpoint());
        assertThat(rig.fromTunnel(Rig.head("GET"), true).stream().status()).isZero();
        assertThat(rig.fromTunnel(Rig.head("GET"), true).stream().status()).isZero();
    }

    @Test
    void whoMayNotCallTakesNothing() {
        ServiceRoute route = Rig.ordersFor("spiffe://corp.example/site/here/unauthenticated", "GET");
        Rig rig = new Rig(limited(route, RateMatch.ANY)).then(endpoint());
        assertThat(rig.send("POST", "x").stream().status()).isEqualTo(403);
        assertThat(rig.get().stream().status()).isZero();
    }

    @Test
    void aGrpcCallHearsThatTheResourceIsExhausted() {
        Rig rig = new Rig(limited(Rig.grpc(), new RateMatch(Set.of("POST"), PathPrefix.of("/x"), "", "")))
                .then(endpoint());
        String[] call = {"content-type", "application/grpc", "te", "trailers"};
        rig.request(rig.edge(), Rig.head("POST", call), true);
        FakeStream client = rig.request(rig.edge(), Rig.head("POST", call), true).stream();
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.responseField("grpc-status")).isEqualTo("8");
        assertThat(client.responseField("retry-after")).isEqualTo("60");
    }

    @Test
    void connectionsAreCountedToo() {
        Rig rig = new Rig(limited(Rig.database(), RateMatch.ANY)).then(endpoint());
        assertThat(rig.connection("pg").stream().reset).isNull();
        assertThat(rig.connection("pg").stream().reset).isEqualTo(StreamReset.REFUSED);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.RATE_LIMITED);
    }
}

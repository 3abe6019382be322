package io.bridgehead.load.wan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three sites at 80 ms from each other; clients at site a, the service at b and then c. Whatever happens to the way to b, no GET fails and
 * none waits longer than a second beyond its usual time.
 */
final class ACutSiteIsLeftWithinASecondIT {
    private static final String HOST = "shop.wan.example";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double STALL_MILLIS_MAX = 1_000;
    private static final double USUAL_MILLIS = 85;

    private static FarFabric fabric;
    private static HttpServer far;
    private static HttpServer farther;
    private SteadyGets gets;

    @BeforeAll
    static void start() throws IOException {
        fabric = FarFabric.start(3, false);
        far = fabric.sites().in("b", () -> SteadyGets.endpoint("b"));
        farther = fabric.sites().in("c", () -> SteadyGets.endpoint("c"));
        fabric.sites().set("*", "delay=40ms");
        fabric.apply("""
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: shop }
                spec:
                  hostnames: [ %s ]
                  sites:
                    b: { endpoints: [ "127.0.0.1:%d" ] }
                    c: { endpoints: [ "127.0.0.1:%d" ] }
                  health: { http: { path: / }, interval: 500ms, timeout: 400ms }
                  failover: { order: [ b, c ], holdDown: 1s }
                """.formatted(HOST, far.getAddress().getPort(), farther.getAddress().getPort()));
        try (SteadyGets first = begin(1)) {
            awaitServedBy(first, "b");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        far.stop(0);
        farther.stop(0);
        fabric.close();
    }

    private static SteadyGets begin(int clients) {
        return fabric.sites().in("a", () -> SteadyGets.start(Sites.address("a"), FarFabric.HTTP, HOST, clients));
    }

    private static void awaitServedBy(SteadyGets gets, String site) {
        long before = gets.servedBy(site);
        Watch.until("GETs served by " + site, PATIENCE, () -> gets.servedBy(site) >= before + 20, gets::toString);
    }

    @BeforeEach
    void ask() {
        gets = begin(8);
        awaitServedBy(gets, "b");
        gets.forget();
    }

    @AfterEach
    void heal() {
        gets.close();
        fabric.sites().set("*", "down=false", "loss=0%");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"a<>b", "a>b", "b>a"})
    void noGetFailsAndNoneStallsWhenTheWayIsCut(String way) {
        fabric.sites().set(way, "down=true");
        awaitServedBy(gets, "c");
        Watch.during(Duration.ofSeconds(5));
        System.out.println("cut " + way + ": " + gets);
        assertThat(gets.failures()).isEmpty();
        assertThat(gets.millis(1) - USUAL_MILLIS).as("longest stall").isLessThanOrEqualTo(STALL_MILLIS_MAX);

        fabric.sites().set(way, "down=false");
        awaitServedBy(gets, "b");
        assertThat(gets.failures()).isEmpty();
    }

    @Test
    void noGetFailsWhenOnePacketInAHundredGetsLost() {
        fabric.sites().set("*", "loss=1%");
        Watch.during(Duration.ofSeconds(30));
        System.out.println("loss 1 %: " + gets);
        assertThat(gets.answered()).isGreaterThan(100);
        assertThat(gets.failures()).isEmpty();
        assertThat(gets.millis(1) - USUAL_MILLIS).as("longest stall").isLessThanOrEqualTo(STALL_MILLIS_MAX);
    }
}

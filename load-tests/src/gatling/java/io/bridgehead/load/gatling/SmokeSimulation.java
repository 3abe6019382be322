package io.bridgehead.load.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.bridgehead.load.TwoSites;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;

/**
 * Two sites, one service at the far one: clients come, send a GET and a POST and leave, at a steady rate. Every answer must be good, and
 * nearly all quick.
 *
 * <p>Properties: {@code rate} (users a second, 100), {@code seconds} (15).
 */
public final class SmokeSimulation extends Simulation {
    private final TwoSites sites = TwoSites.start();

    private final HttpProtocolBuilder protocol = http.baseUrl("http://127.0.0.1:" + sites.entryPort())
            .header("Host", TwoSites.HOST)
            .shareConnections();

    private final ScenarioBuilder visit = scenario("visit")
            .exec(http("get").get("/b/16").check(status().is(200)))
            .exec(http("post").post("/b/7").body(io.gatling.javaapi.core.CoreDsl.StringBody("an order")).check(status().is(200)));

    /** Declares the load and what must hold. */
    public SmokeSimulation() {
        double rate = Integer.getInteger("rate", 100);
        Duration time = Duration.ofSeconds(Integer.getInteger("seconds", 15));
        setUp(visit.injectOpen(rampUsersPerSec(1).to(rate).during(5), constantUsersPerSec(rate).during(time)))
                .protocols(protocol)
                .assertions(
                        global().failedRequests().count().is(0L),
                        global().responseTime().percentile3().lt(500));
    }

    @Override
    public void after() {
        sites.close();
    }
}

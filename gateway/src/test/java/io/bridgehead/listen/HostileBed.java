package io.bridgehead.listen;

import io.bridgehead.corpus.Case;
import io.bridgehead.corpus.Frames;
import io.bridgehead.corpus.Http2Client;
import io.bridgehead.corpus.RecordingEndpoint;
import io.bridgehead.corpus.Trial;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.wire.LeakWatch;
import io.bridgehead.wire.WireLimits;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What the cases of the corpus run on: one endpoint behind one node, and the same endpoint behind two nodes and a tunnel. Clients come to
 * listeners: whole requests of HTTP/1.1 to one without HTTP/2, the rest to one with both; and what does not begin as HTTP/2 to a
 * connection that is HTTP/2 before its first byte, as after ALPN.
 */
final class HostileBed {
    private static final SiteName THERE = new SiteName("there");
    private static final List<String> HOSTS =
            List.of("a.example", "b.example", "127.0.0.1", "2001:db8::1", "*.wild.example");

    private final RecordingEndpoint endpoint;
    private final Gateway direct;
    private final Gateway near;
    private final Gateway far;
    private final int directAgreed;
    private final int nearAgreed;

    HostileBed(WireLimits limits, Timeouts timeouts) throws IOException, InterruptedException {
        endpoint = new RecordingEndpoint();
        Endpoint address = Endpoint.parse("127.0.0.1:" + endpoint.port());
        direct = new Gateway(limits, route(Gateway.SITE, timeouts, address));
        far = Gateway.at(THERE, route(THERE, timeouts, address));
        near = new Gateway(limits, route(Gateway.SITE, timeouts));
        near.dial(THERE, far.tunnelPort(Gateway.SITE));
        direct.reconcile(Gateway.http("http", 0), Gateway.bothVersions("both", 0));
        near.reconcile(Gateway.http("http", 0), Gateway.bothVersions("both", 0));
        directAgreed = direct.http2Port(limits);
        nearAgreed = near.http2Port(limits);
        LeakWatch.start();
    }

    private static ServiceRoute route(SiteName site, Timeouts timeouts, Endpoint... endpoints) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(site, List.of(endpoints));
        ServiceRoute route = ServiceRoute.http("orders", HOSTS, sites, Authorizer.everySite(Gateway.DOMAIN));
        return route.withResilience(route.resilience().withTimeouts(timeouts));
    }

    /** Runs a case and fails with all that came of it when any of that is not as the case says. */
    void run(Case.Run run) throws IOException {
        endpoint.begin(run.given().endpoint());
        settle(run);
        Trial trial = new Trial(run);
        String got = run.http2() ? http2(run, trial) : trial.http1(entry(run).port(run.byteByByte() ? "both" : "http"));
        until(
                run + ": its exchanges do not end",
                () -> direct.activeExchanges() + near.activeExchanges() + far.activeExchanges() == 0);
        settle(run);
        trial.judge(endpoint.seen(), got);
    }

    private void settle(Case.Run run) {
        if (run.tunnel()) {
            near.settle();
            far.settle();
            near.settle();
        } else {
            direct.settle();
        }
    }

    private String http2(Case.Run run, Trial trial) throws IOException {
        boolean agreed = Frames.haveNoPreface(Objects.requireNonNull(run.given().frames()));
        int port = run.tunnel() ? nearAgreed : directAgreed;
        return trial.http2(new Http2Client(agreed ? port : entry(run).port("both")));
    }

    private Gateway entry(Case.Run run) {
        return run.tunnel() ? near : direct;
    }

    private static void until(String otherwise, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Gateway.BOUND_MILLIS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(otherwise);
            }
            LockSupport.parkNanos(100_000);
        }
    }

    void close() {
        near.close();
        direct.close();
        far.close();
        endpoint.close();
    }
}

package io.bridgehead.listen;

import io.bridgehead.corpus.Case;
import io.bridgehead.corpus.Escapes;
import io.bridgehead.corpus.Frames;
import io.bridgehead.corpus.Http1Client;
import io.bridgehead.corpus.Http2Client;
import io.bridgehead.corpus.RecordingEndpoint;
import io.bridgehead.corpus.Verdicts;
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

/** What the cases of the corpus run on: one endpoint behind one node, and the same endpoint behind two nodes and a tunnel. */
final class HostileBed {
    private static final SiteName THERE = new SiteName("there");
    private static final List<String> HOSTS =
            List.of("a.example", "b.example", "127.0.0.1", "2001:db8::1", "*.wild.example");

    private final RecordingEndpoint endpoint;
    private final Gateway direct;
    private final Gateway near;
    private final Gateway far;
    private final int directHttp2;
    private final int nearHttp2;

    HostileBed(WireLimits limits, Timeouts timeouts) throws IOException, InterruptedException {
        endpoint = new RecordingEndpoint();
        Endpoint address = Endpoint.parse("127.0.0.1:" + endpoint.port());
        direct = new Gateway(limits, route(Gateway.SITE, timeouts, address));
        far = Gateway.at(THERE, route(THERE, timeouts, address));
        near = new Gateway(limits, route(Gateway.SITE, timeouts));
        near.dial(THERE, far.tunnelPort(Gateway.SITE));
        direct.reconcile(Gateway.http("http", 0));
        near.reconcile(Gateway.http("http", 0));
        directHttp2 = direct.http2Port(limits);
        nearHttp2 = near.http2Port(limits);
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
        String got = run.http2() ? http2(run) : http1(run);
        until(
                run + ": its exchanges do not end",
                () -> direct.activeExchanges() + near.activeExchanges() + far.activeExchanges() == 0);
        settle(run);
        judgeEndpoint(run, got);
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

    private String http1(Case.Run run) throws IOException {
        try (Http1Client client = new Http1Client((run.tunnel() ? near : direct).port("http"))) {
            client.send(Objects.requireNonNull(run.given().http1()), run.byteByByte());
            StringBuilder got = new StringBuilder();
            String head = "";
            for (String wanted : run.verdicts()) {
                if (Verdicts.isAboutFields(wanted)) {
                    if (!Verdicts.fieldsFit(head, wanted)) {
                        throw wrong(run, "not so: " + wanted + " in " + Escapes.escape(head));
                    }
                    continue;
                }
                Http1Client.Answer answer = client.answer(wanted.endsWith(" head"));
                head = answer.head();
                got.append(answer.text()).append('\n');
                if (!Verdicts.fits(answer, wanted)) {
                    throw wrong(run, "the client got " + got + " with " + Escapes.escape(answer.head()));
                }
            }
            client.endOutput();
            String rest = client.rest();
            if (!rest.isEmpty()) {
                throw wrong(run, "the client got " + got + " and then " + Escapes.escape(rest));
            }
            return got.toString();
        }
    }

    private String http2(Case.Run run) throws IOException {
        try (Http2Client client = new Http2Client(run.tunnel() ? nearHttp2 : directHttp2)) {
            Verdicts verdicts = Verdicts.http2(run.verdicts());
            client.send(Frames.encode(Objects.requireNonNull(run.given().frames()), true), run.byteByByte());
            if (!verdicts.ends()) {
                client.probe();
            }
            if (!client.readUntil(() -> verdicts.fit(client)) || !verdicts.fit(client)) {
                throw wrong(run, "the client got " + client.all());
            }
            client.endOutput();
            client.readUntil(client::closed);
            if (!verdicts.fit(client)) {
                throw wrong(run, "in the end the client got " + client.all());
            }
            return client.all();
        }
    }

    private void judgeEndpoint(Case.Run run, String got) {
        Case given = run.given();
        RecordingEndpoint.Seen seen = endpoint.seen();
        String received = String.join("", seen.requests());
        String wanted = given.received();
        boolean noPart = seen.part().isEmpty() || given.partAllowed();
        if (!Verdicts.received(received, wanted, run) || !noPart) {
            throw wrong(
                    run,
                    "the endpoint got\n" + Escapes.escape(received)
                            + (noPart ? "" : "\nand the part\n" + Escapes.escape(seen.part())) + "\nthe client " + got);
        }
        Boolean keeps = given.keeps();
        if (keeps != null && keeps != seen.open() > 0) {
            throw wrong(
                    run,
                    "the connection to the endpoint was " + (keeps ? "closed" : "kept") + "; the client got " + got);
        }
    }

    private static AssertionError wrong(Case.Run run, String what) {
        return new AssertionError(run + "\nwanted " + run.verdicts() + "\n" + what);
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
        LeakWatch.assertNone();
    }
}

package io.bridgehead.proxy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.routing.RoutingTable;
import java.util.List;
import java.util.Objects;

/** Exchanges that have ended, for tests of what is told of them. */
public final class TestExchanges {
    private TestExchanges() {}

    /**
     * One of {@code GET http://orders.test/x?y=1} at a node of the site {@code here}, whose first attempt, to a node of the site {@code there},
     * was refused, and whose second, at an endpoint, was answered.
     *
     * @param share of traces that are sampled
     * @param noted what is kept of fields
     * @param millis how long the endpoint took to answer
     * @param fields of the request, each name with its value behind
     */
    public static ExchangeRecord answered(double share, NotedFields noted, int status, long millis, String... fields) {
        Rig rig = rig(share, noted);
        FakeDestination node = FakeDestination.node("there", "b");
        FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
        rig.then(node, endpoint).get(fields);
        node.refuses("no-healthy-endpoint;sent=0", null);
        rig.clock.advance(millis);
        endpoint.answers(status, "hello");
        return rig.record();
    }

    /** As {@link #answered}, of {@code PUT} with this body; the answer has the same. */
    public static ExchangeRecord uploaded(String body) {
        Rig rig = rig(0, NotedFields.NONE);
        FakeDestination node = FakeDestination.node("there", "b");
        FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
        rig.then(node, endpoint).send("PUT", body);
        node.refuses("no-healthy-endpoint;sent=0", null);
        endpoint.answers(200, body);
        return rig.record();
    }

    /** One that switched protocols, after which the endpoint sent five bytes. */
    public static ExchangeRecord switched() {
        ExchangeRecord exchange = answered(0, NotedFields.NONE, 101, 1);
        exchange.attempts().forEach(attempt -> attempt.answered(101));
        return exchange;
    }

    /** The same exchange as a client with other words would have made it. */
    public static ExchangeRecord disguised(
            ExchangeRecord exchange, String method, String authority, String path, SpiffeId identity) {
        exchange.method = method;
        exchange.authority = authority;
        exchange.path = path;
        exchange.caller =
                new Caller(identity, Caller.Proof.CERTIFICATE, exchange.caller.site(), exchange.caller.address());
        return exchange;
    }

    /** One that found no fit site. */
    public static ExchangeRecord refused(double share) {
        Rig rig = rig(share, NotedFields.NONE);
        rig.get();
        return rig.record();
    }

    /** One that the service lets nobody make. */
    public static ExchangeRecord forbidden() {
        Rig rig = new Rig(Rig.ordersFor("site:nowhere"));
        rig.get();
        return rig.record();
    }

    /** One that came for a host that nobody serves. */
    public static ExchangeRecord unknown(double share) {
        Rig rig = rig(share, NotedFields.NONE);
        rig.request(rig.edge(), new RequestHead("GET", "http", "nobody.test", "/", new HeaderFields()), true);
        return rig.record();
    }

    /** The same exchange with another status of its answer. */
    public static ExchangeRecord withStatus(ExchangeRecord exchange, int status) {
        exchange.status = status;
        return exchange;
    }

    /** The same exchange with another span of its own. */
    public static ExchangeRecord withSpan(ExchangeRecord exchange, long spanId) {
        exchange.trace = Objects.requireNonNull(exchange.trace()).withSpan(spanId);
        return exchange;
    }

    private static Rig rig(double share, NotedFields noted) {
        return new Rig(
                RoutingTable.of("7", List.of(Rig.orders())),
                new ProxyLimits(1024, 1 << 20, TraceTerms.DEFAULT.withShare(share), noted));
    }
}

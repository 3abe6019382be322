package io.bridgehead.listen;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptHistory;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.upstream.Selection;
import io.bridgehead.upstream.Upstreams;
import io.bridgehead.upstream.endpoint.BytePool;
import io.bridgehead.upstream.endpoint.Dialer;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import io.bridgehead.upstream.endpoint.EndpointBounds;
import io.bridgehead.upstream.endpoint.EndpointDatagrams;
import io.bridgehead.upstream.endpoint.EndpointLink;
import io.bridgehead.upstream.endpoint.EndpointProtocol;
import io.bridgehead.upstream.endpoint.HttpPool;
import io.bridgehead.upstream.endpoint.PoolEvents;
import io.bridgehead.upstream.endpoint.PoolLimits;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.DatagramEvents;
import io.bridgehead.wire.DatagramLink;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.WireLimits;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The endpoints of the own site in order, then linked sites in order; with the real pools and no opinion about health. */
final class DirectUpstreams implements Upstreams {
    private final Loop loop;
    private final Dialer dialer;
    private final SiteName site;
    private final Map<SiteName, HttpClientConnection> links = new LinkedHashMap<>();
    private final Map<Endpoint, HttpPool> requests = new HashMap<>();
    private final Map<Endpoint, BytePool> bytes = new HashMap<>();

    DirectUpstreams(Loop loop, SiteName site, EndpointAddresses addresses) {
        this.loop = loop;
        this.site = site;
        this.dialer = new Dialer(loop, addresses);
    }

    private EndpointLink link(Endpoint endpoint) {
        return new EndpointLink(
                loop,
                dialer,
                endpoint.address(),
                EndpointProtocol.HTTP1,
                2000,
                () -> new EndpointBounds(PoolLimits.DEFAULT, WireLimits.endpoint()),
                new NobodyAsks());
    }

    private record NobodyAsks() implements PoolEvents {
        @Override
        public void onConnectFailed(Dialer.Failure failure) {
            // the attempt tells
        }

        @Override
        public void onPoolFull() {
            // the attempt tells
        }
    }

    @Override
    public Selection select(ServiceRoute route, AttemptHistory tried, boolean localOnly) {
        List<Endpoint> here = route.endpointsIn(site);
        for (Endpoint endpoint : here) {
            if (!tried.has(endpoint)) {
                return new Selection.To(new Direct(endpoint));
            }
        }
        for (Map.Entry<SiteName, HttpClientConnection> link : links.entrySet()) {
            if (!localOnly && !tried.has(link.getKey())) {
                return new Selection.To(new Linked(link.getKey(), link.getValue()));
            }
        }
        return new Selection.None(Refusal.NO_HEALTHY_ENDPOINT, "all tried");
    }

    /** The other site's only node is at the end of this connection. */
    void link(SiteName farSite, HttpClientConnection connection) {
        links.put(farSite, connection);
    }

    private record Linked(SiteName site, HttpClientConnection connection) implements Destination {
        @Override
        public @Nullable Endpoint endpoint() {
            return null;
        }

        @Override
        public NodeName node() {
            return new NodeName("far-" + site);
        }

        @Override
        public int tier() {
            return 1;
        }

        @Override
        public ClientStream openRequest(RequestHead head, boolean end, ResponseEvents events) {
            return connection.open(head, end, events);
        }

        @Override
        public ClientStream openBytes(ServiceRoute route, RequestHead connectHead, ResponseEvents events) {
            return connection.open(connectHead, false, events);
        }

        @Override
        public void ended(AttemptOutcome outcome) {
            // no opinion
        }
    }

    private final class Direct implements Destination {
        private final Endpoint endpoint;

        Direct(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public SiteName site() {
            return site;
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public @Nullable NodeName node() {
            return null;
        }

        @Override
        public int tier() {
            return 0;
        }

        @Override
        public ClientStream openRequest(RequestHead head, boolean end, ResponseEvents events) {
            return requests.computeIfAbsent(endpoint, key -> new HttpPool(link(key)))
                    .open(head, end, events);
        }

        @Override
        public ClientStream openBytes(ServiceRoute route, RequestHead connectHead, ResponseEvents events) {
            return bytes.computeIfAbsent(endpoint, key -> new BytePool(link(key)))
                    .open(connectHead, false, events);
        }

        @Override
        public @Nullable DatagramLink openDatagrams(DatagramEvents events) {
            return EndpointDatagrams.open(link(endpoint), events);
        }

        @Override
        public void ended(AttemptOutcome outcome) {
            // no opinion
        }
    }
}

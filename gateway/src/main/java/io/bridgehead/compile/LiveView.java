package io.bridgehead.compile;

import io.bridgehead.failover.OperatorOrders;
import io.bridgehead.failover.Places;
import io.bridgehead.failover.Reach;
import io.bridgehead.failover.SiteChoice;
import io.bridgehead.failover.SiteView;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a node knows at a moment of the sites and endpoints of its services; snapshots, read from any thread. */
public interface LiveView {
    /** The weights in force for a service, or null when it is not known here. */
    @Nullable
    SiteWeights weights(ServiceName service);

    /** How an endpoint of this node's own site is, in a word such as {@code fit}, or null when nothing is known. */
    @Nullable
    String endpointState(ServiceName service, Endpoint endpoint);

    /** The endpoint of this node's own site that a request's hash belongs to, for a service that hashes; null when nothing is known of it. */
    default @Nullable Endpoint owner(ServiceRoute service, Question question) {
        return null;
    }

    /** What operators have ordered that bears on a service in these sites: what, until when, why and who. */
    default List<String> orders(ServiceRoute route) {
        return List.of();
    }

    /** What would hold if sites were as given; a site that is not given can be reached and its health is unknown. */
    static LiveView supposing(RoutingTable table, Places places, Map<SiteName, SiteView> given) {
        return new LiveView() {
            @Override
            public @Nullable SiteWeights weights(ServiceName service) {
                ServiceRoute route = table.byName(service);
                if (route == null) {
                    return null;
                }
                Map<SiteName, SiteView> views = new HashMap<>();
                route.endpoints().keySet().forEach(site -> views.put(site, SiteView.of(Reach.UP, null)));
                views.putAll(given);
                return new SiteChoice(
                                places,
                                route.resilience().failover(),
                                route.endpoints().keySet())
                        .evaluate(views, OperatorOrders.NONE, 0);
            }

            @Override
            public @Nullable String endpointState(ServiceName service, Endpoint endpoint) {
                return null;
            }
        };
    }
}

package io.bridgehead.upstream;

import io.bridgehead.limit.ServiceRates;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where attempts can go, as one event loop sees it now. */
public interface Upstreams {
    /**
     * Chooses the next place to try. What has been tried is not chosen again while anything else is left.
     *
     * @param tried what this exchange has tried; the caller adds the destination it opens
     * @param localOnly only endpoints of this node's own site: for what came through a tunnel, so that nothing goes
     *     in circles
     */
    Selection select(ServiceRoute route, AttemptHistory tried, boolean localOnly);

    /** The rate limits of a service on this node, for all loops; null where it has none or is not in use. */
    default @Nullable ServiceRates rates(ServiceRoute route) {
        return null;
    }

    /** The endpoints of the own site, each address of a name. */
    default List<Endpoint> endpoints(ServiceRoute route) {
        return route.endpoints().values().stream().flatMap(List::stream).toList();
    }

    /** Whether an endpoint of a site can serve now, as far as is seen from here; of another site, whether that can be reached. */
    default boolean mayServe(ServiceRoute route, SiteName site, Endpoint endpoint) {
        return true;
    }
}

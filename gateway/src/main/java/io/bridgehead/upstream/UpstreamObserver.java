package io.bridgehead.upstream;

import io.bridgehead.failover.SiteWeights;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import org.jspecify.annotations.Nullable;

/**
 * Is told what happened to services' endpoints and sites; called on event loops and on the failover context, and must
 * not wait.
 */
public interface UpstreamObserver {
    /** Nobody listens. */
    UpstreamObserver NONE = new UpstreamObserver() {};

    /** A connection to an endpoint could not be opened for a request. */
    default void connectFailed(ServiceName service, Endpoint endpoint, String detail) {}

    /** An endpoint gets no more requests from this node. */
    default void endpointBecameUnfit(ServiceName service, Endpoint endpoint, String reason) {}

    /** An endpoint gets requests again. */
    default void endpointBecameFit(ServiceName service, Endpoint endpoint) {}

    /** An active check of an endpoint has ended; told for each service that has the endpoint. */
    default void probed(ServiceName service, Endpoint endpoint, boolean passed) {}

    /** What requests have shown of an endpoint has put it out for a while; not told again while it is out. */
    default void ejected(ServiceName service, Endpoint endpoint, String reason) {}

    /** Unfit endpoints of the own site are used too, because hardly any is fit; or not any more. */
    default void panicChanged(ServiceName service, boolean panic) {}

    /** A request was turned away because too many wait for the endpoint, or waited too long. */
    default void poolFull(ServiceName service, Endpoint endpoint) {}

    /**
     * The shares of a service's sites changed.
     *
     * @param before null when there were none
     * @param reason what is known of each site whose share changed, for people
     */
    default void weightsChanged(ServiceName service, @Nullable SiteWeights before, SiteWeights after, String reason) {}

    /** A site has come and gone too often: it is held away until its flap budget allows another return. */
    default void siteFlaps(ServiceName service, SiteName site) {}
}

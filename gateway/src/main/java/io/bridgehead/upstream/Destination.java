package io.bridgehead.upstream;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.DatagramEvents;
import io.bridgehead.wire.DatagramLink;
import io.bridgehead.wire.ResponseEvents;
import org.jspecify.annotations.Nullable;

/**
 * One place an attempt can go: an endpoint of the own site, or a node of another. It is for one attempt: one stream
 * is opened, and {@link #ended} is called once, whatever happened.
 */
public interface Destination {
    /** The site that serves. */
    SiteName site();

    /** The endpoint, when it is one of the own site. */
    @Nullable
    Endpoint endpoint();

    /** The node at the other end of the tunnel, when the site is another. */
    @Nullable
    NodeName node();

    /** The place of the site in the service's failover order, from 0. */
    int tier();

    /** Opens an HTTP exchange; as {@link io.bridgehead.wire.StreamOpener#open}. */
    ClientStream openRequest(RequestHead head, boolean end, ResponseEvents events);

    /**
     * Opens a stream of bytes: a TCP connection to the endpoint, or a CONNECT stream through the tunnel. That it is
     * open is told by {@link ResponseEvents#onResponse} with status 200.
     *
     * @param connectHead goes through the tunnel; an endpoint does not see it
     */
    ClientStream openBytes(ServiceRoute route, RequestHead connectHead, ResponseEvents events);

    /**
     * Opens a way for datagrams.
     *
     * @return null when there is none, as to another site
     */
    default @Nullable DatagramLink openDatagrams(DatagramEvents events) {
        return null;
    }

    /**
     * The attempt is over. Feeds load counters, outlier detection and the suspicion of sites; more calls than one
     * have no effect.
     */
    void ended(AttemptOutcome outcome);
}

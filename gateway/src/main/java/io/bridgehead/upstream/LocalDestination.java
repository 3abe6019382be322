package io.bridgehead.upstream;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.DatagramEvents;
import io.bridgehead.wire.DatagramLink;
import io.bridgehead.wire.ResponseEvents;
import org.jspecify.annotations.Nullable;

/** An attempt at an endpoint of the own site. */
@OwnedBy(Owner.EVENT_LOOP)
final class LocalDestination implements Destination {
    private final SiteName site;
    private final EndpointSlot slot;
    private final int tier;
    private final boolean retry;
    private boolean ended;

    /** @param retry whether the request was tried before */
    LocalDestination(SiteName site, EndpointSlot slot, int tier, boolean retry) {
        this.site = site;
        this.slot = slot;
        this.tier = tier;
        this.retry = retry;
        slot.began(retry);
    }

    @Override
    public SiteName site() {
        return site;
    }

    @Override
    public Endpoint endpoint() {
        return slot.state().endpoint();
    }

    @Override
    public @Nullable NodeName node() {
        return null;
    }

    @Override
    public int tier() {
        return tier;
    }

    @Override
    public ClientStream openRequest(RequestHead head, boolean end, ResponseEvents events) {
        return slot.requests().open(head, end, events);
    }

    @Override
    public ClientStream openBytes(ServiceRoute route, RequestHead connectHead, ResponseEvents events) {
        return slot.bytes().open(connectHead, false, events);
    }

    @Override
    public @Nullable DatagramLink openDatagrams(DatagramEvents events) {
        return slot.datagrams(events);
    }

    @Override
    public void ended(AttemptOutcome outcome) {
        if (!ended) {
            ended = true;
            slot.ended(outcome, retry);
        }
    }

    @Override
    public String toString() {
        return "endpoint " + endpoint();
    }
}

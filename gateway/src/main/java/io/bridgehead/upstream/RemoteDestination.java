package io.bridgehead.upstream;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.ClosedDoor;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamOpener;
import io.bridgehead.wire.StreamReset;
import org.jspecify.annotations.Nullable;

/** An attempt at a node of another site, through the tunnel to it. */
@OwnedBy(Owner.EVENT_LOOP)
final class RemoteDestination implements Destination {
    private final LoopParts parts;
    private final SiteName site;
    private final NodeSlot slot;
    private final int tier;
    private boolean ended;

    RemoteDestination(LoopParts parts, SiteName site, NodeSlot slot, int tier) {
        this.parts = parts;
        this.site = site;
        this.slot = slot;
        this.tier = tier;
        slot.began();
    }

    @Override
    public SiteName site() {
        return site;
    }

    @Override
    public @Nullable Endpoint endpoint() {
        return null;
    }

    @Override
    public NodeName node() {
        return slot.node();
    }

    @Override
    public int tier() {
        return tier;
    }

    @Override
    public ClientStream openRequest(RequestHead head, boolean end, ResponseEvents events) {
        return openerOr(parts.tunnels().requests(slot.node())).open(head, end, events);
    }

    @Override
    public ClientStream openBytes(ServiceRoute route, RequestHead connectHead, ResponseEvents events) {
        return openerOr(parts.tunnels().bytes(slot.node())).open(connectHead, false, events);
    }

    /** The tunnel may have gone between the choice and this call. */
    private StreamOpener openerOr(@Nullable StreamOpener opener) {
        return opener == null ? new ClosedDoor(loop(), StreamReset.REFUSED) : opener;
    }

    @Override
    public void ended(AttemptOutcome outcome) {
        if (!ended) {
            ended = true;
            slot.ended(outcome, loop().nanoTime());
        }
    }

    private Loop loop() {
        return parts.loop();
    }

    @Override
    public String toString() {
        return "node " + node() + " of site " + site;
    }
}

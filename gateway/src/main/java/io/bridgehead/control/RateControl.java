package io.bridgehead.control;

import io.bridgehead.health.HealthView;
import io.bridgehead.limit.RateShares;
import io.bridgehead.limit.RateWants;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.sync.NodeReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps this node's parts of rate limits of the fabric as the wants of all nodes have them: tells what is asked for here while anybody wants more than an
 * equal part, and takes what others tell. Nodes take part that were heard within the lease of their health.
 */
@OwnedBy(Owner.CONTROL)
final class RateControl {
    private final FabricControl.Parts parts;
    private final FabricControl fabric;
    private final RateShares shares;
    private final List<Timer> timers = new ArrayList<>();

    RateControl(FabricControl.Parts parts, FabricControl fabric) {
        this.parts = parts;
        this.fabric = fabric;
        this.shares = new RateShares(parts.node(), parts.site());
    }

    /** Begins to listen and to tell. Any thread. */
    void start() {
        parts.state()
                .rates()
                .onWants((node, wants) -> parts.control()
                        .execute(() -> shares.heard(node, wants, parts.control().nanoTime())));
        parts.control().execute(() -> timers.add(parts.control().every(RateShares.TURN_MILLIS, this::turn)));
    }

    /** Stops its timer. Any thread. */
    void stop() {
        parts.control().execute(() -> timers.forEach(Timer::cancel));
    }

    private void turn() {
        RateWants wants = shares.turn(
                parts.registry().rates().all(), others(), parts.control().nanoTime());
        parts.registry().rates().part(shares.equal());
        if (!wants.wants().isEmpty()) {
            parts.blocking().execute(() -> tell(wants));
        }
    }

    private void tell(RateWants wants) {
        byte[] signed = parts.state().rates().tell(parts.node(), wants);
        if (signed != null) {
            parts.control().execute(() -> fabric.pushBeyondCluster(signed));
        }
    }

    private Map<NodeName, SiteName> others() {
        Map<NodeName, Long> silences = fabric.silences();
        Map<NodeName, SiteName> others = new HashMap<>();
        for (NodeReport report : fabric.reports().values()) {
            NodeName node = report.report().node();
            Long silence = silences.get(node);
            if (silence != null && silence <= HealthView.LEASE_MILLIS && !node.equals(parts.node())) {
                others.put(node, report.report().site());
            }
        }
        return others;
    }
}

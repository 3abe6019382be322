package io.bridgehead.telemetry;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The smoothed round trips to peer nodes as they were last known, every two seconds or so. Any thread: one volatile map. */
@OwnedBy(Owner.ANY_THREAD)
final class RoundTrips {
    private volatile Map<NodeName, Double> seconds = Map.of();

    void now(Map<NodeName, Double> inSeconds) {
        seconds = Map.copyOf(inSeconds);
    }

    /** In seconds; null when it is not known. */
    @Nullable
    Double to(NodeName node) {
        return seconds.get(node);
    }
}

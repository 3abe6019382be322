package io.bridgehead.control;

import io.bridgehead.sync.StandingOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is told what became of revisions; called on the control context. */
public interface ControlObserver {
    /** A revision is served from now on; notes say what of it this node cannot serve. */
    void revisionActive(String revision, int services, List<String> notes);

    /** A revision cannot be served; the one before stays. */
    void revisionRefused(String revision, List<String> problems);

    /** An operator's order is in force from now on. */
    default void orderInForce(StandingOrder order) {}

    /** An order is in force no more: its time is over, or {@code newest} followed. */
    default void orderOver(StandingOrder order, @Nullable StandingOrder newest) {}
}

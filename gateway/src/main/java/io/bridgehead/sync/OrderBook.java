package io.bridgehead.sync;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The orders of operators that this node holds, and which of them are in force. What no publisher of this node's {@code trust} has signed counts
 * for nothing, even when it is held.
 *
 * <p><b>Threads</b>: any reads; one at a time calls {@link #reload} and {@link #look}.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class OrderBook {
    private final Parts parts;
    // Written by whoever reloads, one at a time.
    private volatile List<StandingOrder> held = List.of();
    private volatile OrdersInForce inForce = OrdersInForce.NONE;

    /**
     * What a book is made of.
     *
     * @param publishers whose orders count
     * @param site this node's own
     */
    public record Parts(
            Store store, Predicate<SpiffeId> publishers, InstantSource clock, SiteName site, NodeName node) {}

    public OrderBook(Parts parts) {
        this.parts = parts;
    }

    /** The newest word on each subject, those that have ended included. */
    public List<StandingOrder> held() {
        return held;
    }

    /** The newest word on one subject, or null when there is none any more. */
    public @Nullable StandingOrder newest(String subject) {
        return held.stream()
                .filter(order -> order.subject().equals(subject))
                .findFirst()
                .orElse(null);
    }

    /** What is in force, as of the last look. */
    public OrdersInForce inForce() {
        return inForce;
    }

    /** What is removed from the fabric now. */
    public Quarantine quarantine() {
        return inForce.quarantine();
    }

    /** Why this identity may not be at the other end of a connection, or null when no order stands against it. */
    public @Nullable String objection(SpiffeId peer) {
        return quarantine().covers(peer)
                ? "found peer " + peer + ", which an operator has quarantined; 'bridgehead get orders' says why"
                : null;
    }

    /** Reads what the store holds. Can take milliseconds when there are thousands. */
    public void reload() {
        held = parts.store().latest(Kind.ORDER).stream()
                .map(EncodedRecord::record)
                .filter(record -> isTrusted(record.origin()))
                .map(OrderBook::read)
                .toList();
    }

    /** Looks at the clock: what is in force from now on. */
    public OrdersInForce look() {
        var now = parts.clock().instant();
        List<StandingOrder> standing =
                held.stream().filter(order -> order.isInForce(now)).toList();
        if (!standing.equals(inForce.orders())) {
            inForce = OrdersInForce.of(standing, parts.site(), parts.node(), now);
        }
        return inForce;
    }

    private boolean isTrusted(String origin) {
        try {
            return parts.publishers().test(SpiffeId.parse(origin));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static StandingOrder read(SignedRecord record) {
        Order order = null;
        try {
            order = Order.isReadable(record.body()) ? Order.decode(record.body()) : null;
        } catch (MalformedException e) {
            // The store takes no such record; one of a newer version is shown and not understood.
        }
        return new StandingOrder(
                record.subject(), order, record.origin(), record.stamp().millis());
    }
}

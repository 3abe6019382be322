package io.bridgehead.control;

import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Quarantine;
import io.bridgehead.sync.OrderBook;
import io.bridgehead.sync.OrdersInForce;
import io.bridgehead.sync.SharedState;
import io.bridgehead.sync.StandingOrder;
import io.bridgehead.tunnel.Tunnels;
import io.bridgehead.upstream.FailoverContext;
import io.bridgehead.upstream.ServiceRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Puts operators' orders into force and out of it again: at once when a record comes, and when the time of one is over.
 *
 * <p>Under a quarantine nothing new goes to the site or node and no new connection is made from this moment; what is under way with it has
 * {@value #GRACE_MILLIS} ms, then every connection is closed. A node that has just started finds its peers for {@value #SETTLE_MILLIS} ms before
 * it holds shares for a freeze.
 */
@OwnedBy(Owner.CONTROL)
public final class OrderControl {
    static final long LOOK_MILLIS = 500;
    static final long GRACE_MILLIS = 1_000;
    static final long SETTLE_MILLIS = 15_000;

    private final Parts parts;
    private boolean reading;
    private boolean again;
    private boolean settled;
    private OrdersInForce inForce = OrdersInForce.NONE;
    private @Nullable Timer looks;

    /**
     * What it works with.
     *
     * @param blocking reads the store
     */
    public record Parts(
            OrderBook book,
            SharedState state,
            ServiceRegistry registry,
            Tunnels tunnels,
            FabricControl fabric,
            TableControl tables,
            FailoverContext control,
            Executor blocking,
            ControlObserver observer) {}

    public OrderControl(Parts parts) {
        this.parts = parts;
    }

    /** Puts into force what the store holds: before the node opens anything. On the control context. */
    public void activateStored() {
        parts.book().reload();
        take();
    }

    /** Begins to follow. On the control context. */
    public void start() {
        parts.state().onOrder(() -> parts.control().execute(this::read));
        looks = parts.control().every(LOOK_MILLIS, this::take);
        parts.control().after(SETTLE_MILLIS, () -> {
            settled = true;
            parts.registry().order(inForce.standing());
        });
        read();
    }

    /** Stops its timer. Any thread. */
    public void stop() {
        parts.control().execute(() -> {
            if (looks != null) {
                looks.cancel();
            }
        });
    }

    private void read() {
        if (reading) {
            again = true;
            return;
        }
        reading = true;
        again = false;
        parts.blocking().execute(() -> {
            parts.book().reload();
            parts.control().execute(() -> {
                reading = false;
                take();
                if (again) {
                    read();
                }
            });
        });
    }

    private void take() {
        OrdersInForce before = inForce;
        OrdersInForce now = parts.book().look();
        if (now.equals(before)) {
            return;
        }
        inForce = now;
        tell(before, now);
        parts.registry().order(now.standing(settled));
        Quarantine after = now.quarantine();
        if (!after.equals(before.quarantine())) {
            parts.fabric().quarantined(after);
            parts.tables().refresh();
            parts.control().after(GRACE_MILLIS, () -> {
                parts.tunnels().recheck();
                parts.state().recheckPeers();
            });
        }
    }

    private void tell(OrdersInForce before, OrdersInForce now) {
        List<StandingOrder> gone = new ArrayList<>(before.orders());
        gone.removeAll(now.orders());
        for (StandingOrder order : gone) {
            parts.observer().orderOver(order, parts.book().newest(order.subject()));
        }
        List<StandingOrder> come = new ArrayList<>(now.orders());
        come.removeAll(before.orders());
        come.forEach(parts.observer()::orderInForce);
    }
}

package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.proxy.DatagramDrop;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What has come to a port for datagrams since the node started, over all times that it was open.
 *
 * <p><b>Threads</b>: written by the port's loop, read by any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class DatagramCounts {
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong unreachable = new AtomicLong();
    private final Map<DatagramDrop, AtomicLong> dropped = new EnumMap<>(DatagramDrop.class);
    private volatile int sessions;

    DatagramCounts() {
        for (DatagramDrop why : DatagramDrop.values()) {
            dropped.put(why, new AtomicLong());
        }
    }

    private AtomicLong droppedFor(DatagramDrop why) {
        return Objects.requireNonNull(dropped.get(why));
    }

    /** Datagrams of clients that were sent to endpoints. */
    public long forwarded() {
        return forwarded.get();
    }

    /** Datagrams of endpoints that were sent to clients. */
    public long answered() {
        return answered.get();
    }

    /** How often a host said that nobody takes datagrams at an endpoint. */
    public long unreachable() {
        return unreachable.get();
    }

    /** Datagrams, of either side, that were not passed on for this reason. */
    public long dropped(DatagramDrop why) {
        return droppedFor(why).get();
    }

    /** Sessions that are open. */
    public int sessions() {
        return sessions;
    }

    void onForwarded() {
        forwarded.setPlain(forwarded.getPlain() + 1);
    }

    void onAnswered() {
        answered.setPlain(answered.getPlain() + 1);
    }

    void onUnreachable() {
        unreachable.incrementAndGet();
    }

    void onDropped(DatagramDrop why) {
        droppedFor(why).incrementAndGet();
    }

    void onSessions(int open) {
        sessions = open;
    }
}

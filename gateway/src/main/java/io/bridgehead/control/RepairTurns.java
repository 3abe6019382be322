package io.bridgehead.control;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * When this node compares what it holds with a peer over the tunnel, and with which: every {@value #QUIET_MILLIS} ms, and for
 * {@value #UNSETTLED_MILLIS} ms after anything happened to the cluster or a tunnel, and while a tunnel is down, for {@value #DOWN_MILLIS} ms at most, every
 * {@value #LOOK_MILLIS} ms. What a short cut takes away between members, the cluster does not notice: nobody leaves it, and what was lost on the way
 * is not sent again. Nor does it notice a cut that a third member sees both sides of: what members of one side say does not come to those of the
 * other, and the third, which holds it, takes them for told.
 */
@OwnedBy(Owner.CONTROL)
final class RepairTurns {
    static final long LOOK_MILLIS = 3_000;
    static final long QUIET_MILLIS = 30_000;
    static final long UNSETTLED_MILLIS = 30_000;
    /** A peer that is down for longer has gone for good, or is waited for without haste. */
    static final long DOWN_MILLIS = 3_600_000;

    private Object cluster = "";
    private final Map<NodeName, Long> downSince = new HashMap<>();
    private NodeName last;
    private long unsettledUntil;
    private long due;

    /** @param self so that nodes do not all begin with the same peer */
    RepairTurns(NodeName self, long nowMillis) {
        this.last = self;
        disturbed(nowMillis);
    }

    /** Something happened that may have lost records on their way. */
    void disturbed(long nowMillis) {
        unsettledUntil = nowMillis + UNSETTLED_MILLIS;
        due = Math.min(due, nowMillis);
    }

    /**
     * The peer whose turn it is now, if it is anybody's; each in order of name.
     *
     * @param seen what the cluster shows: another value than before is a disturbance
     * @param up peers with a tunnel
     * @param down peers whose tunnel is down
     */
    Optional<NodeName> next(long nowMillis, Object seen, SortedSet<NodeName> up, Set<NodeName> down) {
        downSince.keySet().retainAll(down);
        down.forEach(peer -> downSince.putIfAbsent(peer, nowMillis));
        boolean missed = downSince.values().stream().anyMatch(since -> nowMillis - since < DOWN_MILLIS);
        if (missed || !seen.equals(cluster)) {
            cluster = seen;
            disturbed(nowMillis);
        }
        if (up.isEmpty() || nowMillis < due) {
            return Optional.empty();
        }
        due = nowMillis + (nowMillis < unsettledUntil ? LOOK_MILLIS : QUIET_MILLIS);
        last = up.stream().filter(peer -> peer.compareTo(last) > 0).findFirst().orElse(up.first());
        return Optional.of(last);
    }
}

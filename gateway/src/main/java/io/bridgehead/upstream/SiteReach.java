package io.bridgehead.upstream;

import io.bridgehead.failover.Reach;
import io.bridgehead.tunnel.PeerState;
import java.util.List;

/** Whether a site can be reached, from what is known of its nodes. */
public final class SiteReach {
    private SiteReach() {}

    /** The best of the site's nodes. */
    public static Reach of(List<PeerState> peers) {
        Reach best = Reach.UNREACHABLE;
        for (PeerState peer : peers) {
            Reach reach = switch (peer.liveness()) {
                case UP -> Reach.UP;
                case SUSPECT -> Reach.SUSPECT;
                case DEAD -> Reach.DEAD;
                case CONNECTING -> Reach.UNREACHABLE;
            };
            best = reach.compareTo(best) < 0 ? reach : best;
        }
        return best;
    }
}

package io.bridgehead.upstream;

import io.bridgehead.failover.Returns;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.tunnel.TunnelView;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What sites and nodes that come back from a drain may be given at one moment. A node's way back is a site's too where no other node of the
 * site can take what it may not.
 *
 * @param passedMillis since the orders were learnt
 * @param local this node's own site, where no choice among nodes is made
 */
record WayBack(StandingOrders orders, long passedMillis, SiteName local) {
    /** The most that each site may be given, 0 to 1; sites that may have all are left out. */
    Map<SiteName, Double> sites(ServiceName service, Collection<SiteName> sites, TunnelView tunnels) {
        Map<SiteName, Double> allowed = new HashMap<>();
        for (SiteName site : sites) {
            double most = Math.min(returns().allowed(service, site, passedMillis), best(site, tunnels));
            if (most < 1) {
                allowed.put(site, most);
            }
        }
        return allowed;
    }

    /** How likely each node is taken when it is drawn, 0 to 1; nodes that always are are left out. */
    Map<NodeName, Double> nodes(Collection<SiteName> sites, TunnelView tunnels) {
        Map<NodeName, Double> taken = new HashMap<>();
        for (SiteName site : sites) {
            double best = best(site, tunnels);
            for (PeerState peer : tunnels.inSite(site)) {
                double allowed = returns().allowed(peer.node(), passedMillis);
                if (allowed < best) {
                    taken.put(peer.node(), allowed / best);
                }
            }
        }
        return Map.copyOf(taken);
    }

    /** What the node of a site that may have most may have. */
    private double best(SiteName site, TunnelView tunnels) {
        double best = -1;
        if (!site.equals(local)) {
            for (PeerState peer : tunnels.inSite(site)) {
                if (ShareKeeper.isReachable(peer) && !orders.keepsFrom(peer.node())) {
                    best = Math.max(best, returns().allowed(peer.node(), passedMillis));
                }
            }
        }
        return best < 0 ? 1 : best;
    }

    private Returns returns() {
        return orders.finer().returns();
    }
}

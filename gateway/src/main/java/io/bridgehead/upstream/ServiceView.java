package io.bridgehead.upstream;

import io.bridgehead.failover.SiteWeights;
import io.bridgehead.model.NodeName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What loops go by when they choose the site and node for a request of one service; replaced whole.
 *
 * @param weights each site's share
 * @param unfitNodes nodes that report no fit endpoint, and nodes that an operator keeps traffic from
 * @param returning nodes that come back little by little, with how likely each is taken when it is drawn, 0 to 1
 * @param panic whether so few endpoints of the own site are fit, and of others too, that unfit ones are used as well
 */
record ServiceView(SiteWeights weights, Set<NodeName> unfitNodes, Map<NodeName, Double> returning, boolean panic) {
    static final ServiceView NONE = new ServiceView(new SiteWeights(List.of()), Set.of(), Map.of(), false);
}

package io.bridgehead.cluster.hazelcast;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What an operator decides about the cluster.
 *
 * @param clusterName the fabric's name, or with one cluster per site the fabric's and the site's; the versions are
 *     added to it
 * @param bind where the member port listens
 * @param advertised where others reach it; its address must be resolved
 * @param seeds {@code host:port} of the member ports of all sites, this node's own may be among them
 * @param reconcileMin the shortest time between two comparisons with the blackboard, 2 s unless there is a reason
 * @param reconcileMax the longest, 5 s unless there is a reason
 */
public record HazelcastSettings(
        String clusterName,
        InetSocketAddress bind,
        InetSocketAddress advertised,
        List<String> seeds,
        Duration reconcileMin,
        Duration reconcileMax) {
    public static final Duration RECONCILE_MIN = Duration.ofSeconds(2);
    public static final Duration RECONCILE_MAX = Duration.ofSeconds(5);

    public HazelcastSettings {
        seeds = List.copyOf(seeds);
        if (bind.getPort() == 0 || advertised.getPort() == 0) {
            throw new IllegalArgumentException(
                    "member port is 0; expected 1 to 65535, because the other nodes must know it");
        }
        if (advertised.isUnresolved()) {
            throw new IllegalArgumentException("advertised member address \"" + advertised.getHostString()
                    + "\" has no IP address; expected a name that resolves, or an address");
        }
        if (reconcileMin.isNegative() || reconcileMin.isZero() || reconcileMax.compareTo(reconcileMin) < 0) {
            throw new IllegalArgumentException("time between comparisons is " + reconcileMin + " to " + reconcileMax
                    + "; expected more than zero, and the longest not below the shortest");
        }
    }
}

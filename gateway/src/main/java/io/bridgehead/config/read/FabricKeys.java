package io.bridgehead.config.read;

import io.bridgehead.config.NodeConfig.Cluster;
import io.bridgehead.config.NodeConfig.ClusterScope;
import io.bridgehead.config.NodeConfig.Tunnel;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.HostPort;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The keys of {@code tunnel} and {@code cluster}: how nodes reach each other. */
final class FabricKeys {
    private static final int PEERS_MAX = 1000;

    private static final Key<InetAddress> TUNNEL_ADDRESS =
            Key.defaulted("address", ConfigTypes.address(), "0.0.0.0", "Where it listens; always with mutual TLS.");
    private static final Key<Integer> TUNNEL_PORT = Key.defaulted(
            "port",
            Scalars.integer(0, 65_535),
            "15008",
            "0 lets the system choose; allowed on loopback addresses only.");
    private static final Key<HostPort> TUNNEL_ADVERTISE = Key.optional(
            "advertise",
            Scalars.hostPort(),
            "Where nodes of other sites reach this port. Without it they cannot dial this node, which then offers those that it dials connections on which they send to it.");
    private static final Key<List<HostPort>> PEERS = Key.defaulted(
            "peers",
            new ListType<>(Scalars.hostPort(), 0, PEERS_MAX),
            "[]",
            "Tunnel ports of nodes of other sites that this node dials. One of its own site is dialed while the cluster does not show that node, for shared state alone.");

    private static final Key<Integer> WINDOW_BYTES = Key.optional(
            "windowBytesMax",
            Scalars.size("1MiB", "2047MiB"),
            "Memory that what waits in all tunnels may pin. Without it: a quarter of the memory for buffers.");

    static final Section<Tunnel> TUNNEL = Section.of(
            "tunnel", FabricKeys::buildTunnel, TUNNEL_ADDRESS, TUNNEL_PORT, TUNNEL_ADVERTISE, PEERS, WINDOW_BYTES);

    private static final Key<Boolean> ENABLED = Key.defaulted(
            "enabled",
            Scalars.truth(),
            "true",
            "Whether this node shares state with others; without it, it serves its own documents.");
    private static final Key<ClusterScope> SCOPE = Key.defaulted(
            "scope",
            Scalars.choice(ClusterScope.class, scope -> scope.name().toLowerCase(Locale.ROOT)),
            "fabric",
            "Which nodes form one cluster: all of the fabric, or those of one site; between sites state then travels over tunnels.");
    private static final Key<InetAddress> CLUSTER_ADDRESS =
            Key.defaulted("address", ConfigTypes.address(), "0.0.0.0", "Where it listens; always with mutual TLS.");
    private static final Key<Integer> CLUSTER_PORT = Key.defaulted(
            "port",
            Scalars.integer(0, 65_535),
            "5701",
            "0 lets the system choose; allowed on loopback addresses only.");
    private static final Key<HostPort> CLUSTER_ADVERTISE = Key.optional(
            "advertise",
            Scalars.hostPort(),
            "Where other nodes reach this port. Without it: the address and port above; where that is every address of"
                    + " the machine, one that is not loopback, of IPv4 before IPv6, the lowest.");
    private static final Key<List<HostPort>> MEMBERS = Key.defaulted(
            "members",
            new ListType<>(Scalars.hostPort(), 0, PEERS_MAX),
            "[]",
            "Cluster ports of other nodes; name all that form one cluster on each of them, one-sided lists may not heal.");

    static final Section<Cluster> CLUSTER = Section.of(
            "cluster",
            FabricKeys::buildCluster,
            ENABLED,
            SCOPE,
            CLUSTER_ADDRESS,
            CLUSTER_PORT,
            CLUSTER_ADVERTISE,
            MEMBERS);

    private FabricKeys() {}

    private static @Nullable Tunnel buildTunnel(Fields fields) {
        int before = fields.problems();
        ListenerKeys.requireFixedPort(fields, TUNNEL_ADDRESS, TUNNEL_PORT);
        Integer windowBytes = fields.find(WINDOW_BYTES);
        Tunnel tunnel = new Tunnel(
                fields.get(TUNNEL_ADDRESS),
                fields.get(TUNNEL_PORT),
                fields.find(TUNNEL_ADVERTISE),
                fields.get(PEERS),
                windowBytes == null ? 0 : windowBytes);
        return fields.problems() == before ? tunnel : null;
    }

    private static @Nullable Cluster buildCluster(Fields fields) {
        int before = fields.problems();
        ListenerKeys.requireFixedPort(fields, CLUSTER_ADDRESS, CLUSTER_PORT);
        Cluster cluster = new Cluster(
                fields.get(ENABLED),
                fields.get(SCOPE),
                fields.get(CLUSTER_ADDRESS),
                fields.get(CLUSTER_PORT),
                fields.find(CLUSTER_ADVERTISE),
                fields.get(MEMBERS));
        return fields.problems() == before ? cluster : null;
    }
}

package io.bridgehead.app;

import io.bridgehead.app.publish.OwnFolders;
import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.MemberTls;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.hazelcast.HazelcastFabric;
import io.bridgehead.cluster.hazelcast.HazelcastSettings;
import io.bridgehead.cluster.memory.MemoryHub;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.control.Documents;
import io.bridgehead.control.FabricControl;
import io.bridgehead.control.TableControl;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.sync.Committing;
import io.bridgehead.sync.OldRecords;
import io.bridgehead.sync.OrderBook;
import io.bridgehead.sync.QuarantineVerifier;
import io.bridgehead.sync.RevisionTrust;
import io.bridgehead.sync.SharedState;
import io.bridgehead.sync.TrustPoll;
import io.bridgehead.sync.TrustVerifier;
import io.bridgehead.sync.TunnelExchange;
import io.bridgehead.sync.Vouchers;
import io.bridgehead.sync.Vouching;
import io.bridgehead.telemetry.NodeLog;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.handshake.MemberContexts;
import io.bridgehead.upstream.FailoverContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Builds this node's part in the cluster from its configuration. */
final class ClusterParts {
    private ClusterParts() {}

    /**
     * The judgement of what arrives, the clock that stamps, where it is kept, which sources this node publishes itself, and
     * what else it knows: old records, and orders of operators.
     */
    record Ground(
            Store store,
            TrustVerifier verifier,
            HybridClock clock,
            DiskHealth disk,
            OwnFolders ownFolders,
            OldRecords old,
            OrderBook book) {
        /** What this node serves: what its signer may publish, who is not quarantined. */
        RevisionTrust trust() {
            return new RevisionTrust() {
                @Override
                public boolean test(Revision revision) {
                    return isTrusted(revision);
                }

                @Override
                public boolean bindsDocuments() {
                    return verifier.bindsDocuments();
                }

                @Override
                public boolean allowsSource(String signer, String source) {
                    return verifier.grants(signer, source) && !book.quarantine().covers(SpiffeId.parse(signer));
                }

                @Override
                public boolean allowsDocument(String signer, String source, String document) {
                    return verifier.grants(signer, source, document);
                }
            };
        }

        private boolean isTrusted(Revision revision) {
            return verifier.grants(revision)
                    && !book.quarantine()
                            .covers(SpiffeId.parse(revision.record().record().origin()));
        }
    }

    static Fabric fabric(
            NodeConfig config,
            Ground ground,
            MemberContexts contexts,
            String version,
            NodeLog log,
            RandomGenerator random,
            Executor tasks) {
        FabricParts parts = new FabricParts(
                info(config, version),
                ground.store(),
                new QuarantineVerifier(ground.verifier(), ground.book()),
                ground.clock(),
                Bounds.STANDARD,
                log,
                InstantSource.system());
        if (!config.cluster().enabled()) {
            return new MemoryHub(tasks).node(parts);
        }
        return HazelcastFabric.create(settings(config), parts, memberTls(contexts), random);
    }

    /** Where changesets of this node are compared and set: in its cluster, or over a tunnel. */
    static Committing committing(NodeConfig config, DataPath path, SharedState state, TunnelExchange exchange) {
        SortedSet<NodeName> nobody = new TreeSet<>();
        Committing committing = new Committing(
                config.node(),
                state,
                () -> config.cluster().enabled()
                        ? FabricControl.beyondCluster(path.tunnels().view(), state)
                        : nobody,
                () -> FabricControl.withinCluster(path.tunnels().view(), state),
                exchange::askToCommit,
                System::nanoTime);
        path.tunnels().handleControl(TunnelExchange.COMMIT_PATH, exchange.commitHandler(committing));
        return committing;
    }

    /** Has nodes with tunnels vouch for old records to each other. */
    static void vouch(
            Ground ground, LiveTls tls, NodeLog log, TunnelExchange exchange, DataPath path, FailoverContext control) {
        Vouchers vouchers = new Vouchers(ground.store(), tls, ground.clock(), ground.old());
        Vouching vouching = new Vouching(new Vouching.Parts(vouchers, exchange, log));
        path.tunnels().handleControl(Vouching.PATH, vouching.handler());
        control.execute(() -> control.every(
                Vouching.ASK_MILLIS,
                () -> vouching.askAmong(path.tunnels().view().all())));
    }

    /** Has peers told what this node's trust would leave out, and asks them the same. */
    static TrustPoll trust(
            SharedState state, TunnelExchange exchange, TableControl tables, DataPath path, FabricControl fabric) {
        TrustPoll poll = new TrustPoll(new TrustPoll.Parts(
                state,
                exchange,
                question -> Documents.leftOut(question.source(), question.documents(), tables.context()),
                path.tunnels()::view,
                () -> fabric.reports().keySet()));
        path.tunnels().handleControl(TrustPoll.PATH, poll.handler());
        return poll;
    }

    private static NodeInfo info(NodeConfig config, String version) {
        NodeConfig.Site site = config.site();
        SortedMap<String, String> versions = new TreeMap<>();
        versions.put("bridgehead", version);
        versions.put(ChangesetCodec.VERSION_NAME, Integer.toString(ChangesetCodec.NEWEST));
        return new NodeInfo(
                config.node().value(),
                site.name().value(),
                site.region() == null ? "" : site.region(),
                site.provider() == null ? "" : site.provider(),
                versions,
                config.spiffeId().toString());
    }

    private static HazelcastSettings settings(NodeConfig config) {
        NodeConfig.Cluster cluster = config.cluster();
        InetSocketAddress bind = new InetSocketAddress(cluster.address(), cluster.port());
        List<String> seeds = cluster.members().stream().map(HostPort::toString).toList();
        return new HazelcastSettings(
                clusterName(config),
                bind,
                advertised(cluster, OwnAddresses::all),
                seeds,
                HazelcastSettings.RECONCILE_MIN,
                HazelcastSettings.RECONCILE_MAX);
    }

    /**
     * Where others reach the member: as the configuration says, else where it listens. Where that is at every address of the machine it is one of
     * them, for a member tells others of one address.
     */
    static InetSocketAddress advertised(NodeConfig.Cluster cluster, Supplier<Set<InetAddress>> own) {
        HostPort advertise = cluster.advertise();
        if (advertise != null) {
            return new InetSocketAddress(advertise.host(), advertise.port());
        }
        InetAddress address = cluster.address();
        return new InetSocketAddress(
                address.isAnyLocalAddress() ? OwnAddresses.reachable(own.get()) : address, cluster.port());
    }

    /**
     * Where nodes of the own site reach this node's tunnel port: where it listens, else where they reach its member; null when that is what it advertises,
     * or not known.
     */
    static @Nullable HostPort inside(NodeConfig config) {
        NodeConfig.Tunnel tunnel = config.tunnel();
        InetAddress address = tunnel.address();
        String host = "";
        if (!address.isAnyLocalAddress()) {
            host = IpAddress.of(address.getAddress()).toString();
        } else if (config.cluster().enabled()) {
            host = advertised(config.cluster(), OwnAddresses::all).getHostString();
        }
        HostPort inside = host.isEmpty() || tunnel.port() == 0 ? null : new HostPort(host, tunnel.port());
        return inside == null || inside.equals(tunnel.advertise()) ? null : inside;
    }

    /** Nodes with other names here, or whose library adds another version to it, form clusters beside each other. */
    static String clusterName(NodeConfig config) {
        String fabric = "bridgehead-" + config.identity().trustDomain();
        return config.cluster().scope() == NodeConfig.ClusterScope.SITE
                ? fabric + "-" + config.site().name()
                : fabric;
    }

    private static MemberTls memberTls(MemberContexts contexts) {
        return new MemberTls() {
            @Override
            public SSLContext current() {
                return contexts.current();
            }

            @Override
            public String peerId(List<X509Certificate> chain) throws CertificateException {
                return contexts.peerId(chain).toString();
            }

            @Override
            public String stillPeerId(List<X509Certificate> chain) throws CertificateException {
                return contexts.recheck(chain).toString();
            }
        };
    }
}

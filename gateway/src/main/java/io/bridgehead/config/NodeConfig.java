package io.bridgehead.config;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Place;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node's {@code gateway.yaml}: who it is, its listeners, keys, peers, cluster and signals, with every default filled
 * in and every relative path resolved against the file's folder. docs/configuration.md says what each key means.
 *
 * @param loops event loops; 0 for one per core
 * @param endpointTls what it goes by when it speaks TLS to endpoints
 * @param state the folder of the local store
 * @param gateways which Gateways of the documents it opens
 * @param dns how the names of endpoints are looked up
 * @param sessions by what clients carry their sessions
 * @param jwt whose tokens it takes for callers
 */
public record NodeConfig(
        NodeName node,
        Site site,
        Identity identity,
        List<Listener> listeners,
        Tunnel tunnel,
        Cluster cluster,
        Path state,
        List<Folder> folders,
        Admin admin,
        Telemetry telemetry,
        NodeLimits limits,
        int loops,
        EndpointAuthorities endpointTls,
        Trust trust,
        Realised gateways,
        Dns dns,
        Sessions sessions,
        JwtSettings jwt) {
    /** The trust domain of a fabric whose configuration names none. */
    public static final TrustDomain TRUST_DOMAIN_DEFAULT = new TrustDomain("bridgehead.internal");

    public NodeConfig {
        listeners = List.copyOf(listeners);
        folders = List.copyOf(folders);
    }

    /** The SPIFFE ID that this node's certificate must bear. */
    public SpiffeId spiffeId() {
        return SpiffeId.gateway(identity.trustDomain(), site.name(), node);
    }

    /** Where a node runs; provider, region and zone are null when the file does not say. */
    public record Site(
            SiteName name,
            @Nullable String provider,
            @Nullable String region,
            @Nullable String zone) {
        /** Where the site is. */
        public Place place() {
            return new Place(provider == null ? "" : provider, region == null ? "" : region);
        }
    }

    /**
     * Which trust domain the node belongs to and where its key material lies.
     *
     * @param authority null unless this node gives identities
     * @param renewal null unless another node renews this one's identity
     * @param workloadApi the socket of the SPIFFE agent that the identity comes from, instead of files; null for files
     * @param federation other trust domains whose members are known
     * @param bundleEndpoint null unless others fetch the bundle of this trust domain here
     */
    public record Identity(
            TrustDomain trustDomain,
            KeyFiles files,
            @Nullable IssuingAuthority authority,
            @Nullable RemoteRenewal renewal,
            @Nullable Path workloadApi,
            List<FederatedDomain> federation,
            @Nullable BundleEndpoint bundleEndpoint) {
        public Identity {
            federation = List.copyOf(federation);
        }
    }

    /**
     * The authority of the trust domain, on this node.
     *
     * @param folder its key, and what it has given
     * @param lifetime of the identities of nodes
     */
    public record IssuingAuthority(Path folder, Duration lifetime) {}

    /**
     * Who renews this node's identity.
     *
     * @param from tunnel ports to ask at, in this order
     * @param issuers the nodes that may answer there
     */
    public record RemoteRenewal(List<HostPort> from, List<SpiffeId> issuers) {
        public RemoteRenewal {
            from = List.copyOf(from);
            issuers = List.copyOf(issuers);
        }
    }

    /**
     * PEM files: certificate chain, its key, and the trust bundle.
     *
     * @param crl lists of revoked certificates, PEM or DER; null for none
     */
    public record KeyFiles(
            Path certificate,
            Path key,
            Path bundle,
            @Nullable Path crl) {}

    /**
     * A port that the node serves.
     *
     * @param port 0 lets the system choose, on loopback addresses only
     * @param identity what callers at this port are called when they prove nothing
     * @param connectionsMax open connections; further ones are closed
     * @param clients how clients' addresses are known, and what one address may have
     * @param edge how HTTP is served
     */
    public record Listener(
            String name,
            InetAddress address,
            int port,
            ListenerProtocol protocol,
            SpiffeId identity,
            boolean unsafePublicPlaintext,
            int connectionsMax,
            Clients clients,
            EdgeSettings edge) {}

    /**
     * How a listener knows the addresses of its clients, and what one address may have.
     *
     * @param connectionsPerAddress open connections of one address; 0 for no such bound
     * @param trustedProxies peers whose {@code X-Forwarded-*} is believed
     * @param trustedHops which entry of {@code X-Forwarded-For} is the client, counted from the right; 0 to walk it instead
     * @param proxyProtocol null when no connection begins with a PROXY header
     */
    public record Clients(
            Exposure exposure,
            int connectionsPerAddress,
            List<AddressRange> trustedProxies,
            int trustedHops,
            @Nullable ProxyProtocol proxyProtocol) {
        public Clients {
            trustedProxies = List.copyOf(trustedProxies);
        }
    }

    /** Who can reach a listener. */
    public enum Exposure {
        /** The operator's own networks. */
        PRIVATE,
        /** Anybody. */
        PUBLIC
    }

    /**
     * Peers whose connections begin with a PROXY header.
     *
     * @param required whether they do always; else those that begin otherwise are served under the peer's own address
     */
    public record ProxyProtocol(List<AddressRange> from, boolean required) {
        public ProxyProtocol {
            from = List.copyOf(from);
        }
    }

    /** What a listener speaks. */
    public enum ListenerProtocol {
        /** HTTP without encryption. */
        HTTP,
        /** HTTP over TLS. */
        HTTPS,
        /** Bytes. */
        TCP,
        /** TLS passed through by server name. */
        TLS,
        /** Datagrams. */
        UDP;

        /** Whether this version serves it. */
        public boolean isServed() {
            return this != UDP;
        }
    }

    /**
     * Links to nodes of other sites.
     *
     * @param advertise where others reach this node's tunnel port, or null when they cannot
     * @param peers where this node dials
     * @param windowBytesMax what stream windows may pin in memory; 0 for the default
     */
    public record Tunnel(
            InetAddress address, int port, @Nullable HostPort advertise, List<HostPort> peers, int windowBytesMax) {
        public Tunnel {
            peers = List.copyOf(peers);
        }
    }

    /**
     * Shared state between nodes; fields as in {@link Tunnel}.
     *
     * @param scope which nodes form one cluster
     */
    public record Cluster(
            boolean enabled,
            ClusterScope scope,
            InetAddress address,
            int port,
            @Nullable HostPort advertise,
            List<HostPort> members) {
        public Cluster {
            members = List.copyOf(members);
        }
    }

    /** Which nodes form one cluster; what other nodes know travels over tunnels. */
    public enum ClusterScope {
        /** All nodes of the fabric. */
        FABRIC,
        /** Those of one site. */
        SITE
    }

    /**
     * The Gateways of the documents that a node opens.
     *
     * @param names each {@code namespace/name}
     * @param secrets the folder of the Secrets that they refer to, which are never published; null for none
     */
    public record Realised(List<String> names, @Nullable Path secrets) {
        public Realised {
            names = List.copyOf(names);
        }
    }

    /** A folder of documents that this node publishes under the name of a source. */
    public record Folder(String source, Path path) {}

    /** How operators, monitoring and load balancers reach the node; {@code remote} and {@code probe} are null for closed. */
    public record Admin(
            Path socket,
            Metrics metrics,
            @Nullable RemoteAdmin remote,
            @Nullable ProbeSettings probe) {}

    /**
     * The port of the admin API for operators elsewhere, always with mutual TLS.
     *
     * @param hosts names that requests may call the node by, besides its own
     */
    public record RemoteAdmin(InetAddress address, int port, List<String> hosts, AdminRights operators) {
        public RemoteAdmin {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * What which operators may do at that port.
     *
     * @param read who may look
     * @param change who may change something, and look
     */
    public record AdminRights(List<IdentityPattern> read, List<IdentityPattern> change) {
        public AdminRights {
            read = List.copyOf(read);
            change = List.copyOf(change);
        }
    }

    /**
     * The plaintext port of metrics and readiness; other fields as in {@link Listener}.
     *
     * @param statusPage whether it also serves the status page to whoever is on the same machine
     */
    public record Metrics(
            boolean enabled, InetAddress address, int port, boolean statusPage, boolean unsafePublicPlaintext) {}

    /** What the node tells of itself; without OTLP, metrics are only pulled and traces are not kept. */
    public record Telemetry(
            @Nullable Otlp otlp,
            AccessLog accessLog,
            TraceSettings traces,
            NodeLines log,
            AuditLog audit,
            Meters metrics) {}

    /**
     * Meters as they are pulled.
     *
     * @param envoyAliases whether some have Envoy's names and labels as well
     */
    public record Meters(boolean envoyAliases) {}

    /**
     * Whose word this node takes, for what.
     *
     * @param publishers who may sign documents and orders
     * @param endpoints where this site's endpoints may lie; empty for anywhere but addresses that are never safe
     * @param unsafeEndpoints whether even loopback, link-local and metadata addresses may be endpoints
     * @param vouchers nodes whose word a new node takes for old records
     * @param defaultDeny whether a service without {@code allow} admits nobody
     * @param speaksFor the only callers that these sites may speak for
     * @param hosts which hosts the documents of some sources may claim
     */
    public record Trust(
            List<Publisher> publishers,
            List<AddressRange> endpoints,
            boolean unsafeEndpoints,
            List<IdentityPattern> vouchers,
            boolean defaultDeny,
            Map<SiteName, List<IdentityPattern>> speaksFor,
            List<HostGrant> hosts) {
        public Trust {
            speaksFor = Map.copyOf(speaksFor);
            hosts = List.copyOf(hosts);
            publishers = List.copyOf(publishers);
            endpoints = List.copyOf(endpoints);
            vouchers = List.copyOf(vouchers);
        }
    }

    /**
     * The only hosts that documents of some sources may claim.
     *
     * @param hosts names in lower case, also with a leading {@code *.}
     */
    public record HostGrant(List<String> sources, List<String> hosts) {
        public HostGrant {
            sources = List.copyOf(sources);
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * By what clients carry their sessions.
     *
     * @param keyFile a secret that all nodes of the fabric share; null for one that is derived from the trust domain
     */
    public record Sessions(@Nullable Path keyFile) {}

    /**
     * How the names of endpoints are looked up.
     *
     * @param servers who is asked, in order; empty for the servers of the system
     * @param ttlMin how long an answer holds at least
     * @param ttlMax how long an answer holds at most
     */
    public record Dns(List<HostPort> servers, Duration ttlMin, Duration ttlMax) {
        public Dns {
            servers = List.copyOf(servers);
        }
    }

    /**
     * What a node goes by when it speaks TLS to endpoints.
     *
     * @param authorities PEM files by the names that documents use
     */
    public record EndpointAuthorities(Map<String, Path> authorities, Duration handshakeTimeout) {
        public EndpointAuthorities {
            authorities = Collections.unmodifiableMap(new LinkedHashMap<>(authorities));
        }

        /** The same with relative paths resolved against a folder. */
        public EndpointAuthorities in(Path folder) {
            Map<String, Path> resolved = new LinkedHashMap<>();
            authorities.forEach((name, file) -> resolved.put(name, folder.resolve(file)));
            return new EndpointAuthorities(resolved, handshakeTimeout);
        }
    }

    /**
     * Who may sign what here.
     *
     * @param operators people and pipelines
     * @param nodes gateway nodes whose folders are taken as sources
     * @param sources the only sources they may publish; empty for all
     * @param documents the only documents they may publish, in any of these sources; empty for all. Who is bounded by neither may give orders as
     *     well, which nodes never do
     */
    public record Publisher(
            List<IdentityPattern> operators,
            List<IdentityPattern> nodes,
            List<String> sources,
            List<DocumentPattern> documents) {
        public Publisher {
            operators = List.copyOf(operators);
            nodes = List.copyOf(nodes);
            sources = List.copyOf(sources);
            documents = List.copyOf(documents);
        }

        /** Who may publish every document of these sources. */
        public Publisher(List<IdentityPattern> operators, List<IdentityPattern> nodes, List<String> sources) {
            this(operators, nodes, sources, List.of());
        }

        /** Operators who may publish everything. */
        public static Publisher ofAll(IdentityPattern operators) {
            return new Publisher(List.of(operators), List.of(), List.of());
        }
    }

    /** How long and how much, on every connection of the node; docs/configuration.md has units and ranges. */
    public record NodeLimits(
            Duration requestHeadTimeout,
            Duration idleTimeout,
            int headerBytesMax,
            int headerFieldsMax,
            int connectionsMax,
            int poolConnectionsMax,
            int pendingMax,
            int bufferedBytesMax,
            int replayBytesMax,
            Duration drainTimeout,
            ConnectionLimits connections,
            Protection protection,
            EdgeTimes edge) {}

    /**
     * What clients may have before anything is known of what they want.
     *
     * @param total open connections at all listeners together; 0 for half of the process's file descriptors, at most 50 000
     * @param perAddress open connections of one address at a listener with public exposure
     * @param prefaceTimeout how long a PROXY header and a ClientHello that is passed through may each take
     */
    public record ConnectionLimits(int total, int perAddress, Duration prefaceTimeout, DatagramLimits datagrams) {}

    /**
     * What clients may have at a port for datagrams.
     *
     * @param sessionsMax clients of one port, by address and port
     * @param idleTimeout without datagrams of either side
     */
    public record DatagramLimits(int sessionsMax, Duration idleTimeout) {}

    /**
     * What protects the node from clients and loads that are too much for it.
     *
     * @param bodyGrace how long a request body may take before its pace is judged
     * @param bodyBytesPerSecondMin the slowest body that is waited for; 0 for any
     * @param informationalMax the most 1xx heads of an endpoint before its answer
     * @param loopStuckExit how long an event loop may make no progress before the process ends
     */
    public record Protection(
            Duration bodyGrace,
            int bodyBytesPerSecondMin,
            int informationalMax,
            Duration loopStuckExit,
            Http2Limits http2,
            OverloadLimits overload) {}

    /** Streams and windows of HTTP/2, and what stands against floods. */
    public record Http2Limits(
            int streamsMax, int tunnelStreamsMax, int streamWindow, int connectionWindow, Floods floods) {
        /** What stands against floods of resets and of frames that carry nothing, and against answers that nobody reads. */
        public record Floods(
                int resetsMax,
                int resetsPerAddressMax,
                Duration resetsPeriod,
                int frameBudget,
                int framesPerSecond,
                Duration unreadTimeout) {}
    }

    /** At which pressure, from 0 to 1, which level of overload begins; each at or above the one before. */
    public record OverloadLimits(
            double shortenIdle, double endConnections, double refuse, double stopAccepting, Duration loopLagMax) {}

    /**
     * Times of clients' connections.
     *
     * @param connectionAgeMax how old an HTTP connection may become; zero for any age
     * @param tlsHandshakeTimeout from the connection's begin to the end of its TLS handshake
     * @param lastBytesTimeout how long the other end of a connection that ends may take nothing of what waits for it; endpoints too
     */
    public record EdgeTimes(Duration connectionAgeMax, Duration tlsHandshakeTimeout, Duration lastBytesTimeout) {}
}

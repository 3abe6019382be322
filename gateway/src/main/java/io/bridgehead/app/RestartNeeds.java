package io.bridgehead.app;

import io.bridgehead.config.JwtSettings;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.model.IdentityTemplate;
import io.bridgehead.model.SpiffeId;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which keys of gateway.yaml differ from those in force and take effect only with a restart, and why. */
final class RestartNeeds {
    private static final int TEXT_MAX = 160;
    /** Of what two long values have in common, so much before where they differ. */
    private static final int COMMON_MAX = 40;

    /** What follows the question mark of an address, in the text of a record or list too: keys of APIs are written there. */
    private static final Pattern QUERY = Pattern.compile("(://[^\\s?]*\\?)\\S*?(?=[,\\])}]*(?:\\s|$))");

    private static final List<String> UNITS = List.of("h", "m", "s");
    private static final List<Long> UNIT_MILLIS = List.of(3_600_000L, 60_000L, 1_000L);

    private static final String NAMED = "peers, the cluster and the node's certificate know it by this";
    private static final String KEYS = "what proves the node's identity is watched where it was at the start";
    private static final String TUNNELS = "peers are connected by what it was at the start";
    private static final String MEMBERS = "the cluster's members are connected by what it was at the start";
    private static final String STORE = "the store is open there";
    private static final String DOOR = "the port is opened once, at the start";
    private static final String VERIFIED = "records that are kept were judged by it";
    private static final String ENDPOINTS = "connections to endpoints are made by what it was at the start";
    private static final String DOMAIN = "it is said in terms of identity.trustDomain, which takes a restart";
    private static final String LOOPS = "connections belong to the event loops that there are";

    /** A key whose value is one of those that a process has for its life. */
    private record Fixed(String key, Function<NodeConfig, @Nullable Object> value, String why) {}

    private static final List<Fixed> FIXED = List.of(
            new Fixed("node", NodeConfig::node, NAMED),
            new Fixed("site.name", config -> config.site().name(), NAMED),
            new Fixed("site.provider", config -> config.site().provider(), NAMED),
            new Fixed("site.region", config -> config.site().region(), NAMED),
            new Fixed("site.zone", config -> config.site().zone(), NAMED),
            new Fixed("identity.trustDomain", config -> config.identity().trustDomain(), NAMED),
            new Fixed("identity.files", config -> config.identity().files(), KEYS),
            new Fixed("identity.authority", config -> config.identity().authority(), KEYS),
            new Fixed("identity.renewal", config -> config.identity().renewal(), KEYS),
            new Fixed("identity.workloadApi", config -> config.identity().workloadApi(), KEYS),
            new Fixed("identity.federation", config -> config.identity().federation(), KEYS),
            new Fixed("tunnel.address", config -> config.tunnel().address(), DOOR),
            new Fixed("tunnel.port", config -> config.tunnel().port(), DOOR),
            new Fixed("tunnel.advertise", config -> config.tunnel().advertise(), TUNNELS),
            new Fixed("tunnel.windowBytesMax", config -> config.tunnel().windowBytesMax(), TUNNELS),
            new Fixed("cluster.enabled", config -> config.cluster().enabled(), MEMBERS),
            new Fixed("cluster.scope", config -> config.cluster().scope(), MEMBERS),
            new Fixed("cluster.address", config -> config.cluster().address(), MEMBERS),
            new Fixed("cluster.port", config -> config.cluster().port(), MEMBERS),
            new Fixed("cluster.advertise", config -> config.cluster().advertise(), MEMBERS),
            new Fixed("cluster.members", config -> config.cluster().members(), MEMBERS),
            new Fixed("state.directory", NodeConfig::state, STORE),
            new Fixed("admin.socket", config -> config.admin().socket(), DOOR),
            new Fixed(
                    "admin.metrics.enabled", config -> config.admin().metrics().enabled(), DOOR),
            new Fixed(
                    "admin.metrics.address", config -> config.admin().metrics().address(), DOOR),
            new Fixed("admin.metrics.port", config -> config.admin().metrics().port(), DOOR),
            new Fixed(
                    "admin.metrics.statusPage",
                    config -> config.admin().metrics().statusPage(),
                    DOOR),
            new Fixed("admin.probe", config -> config.admin().probe(), DOOR),
            new Fixed("admin.remote.address", config -> remote(config, NodeConfig.RemoteAdmin::address), DOOR),
            new Fixed("admin.remote.port", config -> remote(config, NodeConfig.RemoteAdmin::port), DOOR),
            new Fixed("admin.remote.hosts", config -> remote(config, NodeConfig.RemoteAdmin::hosts), DOOR),
            new Fixed("endpointTls.authorities", config -> config.endpointTls().authorities(), ENDPOINTS),
            new Fixed(
                    "endpointTls.handshakeTimeout",
                    config -> config.endpointTls().handshakeTimeout(),
                    ENDPOINTS),
            new Fixed("dns.servers", config -> config.dns().servers(), ENDPOINTS),
            new Fixed("dns.ttlMin", config -> config.dns().ttlMin(), ENDPOINTS),
            new Fixed("dns.ttlMax", config -> config.dns().ttlMax(), ENDPOINTS),
            new Fixed("sessions.keyFile", config -> config.sessions().keyFile(), "clients carry what was made with it"),
            new Fixed("loops", NodeConfig::loops, LOOPS),
            new Fixed("trust.publishers", config -> config.trust().publishers(), VERIFIED),
            new Fixed("trust.vouchers", config -> config.trust().vouchers(), VERIFIED),
            new Fixed("trust.speaksFor", config -> config.trust().speaksFor(), VERIFIED));

    private RestartNeeds() {}

    /**
     * A key that a reload leaves as it was.
     *
     * @param before the value in force
     * @param after what the file says now
     * @param why it takes a restart
     */
    record Need(String key, String before, String after, String why) {
        /** In one line. */
        String text() {
            return key + ": " + before + " -> " + after + ": takes effect with a restart: " + why;
        }

        /** As it is in that answer. */
        static Need of(JsonObject answer) {
            return new Need(
                    answer.getString("key"),
                    answer.getString("before"),
                    answer.getString("after"),
                    answer.getString("why"));
        }

        /** For the answer to who asked for the reload. */
        JsonObject json() {
            return new JsonObject()
                    .put("key", key)
                    .put("before", before)
                    .put("after", after)
                    .put("why", why);
        }
    }

    /** The keys that take effect only with a restart. */
    static List<String> keys() {
        return FIXED.stream().map(Fixed::key).toList();
    }

    /**
     * What waits for a restart.
     *
     * @param now the configuration in force
     * @throws KeptDomain.NotYetException as {@link #keeping}
     */
    static List<Need> of(NodeConfig now, NodeConfig next) {
        List<Need> needs = new ArrayList<>();
        FIXED.forEach(fixed ->
                add(needs, fixed.key(), fixed.value().apply(now), fixed.value().apply(next), fixed.why()));
        KeptDomain domain = new KeptDomain(now, next);
        if (!domain.isSame()) {
            add(
                    needs,
                    "admin.remote.operators",
                    remote(keeping(now, next), NodeConfig.RemoteAdmin::operators),
                    remote(next, NodeConfig.RemoteAdmin::operators),
                    DOMAIN);
            List<JwtSettings.Issuer> kept = domain.tokens().issuers();
            for (int i = 0; i < kept.size(); i++) {
                add(
                        needs,
                        "jwt.issuers[" + i + "].identity",
                        template(kept.get(i)),
                        template(next.jwt().issuers().get(i)),
                        DOMAIN);
            }
            listeners(needs, domain);
        }
        return needs;
    }

    private static void listeners(List<Need> needs, KeptDomain domain) {
        List<NodeConfig.Listener> written = domain.next().listeners();
        for (int i = 0; i < written.size(); i++) {
            NodeConfig.Listener listener = written.get(i);
            if (!domain.isUnnamed(listener)) {
                add(needs, "listeners[" + i + "].identity", domain.identity(listener), listener.identity(), DOMAIN);
            }
        }
    }

    private static @Nullable String template(JwtSettings.Issuer issuer) {
        IdentityTemplate identity = issuer.identity();
        return identity == null ? null : identity.template();
    }

    private static void add(List<Need> needs, String key, @Nullable Object before, @Nullable Object after, String why) {
        if (!Objects.equals(before, after)) {
            Shown shown = Shown.of(before, after);
            needs.add(new Need(key, shown.before(), shown.after(), why));
        }
    }

    /** Two values that differ, with the part where they do. */
    private record Shown(String before, String after) {
        static Shown of(@Nullable Object before, @Nullable Object after) {
            String from = text(before);
            String to = text(after);
            int start = Math.max(from.length(), to.length()) <= TEXT_MAX ? 0 : start(from, to);
            return new Shown(cut(from, start), cut(to, start));
        }
    }

    /** Both of two values that differ, in few words. */
    static String shown(@Nullable Object before, @Nullable Object after) {
        Shown shown = Shown.of(before, after);
        return shown.before() + " -> " + shown.after();
    }

    /**
     * What a reload may put in force: the next configuration with the keys that take a restart, and what is said in terms of them, as they are.
     *
     * @param started the configuration in force, which has those keys from the start
     * @throws KeptDomain.NotYetException when that cannot be said of something in it
     */
    static NodeConfig keeping(NodeConfig started, NodeConfig next) {
        KeptDomain domain = new KeptDomain(started, next);
        return new NodeConfig(
                started.node(),
                started.site(),
                keeping(started.identity(), next.identity()),
                listeners(next, domain),
                new NodeConfig.Tunnel(
                        started.tunnel().address(),
                        started.tunnel().port(),
                        started.tunnel().advertise(),
                        next.tunnel().peers(),
                        started.tunnel().windowBytesMax()),
                started.cluster(),
                started.state(),
                next.folders(),
                keeping(started.admin(), next.admin(), domain),
                next.telemetry(),
                next.limits(),
                started.loops(),
                started.endpointTls(),
                keeping(started.trust(), next.trust()),
                next.gateways(),
                started.dns(),
                started.sessions(),
                domain.tokens());
    }

    private static NodeConfig.Identity keeping(NodeConfig.Identity started, NodeConfig.Identity next) {
        return new NodeConfig.Identity(
                started.trustDomain(),
                started.files(),
                started.authority(),
                started.renewal(),
                started.workloadApi(),
                started.federation(),
                next.bundleEndpoint());
    }

    private static NodeConfig.Admin keeping(NodeConfig.Admin started, NodeConfig.Admin next, KeptDomain domain) {
        NodeConfig.RemoteAdmin door = started.remote();
        NodeConfig.RemoteAdmin other = next.remote();
        return new NodeConfig.Admin(
                started.socket(),
                started.metrics(),
                door == null || other == null
                        ? door
                        : new NodeConfig.RemoteAdmin(
                                door.address(), door.port(), door.hosts(), domain.operators(door, other)),
                started.probe());
    }

    private static NodeConfig.Trust keeping(NodeConfig.Trust started, NodeConfig.Trust next) {
        return new NodeConfig.Trust(
                started.publishers(),
                next.endpoints(),
                next.unsafeEndpoints(),
                started.vouchers(),
                next.defaultDeny(),
                started.speaksFor(),
                next.hosts());
    }

    private static List<NodeConfig.Listener> listeners(NodeConfig next, KeptDomain domain) {
        return next.listeners().stream()
                .map(listener -> identifying(listener, domain.identity(listener)))
                .toList();
    }

    private static NodeConfig.Listener identifying(NodeConfig.Listener listener, SpiffeId identity) {
        return new NodeConfig.Listener(
                listener.name(),
                listener.address(),
                listener.port(),
                listener.protocol(),
                identity,
                listener.unsafePublicPlaintext(),
                listener.connectionsMax(),
                listener.clients(),
                listener.edge());
    }

    private static @Nullable Object remote(NodeConfig config, Function<NodeConfig.RemoteAdmin, Object> part) {
        NodeConfig.RemoteAdmin remote = config.admin().remote();
        return remote == null ? null : part.apply(remote);
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "(none)";
            case InetAddress address -> address.getHostAddress();
            case Duration time -> text(time.toMillis());
            default -> QUERY.matcher(value.toString()).replaceAll("$1***");
        };
    }

    /** As a duration is written. */
    private static String text(long millis) {
        for (int i = 0; i < UNITS.size(); i++) {
            if (millis % UNIT_MILLIS.get(i) == 0 && millis > 0) {
                return millis / UNIT_MILLIS.get(i) + UNITS.get(i);
            }
        }
        return millis == 0 ? "0s" : millis + "ms";
    }

    /** From where on two long values are shown: a little before they differ. */
    private static int start(String one, String other) {
        int same = 0;
        while (same < Math.min(one.length(), other.length()) && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        return Math.max(0, same - COMMON_MAX);
    }

    private static String cut(String text, int start) {
        int end = Math.min(text.length(), start + TEXT_MAX);
        return (start == 0 ? "" : "...") + text.substring(start, end) + (end == text.length() ? "" : "...");
    }
}

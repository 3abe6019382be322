package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.compile.Explain;
import io.bridgehead.compile.LiveView;
import io.bridgehead.compile.Question;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.control.FabricControl;
import io.bridgehead.control.KnownNodes;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.failover.Why;
import io.bridgehead.health.SiteReport;
import io.bridgehead.limit.Pressure;
import io.bridgehead.listen.EdgeListener;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.sync.ClockWatch;
import io.bridgehead.sync.NodeReport;
import io.bridgehead.tls.Revocations;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.handshake.TunnelTls;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.upstream.ServiceStatus;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a running node shows of itself, as JSON with stable names. Reads snapshots only; any thread. */
final class NodeViews {
    private final NodeParts parts;
    private final Supplier<String> notReady;
    private final ServiceViews services;

    NodeViews(NodeParts parts, Supplier<String> notReady) {
        this.parts = parts;
        this.notReady = notReady;
        this.services = new ServiceViews(parts);
    }

    JsonObject status() {
        NodeConfig config = parts.config();
        ClusterState cluster = parts.state().cluster();
        List<String> problems = new ArrayList<>(parts.tables().problems());
        problems.addAll(parts.disk().problems());
        problems.addAll(parts.state().clockProblems());
        problems.addAll(parts.log().origins().ledger().clockProblems());
        problems.addAll(parts.folders().problems());
        problems.addAll(identityProblems());
        problems.addAll(parts.path().issuers().problems());
        cluster.problem().ifPresent(problems::add);
        FabricStatus fabric = fabric();
        if (!fabric.suspicion().isEmpty()) {
            problems.add(fabric.suspicion());
        }
        boolean ready = notReady.get().isEmpty();
        if (!ready) {
            problems.add(notReady.get());
        }
        return new JsonObject()
                .put("node", config.node().value())
                .put("site", config.site().name().value())
                .put("version", parts.version())
                .put("ready", ready)
                .put(
                        "healthy",
                        ready && problems.isEmpty() && (!config.cluster().enabled() || NodeApi.clusterIsWell(cluster)))
                .put("uptimeSeconds", parts.up().millis() / 1000)
                .put("pid", ProcessHandle.current().pid())
                .put("clock", clock())
                .put("revision", table().revision())
                .put("services", table().services().size())
                .put(
                        "cluster",
                        new JsonObject()
                                .put("phase", cluster.phase().name().toLowerCase(Locale.ROOT))
                                .put("members", cluster.members().size())
                                .put("beyond", beyondCluster()))
                .put("nodes", fabric.rows())
                .put("unreached", unreached())
                .put("conflicts", conflicts())
                .put("tls", tls())
                .put("federation", parts.identity().federation().rows())
                .put("overload", overload())
                .put("listeners", listeners())
                .put("admin", parts.remote().status())
                .put("jwt", parts.path().issuers().views())
                .put("stages", StageViews.brief(parts.state().stages()))
                .put("folders", FolderViews.all(parts.folders().statuses()))
                .put("leftOut", leftOut())
                .put("rejected", RejectedView.all(parts.log().rejections()))
                .put("closed", WithdrawalsView.of(parts.telemetry().withdrawals()))
                .put("origins", RejectedView.origins(parts.log().origins().ledger()))
                .put("orders", new NodeOrders(parts).inForce())
                .put("flapping", flapping())
                .put("notes", notes())
                .put("names", names())
                .put("problems", new JsonArray(problems));
    }

    private JsonArray unreached() {
        return TunnelViews.unreached(
                parts.path().tunnels().reports(), parts.fabric().neighbours());
    }

    private List<String> identityProblems() {
        List<String> problems = new ArrayList<>(
                parts.identity().problems(parts.tls().current().material().notAfter()));
        if (!parts.files().problem().isEmpty()) {
            problems.add(parts.files().problem());
        }
        parts.tls().current().material().revocations().stream()
                .map(list -> Revocations.remark(list, parts.clock().instant()))
                .filter(remark -> !remark.isEmpty())
                .map(remark -> "identity: " + remark)
                .forEach(problems::add);
        problems.addAll(parts.identity().federation().problems());
        return problems;
    }

    private FabricStatus fabric() {
        TreeSet<String> members = new TreeSet<>();
        parts.state()
                .cluster()
                .members()
                .forEach(member -> members.add(member.info().node()));
        // read in this order: who is heard meanwhile is in both, and counts as heard
        Map<NodeName, FabricStatus.Peer> peers = new TreeMap<>();
        KnownNodes known = parts.fabric().known();
        known.unheard()
                .forEach(node -> peers.put(
                        node.node(),
                        FabricStatus.Peer.remembered(node, parts.up().millis(), known.agoMillis(node))));
        Map<NodeName, NodeReport> reports = parts.fabric().reports();
        Map<NodeName, Long> silences = parts.fabric().silences();
        reports.forEach(
                (node, report) -> peers.put(node, FabricStatus.Peer.heard(report, silences.getOrDefault(node, 0L))));
        return FabricStatus.of(
                peers.values(),
                node -> seenBy(members, node),
                parts.state().heads(),
                parts.config().site().name(),
                known::isNamed);
    }

    private String seenBy(Set<String> members, NodeName node) {
        PeerState peer = parts.path().tunnels().view().node(node);
        String seen = (members.contains(node.value()) ? "cluster" : "")
                + (peer == null ? "" : " tunnel " + peer.liveness().name().toLowerCase(Locale.ROOT));
        return seen.strip();
    }

    private JsonArray conflicts() {
        JsonArray all = new JsonArray();
        parts.state()
                .conflicts()
                .forEach((source, lost) ->
                        all.add(new JsonObject().put("source", source).put("lost", new JsonArray(lost))));
        return all;
    }

    /** What is not wrong and good to know. */
    private JsonArray notes() {
        JsonArray notes = new JsonArray();
        parts.state().olderReaders().ifPresent(notes::add);
        parts.path().issuers().notes().forEach(notes::add);
        return notes;
    }

    /** The sites that are held away because they came and went too often. */
    private JsonArray flapping() {
        JsonArray all = new JsonArray();
        parts.path().registry().statuses(Why.FLAPPING).stream()
                .sorted(Comparator.comparing(ServiceStatus::service))
                .forEach(status -> status.weights().shares().stream()
                        .filter(share -> share.why() == Why.FLAPPING)
                        .forEach(share -> all.add("service " + status.service() + ": " + share.reason())));
        return all;
    }

    /** Names of endpoints that cannot be looked up, since when, and what is done without. */
    private JsonArray names() {
        JsonArray all = new JsonArray();
        parts.path().registry().statusesOfNames().stream()
                .sorted(Comparator.comparing(ServiceStatus::service))
                .forEach(status -> status.lookupProblems()
                        .forEach(problem -> all.add("service " + status.service() + ": " + problem)));
        return all;
    }

    /** The nodes that a tunnel reaches and the cluster does not show. */
    private JsonArray beyondCluster() {
        JsonArray beyond = new JsonArray();
        FabricControl.beyondCluster(parts.path().tunnels().view(), parts.state())
                .forEach(node -> beyond.add(node.value()));
        return beyond;
    }

    /** What other nodes may serve and this one does not, as its {@code trust} says. */
    private JsonArray leftOut() {
        JsonArray all = new JsonArray();
        parts.state().leftOut().forEach(all::add);
        parts.tables().leftOut().forEach(all::add);
        for (ServiceStatus service : parts.path().registry().statuses(EndpointAddresses.NOT_TRUSTED)) {
            service.endpoints().stream()
                    .filter(endpoint -> endpoint.detail().contains(EndpointAddresses.NOT_TRUSTED))
                    .forEach(endpoint -> all.add("Service/" + service.service() + ": " + endpoint.detail()));
        }
        return all;
    }

    private JsonObject clock() {
        ClockWatch.Lead lead = parts.state().clockLead();
        return new JsonObject().put("nodes", lead.nodes()).put("aheadMillis", lead.aheadMillis());
    }

    private JsonObject overload() {
        Pressure pressure = parts.overload().pressure();
        return new JsonObject()
                .put("level", parts.path().overload().level().text())
                .put("heap", pressure.heap())
                .put("directMemory", pressure.directMemory())
                .put("descriptors", pressure.descriptors())
                .put("loopLag", pressure.loopLag());
    }

    private JsonObject tls() {
        TunnelTls.Status status = parts.path().tunnelTls().status();
        return new JsonObject()
                .put("identity", parts.tls().current().material().id().toString())
                .put("notAfter", parts.tls().current().material().notAfter().toString())
                .put("library", status.library())
                .put("keyExchange", String.join(",", status.keyExchanges()))
                .put("hybrid", status.hybrid())
                .put("generation", status.generation());
    }

    /** The ports that are served, by name. */
    JsonArray listeners() {
        JsonArray all = new JsonArray();
        new TreeMap<>(parts.path().listeners().open()).forEach((name, listener) -> all.add(listener(name, listener)));
        return all;
    }

    private static JsonObject listener(String name, EdgeListener listener) {
        JsonObject shown = new JsonObject()
                .put("name", name)
                .put("protocol", listener.spec().protocol().name())
                .put("address", text(listener.address()))
                .put("connections", listener.connections());
        EdgeTls tls = listener.spec().edge().tls();
        if (tls != null) {
            EdgeTls.Status status = tls.status();
            shown.put("library", status.library())
                    .put("keyExchange", String.join(",", status.keyExchanges()))
                    .put("hybrid", status.hybrid())
                    .put("certificates", String.join(",", status.certificates()))
                    .put("notAfter", status.notAfter().toString());
        }
        return shown;
    }

    static String text(@Nullable SocketAddress address) {
        return address == null ? "closed" : HostPort.textOf(address);
    }

    JsonObject sites() {
        Map<SiteName, TreeSet<String>> nodes = new TreeMap<>();
        NodeConfig config = parts.config();
        nodes.computeIfAbsent(config.site().name(), site -> new TreeSet<>())
                .add(config.node().value());
        for (NodeReport report : parts.fabric().reports().values()) {
            nodes.computeIfAbsent(report.report().site(), site -> new TreeSet<>())
                    .add(report.report().node().value());
        }
        for (PeerState peer : parts.path().tunnels().view().all()) {
            nodes.computeIfAbsent(peer.site(), site -> new TreeSet<>())
                    .add(peer.node().value());
        }
        JsonArray rows = new JsonArray();
        nodes.forEach((site, names) -> rows.add(new JsonObject()
                .put("site", site.value())
                .put("nodes", new JsonArray(List.copyOf(names)))
                .put("reachable", reach(site))
                .put("services", servicesIn(site))));
        return new JsonObject().put("sites", rows);
    }

    private String reach(SiteName site) {
        if (site.equals(parts.config().site().name())) {
            return "local";
        }
        List<PeerState> peers = parts.path().tunnels().view().inSite(site);
        return peers.stream()
                .map(PeerState::liveness)
                .min(Enum::compareTo)
                .map(best -> peers.stream().anyMatch(peer -> peer.liveness() == io.bridgehead.tunnel.Liveness.UP)
                        ? "up"
                        : best.name().toLowerCase(Locale.ROOT))
                .orElse("no tunnel");
    }

    private JsonArray servicesIn(SiteName site) {
        return new JsonArray(table().services().stream()
                .filter(route -> !route.endpointsIn(site).isEmpty())
                .map(route -> route.name().value())
                .toList());
    }

    JsonObject nodes() {
        NodeConfig config = parts.config();
        Map<NodeName, JsonObject> rows = new TreeMap<>();
        HostPort advertise = config.tunnel().advertise();
        rows.put(
                config.node(),
                node(config.node().value(), config.site().name().value(), table().revision(), parts.version())
                        .put("seenBy", "itself")
                        .put("tunnel", advertise == null ? "" : advertise.toString()));
        TreeSet<String> members = new TreeSet<>();
        parts.state()
                .cluster()
                .members()
                .forEach(member -> members.add(member.info().node()));
        for (NodeReport report : parts.fabric().reports().values()) {
            SiteReport said = report.report();
            String seen = seenBy(members, said.node());
            rows.put(
                    said.node(),
                    node(said.node().value(), said.site().value(), report.revision(), report.version())
                            .put("seenBy", seen.isEmpty() ? "report" : seen)
                            .put(
                                    "tunnel",
                                    report.tunnel() == null
                                            ? ""
                                            : report.tunnel().toString()));
        }
        return new JsonObject().put("nodes", new JsonArray(List.copyOf(rows.values())));
    }

    private static JsonObject node(String name, String site, String revision, String version) {
        return new JsonObject()
                .put("node", name)
                .put("site", site)
                .put("revision", revision)
                .put("version", version);
    }

    JsonObject tunnels() {
        return TunnelViews.all(parts.path().tunnels().reports());
    }

    Reply explain(byte[] body) {
        try {
            JsonObject asked = new JsonObject(new String(body, StandardCharsets.UTF_8));
            Question question = GatewayQuestions.isAbout(asked, table())
                    ? GatewayQuestions.of(asked, table(), parts.config())
                    : question(asked);
            TokenQuestions tokens =
                    new TokenQuestions(parts.path().issuers(), parts.path().ports());
            Explain explain = new Explain(parts.tables().context(), table(), new Live());
            return Reply.good(TokenQuestions.answer(explain, tokens.of(asked, question)));
        } catch (DecodeException | IllegalArgumentException | ClassCastException e) {
            return Reply.bad(400, String.valueOf(e.getMessage()), List.of());
        }
    }

    private Question question(JsonObject asked) {
        NodeConfig.Listener listener = listenerFor(asked.getString("listener"));
        return question(asked, listener).with(GatewayQuestions.fields(asked)).at(listener.port());
    }

    private Question question(JsonObject asked, NodeConfig.Listener listener) {
        String from = asked.getString("from");
        SpiffeId identity = from == null ? listener.identity() : SpiffeId.parse(from);
        Caller caller = new Caller(
                identity, Caller.Proof.LISTENER, parts.config().site().name(), "127.0.0.1");
        if (listener.protocol() == NodeConfig.ListenerProtocol.TCP) {
            return Question.connection(listener.name(), caller);
        }
        URI url = URI.create(asked.getString("url", ""));
        if (listener.protocol() == NodeConfig.ListenerProtocol.TLS) {
            String name = url.getRawAuthority() == null ? url.getRawSchemeSpecificPart() : url.getRawAuthority();
            return Question.connection(listener.name(), name == null ? "" : name, caller);
        }
        if (url.getRawAuthority() == null) {
            throw new IllegalArgumentException(
                    "URL '" + url + "': expected one with a host, such as http://orders.example.internal/");
        }
        return Question.request(
                        listener.name(),
                        asked.getString("method", "GET"),
                        url.getRawAuthority(),
                        GatewayQuestions.path(url),
                        caller)
                .with(GatewayQuestions.fields(asked));
    }

    private NodeConfig.Listener listenerFor(@Nullable String name) {
        return parts.configured().listeners().stream()
                .filter(listener -> name == null
                        ? listener.protocol() != NodeConfig.ListenerProtocol.TCP
                        : listener.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        name == null
                                ? "this node has no HTTP listener; expected --listener with the name of another"
                                : "listener '" + name + "': expected one of this node's: "
                                        + parts.configured().listeners().stream()
                                                .map(NodeConfig.Listener::name)
                                                .toList()));
    }

    /** The weights and endpoints of this moment. */
    LiveView live() {
        return new Live();
    }

    private RoutingTable table() {
        return parts.path().table().get();
    }

    private final class Live implements LiveView {
        private final Map<ServiceName, ServiceStatus> statuses = services.statuses();

        @Override
        public @Nullable SiteWeights weights(ServiceName service) {
            ServiceStatus status = statuses.get(service);
            return status == null ? null : status.weights();
        }

        @Override
        public @Nullable Endpoint owner(ServiceRoute service, Question question) {
            return parts.path().registry().owner(service, question.fields(), question.caller());
        }

        @Override
        public List<String> orders(ServiceRoute route) {
            return new NodeOrders(parts).about(route);
        }

        @Override
        public @Nullable String endpointState(ServiceName service, Endpoint endpoint) {
            ServiceStatus status = statuses.get(service);
            if (status == null) {
                return null;
            }
            return status.stateOf(endpoint);
        }
    }
}

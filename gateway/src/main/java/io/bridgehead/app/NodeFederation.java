package io.bridgehead.app;

import io.bridgehead.config.BundleEndpoint;
import io.bridgehead.config.FederatedDomain;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.identity.federation.FederatedBundles;
import io.bridgehead.identity.federation.Federation;
import io.bridgehead.identity.federation.FederationObserver;
import io.bridgehead.identity.federation.PublishedBundle;
import io.bridgehead.telemetry.FederationLog;
import io.bridgehead.telemetry.Telemetry;
import io.bridgehead.tls.LiveTls;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What a node knows of other trust domains, and what it tells others of its own. */
final class NodeFederation {
    private static final String FOLDER = "bundles";
    private static final String SEQUENCE = "own.sequence";
    private static final byte[] NOTHING = {};

    private final FederatedBundles bundles;
    private final Supplier<byte[]> published;
    private final LiveTls live;
    private final Clock clock;

    /** Puts in force what the disk holds; nothing is fetched before the first {@link #tick}. */
    private NodeFederation(
            NodeConfig config, LiveTls live, Clock clock, Executor fetching, FederationObserver observer) {
        Path folder = config.state().resolve(FOLDER);
        this.live = live;
        this.clock = clock;
        this.bundles = new FederatedBundles(
                config.identity().federation().stream()
                        .map(NodeFederation::federation)
                        .toList(),
                live,
                new FederatedBundles.Surroundings(clock, folder, fetching, fetching, observer));
        BundleEndpoint endpoint = config.identity().bundleEndpoint();
        this.published = endpoint == null
                ? () -> NOTHING
                : new PublishedBundle(folder.resolve(SEQUENCE), endpoint.refreshHint(), live, clock, observer);
        bundles.start();
    }

    /** As the configuration says. */
    static NodeFederation of(NodeConfig config, LiveTls live, Clock clock, NodeThreads threads, Telemetry telemetry) {
        return new NodeFederation(
                config, live, clock, threads.fetching(), new FederationLog(telemetry, System::nanoTime));
    }

    private static Federation federation(FederatedDomain written) {
        return new Federation(
                written.trustDomain(),
                written.endpoint(),
                Federation.Profile.valueOf(written.profile().name()),
                written.endpointSpiffeId(),
                written.authorities(),
                written.bundle(),
                written.keepFor());
    }

    /** The bundle of this trust domain, as others fetch it. */
    Supplier<byte[]> published() {
        return published;
    }

    /** Looks after the bundles; every second or so, where it may wait. */
    void tick() {
        bundles.tick();
    }

    /** What is wrong, for {@code status}. */
    List<String> problems() {
        return bundles.states().stream()
                .filter(state -> !state.problem().isEmpty())
                .map(state ->
                        "federation: nothing new of " + state.trustDomain() + ": " + state.problem() + stays(state))
                .toList();
    }

    private static String stays(FederatedBundles.State state) {
        List<X509Certificate> anchors = state.anchors();
        return state.fetched() == null
                ? ""
                : anchors == null || anchors.isEmpty()
                        ? "; nobody of it is trusted"
                        : "; the bundle of " + state.fetched() + " stays";
    }

    /** Each trust domain whose members are known, and how old what is known is. */
    JsonArray rows() {
        Map<String, FederatedBundles.State> states = new HashMap<>();
        bundles.states().forEach(state -> states.put(state.trustDomain().value(), state));
        Map<String, JsonObject> rows = new TreeMap<>();
        live.current()
                .federated()
                .forEach((trustDomain, judge) -> rows.put(
                        trustDomain.value(),
                        row("the SPIFFE agent", judge.anchors().size())));
        Instant now = clock.instant();
        states.forEach((name, state) -> {
            List<X509Certificate> anchors = state.anchors();
            JsonObject row = row(state.source(), anchors == null ? 0 : anchors.size());
            Instant fetched = state.fetched();
            if (fetched != null) {
                row.put("fetched", fetched.toString())
                        .put("ageSeconds", Duration.between(fetched, now).toSeconds());
            }
            if (state.sequence() != null) {
                row.put("sequence", state.sequence());
            }
            rows.put(name, row.put("problem", state.problem()));
        });
        JsonArray all = new JsonArray();
        rows.forEach((name, row) -> all.add(row.put("trustDomain", name)));
        return all;
    }

    private static JsonObject row(String source, int authorities) {
        return new JsonObject()
                .put("source", source)
                .put("authorities", authorities)
                .put("problem", "");
    }

    /** Where the bundle of a trust domain came from. */
    String sourceOf(String trustDomain) {
        return bundles.states().stream()
                .filter(state -> state.trustDomain().value().equals(trustDomain))
                .map(FederatedBundles.State::source)
                .findFirst()
                .orElse("the SPIFFE agent");
    }
}

package io.bridgehead.control;

import io.bridgehead.loop.Timer;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.SiteName;
import io.bridgehead.sync.NodeReport;
import io.bridgehead.sync.SharedState;
import io.bridgehead.sync.Traffic;
import io.bridgehead.sync.TunnelExchange;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.tunnel.TunnelView;
import io.bridgehead.upstream.FailoverContext;
import io.bridgehead.upstream.ServiceRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node tells the fabric and takes from it while it runs: health reports both ways, where peers' tunnel ports are, and state over
 * tunnels for nodes that the cluster does not show.
 *
 * <p>A change of health is told at once, further ones at most every {@value #DEBOUNCE_MILLIS} ms, and everything again every
 * {@value #FULL_MILLIS} ms.
 */
@OwnedBy(Owner.CONTROL)
public final class FabricControl {
    static final long DEBOUNCE_MILLIS = 200;
    static final long FULL_MILLIS = 10_000;
    static final long STAGED_MILLIS = 1_000;
    /** Nodes whose reports are remembered for people; as many as the health view keeps. */
    static final int NODES_MAX = 1024;

    private final Parts parts;
    private final RepairTurns turns;
    private final RateControl rates;
    private final Neighbours neighbours = new Neighbours();
    private final Map<NodeName, NodeReport> reports = new LinkedHashMap<>();
    private final List<Timer> timers = new ArrayList<>();
    private final Map<NodeName, Long> heard = new HashMap<>();
    private volatile Map<NodeName, NodeReport> published = Map.of();
    private volatile Map<NodeName, Long> publishedHeard = Map.of();
    private volatile Set<HostPort> publishedNeighbours = Set.of();
    private Collection<HostPort> configured;
    /** What is dialed because it is remembered alone. */
    private Set<HostPort> remembered = Set.of();

    private Quarantine quarantine = Quarantine.NONE;
    private boolean telling;
    /** Whether a report is being made, and another one is to follow. */
    private boolean reporting;

    private boolean again;
    private boolean writing;
    private boolean quiet;
    private boolean changed;

    /**
     * What it works with.
     *
     * @param advertise where nodes of other sites reach this node's tunnels, or null
     * @param inside where nodes of its own site do, or null when that is {@code advertise} or nowhere
     * @param revision what this node serves now
     * @param peers is given all addresses that are to be dialed, and the nodes that need no tunnel when they are of this node's own site
     * @param blocking signs
     * @param traffic what this node has answered
     * @param known whom it has heard before
     */
    public record Parts(
            SiteName site,
            NodeName node,
            @Nullable HostPort advertise,
            @Nullable HostPort inside,
            String version,
            Supplier<String> revision,
            SharedState state,
            ServiceRegistry registry,
            Supplier<TunnelView> tunnels,
            BiConsumer<Collection<HostPort>, Set<NodeName>> peers,
            TunnelExchange exchange,
            FailoverContext control,
            Executor blocking,
            Supplier<Traffic> traffic,
            KnownNodes known) {}

    public FabricControl(Parts parts, Collection<HostPort> configuredPeers) {
        this.parts = parts;
        this.rates = new RateControl(parts, this);
        this.turns = new RepairTurns(parts.node(), nowMillis());
        this.configured = List.copyOf(configuredPeers);
    }

    /** Begins to listen and to tell. Any thread. */
    public void start() {
        rates.start();
        parts.state().onReport(report -> parts.control().execute(() -> take(report)));
        parts.state().onRecord(record -> parts.control().execute(() -> pushBeyondCluster(record)));
        parts.state().onHealthRecord(record -> parts.control().execute(() -> tellWatchers(record, Set.of())));
        parts.control().execute(() -> {
            timers.add(parts.control().every(FULL_MILLIS, this::tell));
            timers.add(parts.control().every(FULL_MILLIS, this::watchBeyondCluster));
            timers.add(parts.control().every(FULL_MILLIS, this::remember));
            timers.add(parts.control().every(STAGED_MILLIS, this::tellWhileStaged));
            timers.add(parts.control().every(RepairTurns.LOOK_MILLIS, this::repair));
            parts.registry().dialing();
            dial();
            telling = true;
            tell();
        });
    }

    /** Nobody watches this node any more, which is about to stop. Any thread. */
    public void leave() {
        parts.exchange().endWatches();
    }

    /** Stops its timers. Any thread. */
    public void stop() {
        rates.stop();
        parts.control().execute(() -> timers.forEach(Timer::cancel));
    }

    /** The last report of each other node, by name. Any thread. */
    public Map<NodeName, NodeReport> reports() {
        return published;
    }

    /**
     * Where nodes of this node's own site may be that its cluster does not show, as they said; without those of its configuration. Not all of them
     * are for this node, and one that is gone is missed by its name. Any thread.
     */
    public Set<HostPort> neighbours() {
        return publishedNeighbours;
    }

    /** How long ago each other node was heard last, in milliseconds. Any thread. */
    public Map<NodeName, Long> silences() {
        long now = nowMillis();
        Map<NodeName, Long> silences = new HashMap<>();
        publishedHeard.forEach((node, at) -> silences.put(node, Math.max(0, now - at)));
        return silences;
    }

    /** Those that were heard before the start of this node, and not since. Any thread. */
    public KnownNodes known() {
        return parts.known();
    }

    /** Where gateway.yaml says that peers are. On the control context. */
    public void configure(Collection<HostPort> peers) {
        configured = List.copyOf(peers);
        dial();
    }

    /** This node's health changed. On the control context. */
    public void healthChanged() {
        if (quiet) {
            changed = true;
            return;
        }
        tell();
        quiet = true;
        parts.control().after(DEBOUNCE_MILLIS, () -> {
            quiet = false;
            if (changed) {
                changed = false;
                healthChanged();
            }
        });
    }

    /** This node itself did not run for a while: what its peers closed meanwhile is opened again, and requests wait for that. Any thread. */
    public void lookAnew() {
        parts.registry().dialing();
    }

    /** What this node believes of a peer changed. Any thread. */
    public void tunnelChanged(NodeName node, Liveness now) {
        parts.control().execute(() -> {
            parts.registry().tunnelsChanged();
            turns.disturbed(nowMillis());
            if (now != Liveness.UP) {
                return;
            }
            if (beyondCluster().contains(node)) {
                byte[] health = parts.state().lastHealth();
                if (health != null) {
                    parts.exchange().push(health, Set.of(node));
                }
                var _ = parts.exchange().watch(Set.of(node));
            }
            parts.exchange().repairWithOne(List.of(node));
        });
    }

    /** A watch that has ended, as of a node that was too slow or not to be watched, is begun again, and what was missed is pulled. */
    private void watchBeyondCluster() {
        parts.exchange().watch(beyondCluster()).forEach(node -> parts.exchange().repairWithOne(List.of(node)));
    }

    /**
     * Tells the fabric how this node's site is: now, or once more when what is being told has been. Before the start nobody hears of it, and a report
     * of all services takes long. On the control context.
     */
    public void tell() {
        if (!telling) {
            return;
        }
        if (reporting) {
            again = true;
            return;
        }
        String revision = parts.revision().get();
        Traffic traffic = parts.traffic().get();
        parts.blocking().execute(() -> {
            try {
                publish(revision, traffic);
            } finally {
                parts.control().execute(this::told);
            }
        });
        reporting = true;
    }

    private void publish(String revision, Traffic traffic) {
        parts.state()
                .publish(
                        new NodeReport(parts.registry().report(), parts.advertise(), revision, parts.version(), traffic)
                                .withInside(parts.inside()));
        byte[] signed = parts.state().lastHealth();
        if (signed != null) {
            parts.control().execute(() -> pushBeyondCluster(signed));
        }
    }

    private void remember() {
        if (!parts.known().addresses(parts.site()).equals(remembered)) {
            dial();
        }
        Collection<KnownNode> nodes = writing ? null : parts.known().toWrite();
        if (nodes == null) {
            return;
        }
        writing = true;
        parts.blocking().execute(() -> {
            boolean written = false;
            try {
                written = parts.known().write(nodes);
            } finally {
                boolean kept = written;
                parts.control().execute(() -> remembered(kept));
            }
        });
    }

    private void remembered(boolean kept) {
        writing = false;
        if (!kept) {
            parts.known().notWritten();
        }
    }

    private void told() {
        reporting = false;
        if (again) {
            again = false;
            tell();
        }
    }

    /** While a change is tried on some nodes, people watch what all of them answer. */
    private void tellWhileStaged() {
        parts.blocking().execute(() -> {
            if (!parts.state().stages().all().isEmpty()) {
                parts.control().execute(this::tell);
            }
        });
    }

    /** This is removed from the fabric from now on: what it said is forgotten, and what it says is not heard. On the control context. */
    public void quarantined(Quarantine now) {
        quarantine = now;
        boolean forgotten = parts.known().quarantined(now);
        for (NodeReport report : List.copyOf(reports.values())) {
            if (now.covers(report.report().site(), report.report().node())) {
                reports.remove(report.report().node());
                heard.remove(report.report().node());
                parts.registry().forget(report.report().node());
                parts.state().forget(report.report().node());
                forgotten = true;
            }
        }
        if (forgotten) {
            published = Map.copyOf(reports);
            publishedHeard = Map.copyOf(heard);
            dial();
        }
    }

    private void take(NodeReport report) {
        NodeName node = report.report().node();
        if (quarantine.covers(report.report().site(), node)) {
            return;
        }
        if (!parts.registry().accept(report.report())) {
            return;
        }
        if (reports.size() >= NODES_MAX && !reports.containsKey(node)) {
            return;
        }
        NodeReport before = reports.put(node, report);
        heard.put(node, nowMillis());
        published = Map.copyOf(reports);
        publishedHeard = Map.copyOf(heard);
        parts.known().heard(report);
        if (before == null
                || !Objects.equals(before.tunnel(), report.tunnel())
                || !Objects.equals(before.inside(), report.inside())) {
            dial();
        }
    }

    private void dial() {
        Set<HostPort> addresses = new LinkedHashSet<>(configured);
        remembered = parts.known().addresses(parts.site());
        addresses.addAll(remembered);
        for (NodeReport report : reports.values()) {
            HostPort tunnel = report.tunnel();
            if (tunnel != null && !report.report().site().equals(parts.site())) {
                addresses.add(tunnel);
            }
        }
        look();
        addresses.addAll(neighbours.addresses());
        Set<HostPort> found = new HashSet<>(neighbours.addresses());
        found.removeAll(configured);
        publishedNeighbours = Set.copyOf(found);
        parts.peers().accept(addresses, neighbours.met());
    }

    /** @return whether another node of this node's own site has come into the cluster, has left it, or is found elsewhere */
    private boolean look() {
        return neighbours.look(
                nowMillis(), parts.known().inSite(parts.site()), parts.state().members());
    }

    /** Tells nodes that the cluster does not show. On the control context. */
    void pushBeyondCluster(byte[] record) {
        Set<NodeName> beyond = beyondCluster();
        if (!beyond.isEmpty()) {
            parts.exchange().push(record, beyond);
        }
        tellWatchers(record, beyond);
    }

    /** Those that watch are told, but for members, who hear it from the cluster, and for those who were told otherwise. */
    private void tellWatchers(byte[] record, Set<NodeName> told) {
        Set<NodeName> members = parts.state().members();
        parts.exchange().tellWatchers(record, node -> !members.contains(node) && !told.contains(node));
    }

    private void repair() {
        if (look()) {
            dial();
        }
        TunnelView tunnels = parts.tunnels().get();
        turns.next(nowMillis(), parts.state().composition(), up(tunnels), down(tunnels))
                .ifPresent(peer -> parts.exchange().repairWithOne(List.of(peer)));
    }

    /** The nodes that cannot be asked, those that were known before the start and are not met again included. */
    private Set<NodeName> down(TunnelView tunnels) {
        Set<NodeName> down = new TreeSet<>();
        tunnels.all().stream().filter(peer -> peer.liveness() != Liveness.UP).forEach(peer -> down.add(peer.node()));
        parts.known().missed().stream()
                .filter(node -> !node.site().equals(parts.site()))
                .forEach(node -> down.add(node.node()));
        return down;
    }

    private long nowMillis() {
        return parts.control().nanoTime() / 1_000_000;
    }

    /** The nodes that can be asked and told. */
    private static SortedSet<NodeName> up(TunnelView tunnels) {
        SortedSet<NodeName> up = new TreeSet<>();
        for (PeerState peer : tunnels.all()) {
            if (peer.liveness() == Liveness.UP && peer.control()) {
                up.add(peer.node());
            }
        }
        return up;
    }

    private Set<NodeName> beyondCluster() {
        return beyondCluster(parts.tunnels().get(), parts.state());
    }

    /** The nodes with a tunnel that the cluster shows. Any thread. */
    public static SortedSet<NodeName> withinCluster(TunnelView tunnels, SharedState state) {
        SortedSet<NodeName> within = up(tunnels);
        within.retainAll(state.members());
        return within;
    }

    /** The nodes with a tunnel that the cluster does not show. Any thread. */
    public static SortedSet<NodeName> beyondCluster(TunnelView tunnels, SharedState state) {
        return TunnelExchange.beyondCluster(up(tunnels), state.members());
    }
}

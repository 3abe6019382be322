package io.bridgehead.telemetry;

import io.bridgehead.failover.SiteShare;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrderAction;
import io.bridgehead.sync.Stages;
import io.bridgehead.sync.StandingOrder;
import io.bridgehead.telemetry.KeptGauges.Row;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.upstream.ServiceStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Meters of what the node believes: tunnels, shares of sites, endpoints, revision, certificate, cluster. Those whose labels come and go are
 * renewed by {@link #refresh}, at most {@value #ROWS_MAX} of a kind.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class NodeGauges {
    public static final int ROWS_MAX = 2_000;

    private static final double MICROS_PER_SECOND = 1e6;

    private final KeptGauges roundTrips;
    private final RoundTrips told;
    private final KeptGauges up;
    private final KeptGauges streams;
    private final KeptGauges windows;
    private final KeptGauges shares;
    private final KeptGauges states;
    private final KeptGauges known;
    private final KeptGauges connections;
    private final KeptGauges circuitUsed;
    private final KeptGauges circuitMax;
    private final TunnelCounts counts;
    private final Timer lag;
    private final KeptGauges fit;
    private final KeptGauges config;
    private final KeptGauges orders;
    private final KeptGauges folders;
    private final KeptGauges stages;
    private final AtomicBoolean refreshing = new AtomicBoolean();

    /**
     * Registers them.
     *
     * @param secondsToExpiry of this node's certificate
     * @param members of the cluster, this node included
     */
    public NodeGauges(Telemetry telemetry, LongSupplier secondsToExpiry, LongSupplier members) {
        MeterRegistry registry = telemetry.registry();
        this.told = telemetry.roundTrips();
        this.roundTrips = new KeptGauges(Signal.TUNNEL_ROUND_TRIP, telemetry::busy);
        this.up = new KeptGauges(Signal.TUNNEL_UP, telemetry::busy);
        this.streams = new KeptGauges(Signal.TUNNEL_STREAMS, telemetry::busy);
        this.windows = new KeptGauges(Signal.TUNNEL_WINDOWS, telemetry::busy);
        this.shares = new KeptGauges(Signal.SITE_SHARE, telemetry::busy);
        this.states = new KeptGauges(Signal.FAILOVER_STATE, telemetry::busy);
        this.known = new KeptGauges(Signal.ENDPOINTS_KNOWN, telemetry::busy);
        this.connections = new KeptGauges(Signal.ENDPOINT_CONNECTIONS, telemetry::busy);
        this.circuitUsed = new KeptGauges(Signal.CIRCUIT_USED, telemetry::busy);
        this.circuitMax = new KeptGauges(Signal.CIRCUIT_MAX, telemetry::busy);
        this.counts = new TunnelCounts(registry);
        this.lag = Signal.RECORDS_LAG.timer().register(registry);
        this.fit = new KeptGauges(Signal.ENDPOINTS_FIT, telemetry::busy);
        this.config = new KeptGauges(Signal.CONFIG_INFO, telemetry::busy);
        this.orders = new KeptGauges(Signal.ORDERS, telemetry::busy);
        this.folders = new KeptGauges(Signal.FOLDERS, telemetry::busy);
        this.stages = new KeptGauges(Signal.STAGES, telemetry::busy);
        single(Signal.CERTIFICATE_EXPIRY, secondsToExpiry, registry);
        single(Signal.CLUSTER_MEMBERS, members, registry);
    }

    private static void single(Signal signal, LongSupplier value, MeterRegistry registry) {
        Gauge.builder(signal.meter(), value::getAsLong)
                .description(signal.meaning())
                .baseUnit(signal.baseUnit())
                .register(registry);
    }

    /**
     * What is served and published.
     *
     * @param revision what this node serves, as documents are named that are in force together
     * @param sources of which this node holds revisions
     * @param orders of operators, in force
     * @param folders how each folder of this node is, by its source
     * @param stages what some nodes try, by its source
     */
    public record Published(
            String revision,
            SortedSet<String> sources,
            List<StandingOrder> orders,
            SortedMap<String, String> folders,
            SortedMap<String, Stages.InForce> stages) {}

    /** A record that another node stamped so long ago is kept from now on; clocks that differ may make it negative. Any thread. */
    public void recordKept(long millis) {
        lag.record(Math.max(0, millis), TimeUnit.MILLISECONDS);
    }

    /** Takes in what is believed now; every few seconds. Where that is going on already nothing is done. */
    public void refresh(Collection<PeerState> peers, List<ServiceStatus> services, Published published) {
        if (refreshing.compareAndSet(false, true)) {
            try {
                registerTunnels(peers);
                registerServices(services);
                registerConnections(services);
                registerCircuits(services);
                register(published);
            } finally {
                refreshing.set(false);
            }
        }
    }

    private void registerTunnels(Collection<PeerState> peers) {
        List<Row> roundTripRows = new ArrayList<>();
        List<Row> upRows = new ArrayList<>();
        List<Row> streamRows = new ArrayList<>();
        List<Row> windowRows = new ArrayList<>();
        Map<NodeName, Double> seconds = new HashMap<>();
        counts.forgetOthers(peers);
        for (PeerState peer : peers) {
            Tags tags = Tags.of(
                    Tag.PEER,
                    peer.node().value(),
                    Tag.DESTINATION_SITE,
                    peer.site().value());
            double roundTrip = peer.roundTripMicros() / MICROS_PER_SECOND;
            roundTripRows.add(new Row(tags, roundTrip));
            if (roundTrip > 0) {
                seconds.put(peer.node(), roundTrip);
            }
            upRows.add(new Row(tags, worth(peer.liveness())));
            streamRows.add(new Row(tags, peer.streams()));
            windowRows.add(new Row(tags, peer.windowBytes()));
            counts.seen(peer);
        }
        told.now(seconds);
        roundTrips.show(roundTripRows);
        up.show(upRows);
        streams.show(streamRows);
        windows.show(windowRows);
    }

    private void registerServices(List<ServiceStatus> services) {
        List<Row> shareRows = new ArrayList<>();
        List<Row> stateRows = new ArrayList<>();
        List<Row> fitRows = new ArrayList<>();
        List<Row> knownRows = new ArrayList<>();
        for (ServiceStatus service : services) {
            String name = service.service().value();
            fitRows.add(new Row(Tags.of(Tag.SERVICE, name), service.local().fit()));
            knownRows.add(new Row(Tags.of(Tag.SERVICE, name), service.local().total()));
            for (SiteShare share : service.weights().shares()) {
                Tags tags = Tags.of(
                        Tag.SERVICE,
                        name,
                        Tag.DESTINATION_SITE,
                        share.site().value(),
                        Tag.TIER,
                        Integer.toString(share.tier()));
                shareRows.add(new Row(tags, share.weight()));
                stateRows.add(new Row(tags.and(Tag.STATE, UpstreamMeters.word(share.why())), 1));
            }
        }
        shares.show(shareRows);
        states.show(stateRows);
        fit.show(fitRows);
        known.show(knownRows);
    }

    private void registerConnections(List<ServiceStatus> services) {
        List<Row> rows = new ArrayList<>();
        for (ServiceStatus service : services) {
            rows.add(new Row(Tags.of(Tag.SERVICE, service.service().value()), service.connections()));
        }
        connections.show(rows);
    }

    private void registerCircuits(List<ServiceStatus> services) {
        List<Row> used = new ArrayList<>();
        List<Row> max = new ArrayList<>();
        for (ServiceStatus service : services) {
            for (ServiceStatus.Bound bound : service.bounds()) {
                Tags tags = Tags.of(Tag.SERVICE, service.service().value(), Tag.LIMIT, bound.name());
                used.add(new Row(tags, bound.used()));
                max.add(new Row(tags, bound.max()));
            }
        }
        circuitUsed.show(used);
        circuitMax.show(max);
    }

    /** A row for each source: the name of the only one, which the revision leaves out, is taken from what this node holds. */
    private static List<Row> revisionRows(Published published) {
        List<Row> rows = new ArrayList<>();
        String only = published.sources().size() == 1 ? published.sources().first() : ExchangeMeters.NOTHING;
        for (String part : published.revision().split(",", -1)) {
            int at = part.indexOf('@');
            String source = at < 0 ? only : part.substring(0, at);
            rows.add(new Row(Tags.of(Tag.SOURCE, source, Tag.REVISION, part.substring(at + 1)), 1));
        }
        return rows;
    }

    private void register(Published published) {
        orders.show(orderRows(published.orders()));
        config.show(revisionRows(published));
        List<Row> folderRows = new ArrayList<>();
        published
                .folders()
                .forEach((source, state) -> folderRows.add(new Row(Tags.of(Tag.SOURCE, source, Tag.STATE, state), 1)));
        folders.show(folderRows);
        List<Row> stageRows = new ArrayList<>();
        published
                .stages()
                .forEach((source, staged) -> stageRows.add(new Row(
                        Tags.of(Tag.SOURCE, source, Tag.REVISION, staged.stage().revision()), staged.here() ? 1 : 0)));
        stages.show(stageRows);
    }

    private static List<Row> orderRows(List<StandingOrder> standing) {
        List<Row> rows = new ArrayList<>();
        for (OrderAction action : OrderAction.values()) {
            long count = standing.stream()
                    .filter(order -> order.order() != null && OrderAction.of(order.order()) == action)
                    .count();
            rows.add(new Row(Tags.of(Tag.ORDER, action.word()), count));
        }
        return rows;
    }

    private static double worth(Liveness liveness) {
        return switch (liveness) {
            case UP -> 1;
            case SUSPECT -> 0.5;
            case CONNECTING, DEAD -> 0;
        };
    }
}

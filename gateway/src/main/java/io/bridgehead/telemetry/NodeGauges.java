package io.bridgehead.telemetry;

import io.bridgehead.failover.SiteShare;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.sync.OrderAction;
import io.bridgehead.sync.Stages;
import io.bridgehead.sync.StandingOrder;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.upstream.ServiceStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Meters of what the node believes: tunnels, shares of sites, endpoints, revision, certificate, cluster. Those whose labels come and go are
 * renewed by {@link #refresh}, at most {@value #ROWS_MAX} of a kind.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class NodeGauges {
    public static final int ROWS_MAX = 2_000;

    private static final Duration[] LAGS = {
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5)
    };

    private static final double MICROS_PER_SECOND = 1e6;

    private final MultiGauge roundTrips;
    private final RoundTrips told;
    private final MultiGauge up;
    private final MultiGauge streams;
    private final MultiGauge windows;
    private final MultiGauge shares;
    private final MultiGauge states;
    private final MultiGauge known;
    private final MultiGauge connections;
    private final MultiGauge circuitUsed;
    private final MultiGauge circuitMax;
    private final TunnelCounts counts;
    private final Timer lag;
    private final MultiGauge fit;
    private final MultiGauge config;
    private final MultiGauge orders;
    private final MultiGauge folders;
    private final MultiGauge stages;
    private volatile List<Standing> shown = List.of();
    private volatile List<Connected> shownConnected = List.of();

    /**
     * Registers them.
     *
     * @param secondsToExpiry of this node's certificate
     * @param members of the cluster, this node included
     */
    public NodeGauges(Telemetry telemetry, LongSupplier secondsToExpiry, LongSupplier members) {
        MeterRegistry registry = telemetry.registry();
        this.told = telemetry.roundTrips();
        this.roundTrips = multi(Signal.TUNNEL_ROUND_TRIP, registry);
        this.up = multi(Signal.TUNNEL_UP, registry);
        this.streams = multi(Signal.TUNNEL_STREAMS, registry);
        this.windows = multi(Signal.TUNNEL_WINDOWS, registry);
        this.shares = multi(Signal.SITE_SHARE, registry);
        this.states = multi(Signal.FAILOVER_STATE, registry);
        this.known = multi(Signal.ENDPOINTS_KNOWN, registry);
        this.connections = multi(Signal.ENDPOINT_CONNECTIONS, registry);
        this.circuitUsed = multi(Signal.CIRCUIT_USED, registry);
        this.circuitMax = multi(Signal.CIRCUIT_MAX, registry);
        this.counts = new TunnelCounts(registry);
        this.lag = Timer.builder(Signal.RECORDS_LAG.meter())
                .description(Signal.RECORDS_LAG.meaning())
                .serviceLevelObjectives(LAGS)
                .register(registry);
        this.fit = multi(Signal.ENDPOINTS_FIT, registry);
        this.config = multi(Signal.CONFIG_INFO, registry);
        this.orders = multi(Signal.ORDERS, registry);
        this.folders = multi(Signal.FOLDERS, registry);
        this.stages = multi(Signal.STAGES, registry);
        single(Signal.CERTIFICATE_EXPIRY, secondsToExpiry, registry);
        single(Signal.CLUSTER_MEMBERS, members, registry);
    }

    private static MultiGauge multi(Signal signal, MeterRegistry registry) {
        MultiGauge.Builder builder = MultiGauge.builder(signal.meter()).description(signal.meaning());
        String unit = baseUnit(signal);
        return (unit.isEmpty() ? builder : builder.baseUnit(unit)).register(registry);
    }

    private static String baseUnit(Signal signal) {
        return switch (signal.unit()) {
            case "s" -> "seconds";
            case "By" -> "bytes";
            default -> "";
        };
    }

    private static void single(Signal signal, LongSupplier value, MeterRegistry registry) {
        Gauge.Builder<?> builder =
                Gauge.builder(signal.meter(), value::getAsLong).description(signal.meaning());
        (signal.unit().equals("s") ? builder.baseUnit("seconds") : builder).register(registry);
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

    /** Takes in what is believed now; every few seconds. */
    public void refresh(Collection<PeerState> peers, List<ServiceStatus> services, Published published) {
        List<Row<?>> roundTripRows = new ArrayList<>();
        List<Row<?>> upRows = new ArrayList<>();
        List<Row<?>> streamRows = new ArrayList<>();
        List<Row<?>> windowRows = new ArrayList<>();
        Map<NodeName, Double> seconds = new HashMap<>();
        for (PeerState peer : peers) {
            Tags tags = Tags.of(
                    Signal.Tag.PEER,
                    peer.node().value(),
                    Signal.Tag.DESTINATION_SITE,
                    peer.site().value());
            double roundTrip = peer.roundTripMicros() / MICROS_PER_SECOND;
            roundTripRows.add(Row.of(tags, roundTrip));
            if (roundTrip > 0) {
                seconds.put(peer.node(), roundTrip);
            }
            upRows.add(Row.of(tags, worth(peer.liveness())));
            streamRows.add(Row.of(tags, peer.streams()));
            windowRows.add(Row.of(tags, peer.windowBytes()));
            counts.seen(peer);
        }
        told.now(seconds);
        roundTrips.register(bounded(roundTripRows), true);
        up.register(bounded(upRows), true);
        streams.register(bounded(streamRows), true);
        windows.register(bounded(windowRows), true);
        registerServices(services);
        registerConnections(services);
        registerCircuits(services);
        register(published);
    }

    /** What is shown of a service. */
    private record Standing(ServiceName service, int fit, int known, SiteWeights weights) {}

    /** Thousands of rows are made only when they differ from those before. */
    private void registerServices(List<ServiceStatus> services) {
        List<Standing> now = services.stream()
                .map(service -> new Standing(
                        service.service(),
                        service.local().fit(),
                        service.local().total(),
                        service.weights()))
                .toList();
        if (now.equals(shown)) {
            return;
        }
        shown = now;
        List<Row<?>> shareRows = new ArrayList<>();
        List<Row<?>> stateRows = new ArrayList<>();
        List<Row<?>> fitRows = new ArrayList<>();
        List<Row<?>> knownRows = new ArrayList<>();
        for (ServiceStatus service : services) {
            String name = service.service().value();
            fitRows.add(
                    Row.of(Tags.of(Signal.Tag.SERVICE, name), service.local().fit()));
            knownRows.add(
                    Row.of(Tags.of(Signal.Tag.SERVICE, name), service.local().total()));
            for (SiteShare share : service.weights().shares()) {
                Tags tags = Tags.of(
                        Signal.Tag.SERVICE,
                        name,
                        Signal.Tag.DESTINATION_SITE,
                        share.site().value(),
                        Signal.Tag.TIER,
                        Integer.toString(share.tier()));
                shareRows.add(Row.of(tags, share.weight()));
                stateRows.add(Row.of(tags.and(Signal.Tag.STATE, UpstreamMeters.word(share.why())), 1));
            }
        }
        shares.register(bounded(shareRows), true);
        states.register(bounded(stateRows), true);
        fit.register(bounded(fitRows), true);
        known.register(bounded(knownRows), true);
    }

    private record Connected(ServiceName service, long connections) {}

    private void registerConnections(List<ServiceStatus> services) {
        List<Connected> now = services.stream()
                .map(service -> new Connected(service.service(), service.connections()))
                .toList();
        if (now.equals(shownConnected)) {
            return;
        }
        shownConnected = now;
        List<Row<?>> rows = new ArrayList<>();
        now.forEach(one -> rows.add(Row.of(Tags.of(Signal.Tag.SERVICE, one.service.value()), one.connections)));
        connections.register(bounded(rows), true);
    }

    private void registerCircuits(List<ServiceStatus> services) {
        List<Row<?>> used = new ArrayList<>();
        List<Row<?>> max = new ArrayList<>();
        for (ServiceStatus service : services) {
            for (ServiceStatus.Bound bound : service.bounds()) {
                Tags tags = Tags.of(Signal.Tag.SERVICE, service.service().value(), Signal.Tag.LIMIT, bound.name());
                used.add(Row.of(tags, bound.used()));
                max.add(Row.of(tags, bound.max()));
            }
        }
        circuitUsed.register(bounded(used), true);
        circuitMax.register(bounded(max), true);
    }

    /** A row for each source: the name of the only one, which the revision leaves out, is taken from what this node holds. */
    private static List<Row<?>> revisionRows(Published published) {
        List<Row<?>> rows = new ArrayList<>();
        String only = published.sources().size() == 1 ? published.sources().first() : ExchangeMeters.NOTHING;
        for (String part : published.revision().split(",", -1)) {
            int at = part.indexOf('@');
            String source = at < 0 ? only : part.substring(0, at);
            rows.add(Row.of(Tags.of(Signal.Tag.SOURCE, source, Signal.Tag.REVISION, part.substring(at + 1)), 1));
        }
        return bounded(rows);
    }

    private void register(Published published) {
        orders.register(orderRows(published.orders()), true);
        config.register(revisionRows(published), true);
        List<Row<?>> folderRows = new ArrayList<>();
        published
                .folders()
                .forEach((source, state) ->
                        folderRows.add(Row.of(Tags.of(Signal.Tag.SOURCE, source, Signal.Tag.STATE, state), 1)));
        folders.register(bounded(folderRows), true);
        List<Row<?>> stageRows = new ArrayList<>();
        published
                .stages()
                .forEach((source, staged) -> stageRows.add(Row.of(
                        Tags.of(
                                Signal.Tag.SOURCE,
                                source,
                                Signal.Tag.REVISION,
                                staged.stage().revision()),
                        staged.here() ? 1 : 0)));
        stages.register(bounded(stageRows), true);
    }

    private static List<Row<?>> orderRows(List<StandingOrder> standing) {
        List<Row<?>> rows = new ArrayList<>();
        for (OrderAction action : OrderAction.values()) {
            long count = standing.stream()
                    .filter(order -> order.order() != null && OrderAction.of(order.order()) == action)
                    .count();
            rows.add(Row.of(Tags.of(Signal.Tag.ORDER, action.word()), count));
        }
        return rows;
    }

    private static List<Row<?>> bounded(List<Row<?>> rows) {
        return rows.size() <= ROWS_MAX ? rows : rows.subList(0, ROWS_MAX);
    }

    private static double worth(Liveness liveness) {
        return switch (liveness) {
            case UP -> 1;
            case SUSPECT -> 0.5;
            case CONNECTING, DEAD -> 0;
        };
    }
}

package io.bridgehead.telemetry;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.Otlp;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.proxy.AttemptRecord;
import io.bridgehead.proxy.EntryPoint;
import io.bridgehead.proxy.ExchangeObserver;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.MirrorOutcome;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.sync.Traffic;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.OutsideTls;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals of one node: meters for Prometheus and OTLP, spans, the access log.
 *
 * <p><b>Threads</b>: observers are called on any thread and never wait; lines and spans are written by the exporter thread.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Telemetry implements ExchangeObserver, AutoCloseable {
    /** How often {@link #tick} wants to be called. */
    public static final long TICK_MILLIS = MeterClock.TICK_MILLIS;

    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");
    /** A property of the JVM that leaves exchanges unmeasured: for comparisons of what that costs, because much is judged by these meters. */
    private static final String UNMEASURED_PROPERTY = "bridgehead.unsafeUnmeasured";

    private static final long CLOSE_MILLIS_MAX = 3_000;

    private final PrometheusMeterRegistry prometheus;
    private final MeterRegistry registry;
    private final MeterClock clock;
    private final ExchangeMeters exchanges;
    private final Withdrawals withdrawals;
    private final RecentEvents events = new RecentEvents();
    private final LongAdder active = new LongAdder();
    private final boolean measures = !Boolean.getBoolean(UNMEASURED_PROPERTY);
    private final ExchangeSignals signals;
    private final Closing closing;

    /** What it takes to end in time. */
    private record Closing(ThreadFactory threads, LongSupplier nanoTime) {}

    private Telemetry(
            PrometheusMeterRegistry prometheus,
            MeterRegistry registry,
            ExchangeMeters exchanges,
            MeterClock clock,
            ExchangeSignals signals,
            Closing closing) {
        this.prometheus = prometheus;
        this.registry = registry;
        this.clock = clock;
        this.exchanges = exchanges;
        this.withdrawals = new Withdrawals(registry, InstantSource.system());
        this.signals = signals;
        this.closing = closing;
    }

    /**
     * Starts the signals of a node.
     *
     * @param epochMillis the wall clock
     * @param nanoTime the loops' monotone clock
     * @param threads makes the exporter thread
     * @throws IOException when the access log's file cannot be opened
     * @throws MaterialException when a file of {@code telemetry.otlp.tls} cannot be used
     */
    public static Telemetry start(
            NodeConfig config, String version, LongSupplier epochMillis, LongSupplier nanoTime, ThreadFactory threads)
            throws IOException, MaterialException {
        MeterClock clock = new MeterClock(epochMillis, nanoTime);
        Otlp otlp = config.telemetry().otlp();
        OutsideTls tls = tls(otlp);
        MeasuredTrace measured = otlp != null && otlp.traces() ? new MeasuredTrace() : null;
        PrometheusRegistry scraped = new PrometheusRegistry();
        PrometheusMeterRegistry prometheus =
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, scraped, clock, measured);
        if (config.telemetry().metrics().envoyAliases()) {
            scraped.register(new EnvoyAliases(prometheus));
        }
        MetricsPush push = otlp != null && otlp.metrics() ? OtlpMetrics.push(tls, new Repeats(nanoTime)) : null;
        MeterRegistry registry = otlp != null && push != null
                ? both(prometheus, OtlpMetrics.registry(base(otlp), otlp, config, measured, push))
                : prometheus;
        registry.config()
                .commonTags(Tags.of(
                        "node",
                        config.node().value(),
                        "site",
                        config.site().name().value()));
        ProcessMeters.filter(registry);
        if (push != null) {
            push.measure(registry);
        }
        long offset = epochMillis.getAsLong() * 1_000_000 - nanoTime.getAsLong();
        ExchangeSignals signals = new ExchangeSignals(config, version, tls, new EpochClock(offset), nanoTime, threads);
        if (config.telemetry().log().priority()) {
            NodeLines.sayPriorities();
        }
        ExchangeMeters exchanges = new ExchangeMeters(registry, config.site().name(), measured);
        Telemetry telemetry =
                new Telemetry(prometheus, registry, exchanges, clock, signals, new Closing(threads, nanoTime));
        telemetry.begin();
        return telemetry;
    }

    /** Reads the wall clock for the meters; to be called every {@link #TICK_MILLIS} ms or so. */
    public void tick() {
        clock.tick();
    }

    private static MeterRegistry both(MeterRegistry one, MeterRegistry other) {
        CompositeMeterRegistry both = new CompositeMeterRegistry();
        both.add(one);
        both.add(other);
        return both;
    }

    private void begin() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        GcMeters.bindTo(registry);
        ProcessMeters.bindTo(registry);
        gauge(Signal.ACTIVE, active::sum);
        signals.measure(registry);
        signals.start();
        events.attach();
    }

    private void gauge(Signal signal, LongSupplier value) {
        Gauge.builder(signal.meter(), value::getAsLong)
                .description(signal.meaning())
                .register(registry);
    }

    private static @Nullable OutsideTls tls(@Nullable Otlp otlp) throws MaterialException {
        Otlp.Tls tls = otlp == null ? null : otlp.tls();
        return tls == null
                ? null
                : OutsideTls.of(
                        new OutsideTls.Sources(tls.authorities(), tls.certificate(), tls.key()),
                        problem -> LOG.atError()
                                .log("telemetry.otlp.tls: not used, the old stays: {}", problem.getMessage()));
    }

    static String base(Otlp otlp) {
        String text = otlp.endpoint().toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** What this node has answered since it started from its own site, or refused. */
    public Traffic traffic() {
        return exchanges.traffic();
    }

    /** What has ended since the start, by service and sites, the busiest first. Looks at every series: not for an event loop. */
    public List<TrafficRow> rows() {
        return TrafficRow.of(prometheus);
    }

    /** What the log said last. */
    public RecentEvents events() {
        return events;
    }

    /** How often an AuthorizationPolicy decided or remarked on a request or connection that has ended, since the start. */
    public long matches(String policy) {
        return exchanges.rules().matches(policy);
    }

    /** How often somebody else was asked about requests of a service that have ended since the start. */
    public long checks(String service) {
        return exchanges.rules().checks(service);
    }

    @Override
    public void started(ExchangeRecord exchange) {
        active.increment();
    }

    @Override
    public void attemptEnded(ExchangeRecord exchange, AttemptRecord attempt) {
        if (measures) {
            exchanges.attemptEnded(exchange, attempt);
        }
    }

    @Override
    public void mirrored(ServiceRoute service, MirrorOutcome outcome) {
        exchanges.rules().mirrored(service, outcome);
    }

    @Override
    public void ended(ExchangeRecord exchange) {
        if (exchange.wasStarted()) {
            active.decrement();
        }
        if (measures) {
            exchanges.ended(exchange);
        }
        if (exchange.isWithdrawn()) {
            withdrawn(exchange);
        }
        signals.ended(exchange);
    }

    private void withdrawn(ExchangeRecord exchange) {
        ServiceRoute route = exchange.route();
        withdrawals.add(
                exchange.entry().kind() == EntryPoint.Kind.TCP
                        ? Withdrawals.Kind.CONNECTION
                        : Withdrawals.Kind.EXCHANGE,
                Withdrawal.POLICY,
                exchange.caller().identity().toString(),
                route == null ? "" : route.name().value(),
                exchange.detail());
    }

    /** What was closed because it would not be admitted any more. */
    public Withdrawals withdrawals() {
        return withdrawals;
    }

    /** What clients' connections are counted by. */
    ConnectionMeters connections() {
        return exchanges.connections();
    }

    /** What spans say of tunnels. */
    RoundTrips roundTrips() {
        return signals.roundTrips();
    }

    /** Where the other parts of the node register their meters. */
    MeterRegistry registry() {
        return registry;
    }

    /** All meters in Prometheus' text form, or in that of OpenMetrics when asked by that content type. */
    public String scrape(String contentType) {
        return Scraping.of(prometheus, contentType);
    }

    /** Writes what is queued, within 3 s; a collector that is silent by then misses the rest. */
    @Override
    public void close() {
        events.detach();
        long end = closing.nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS_MAX);
        // the last push waits for the collector's answer, longer than a node that stops may take
        Thread lastPush = closing.threads.newThread(registry::close);
        lastPush.start();
        try {
            signals.close(CLOSE_MILLIS_MAX);
            lastPush.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - closing.nanoTime.getAsLong())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

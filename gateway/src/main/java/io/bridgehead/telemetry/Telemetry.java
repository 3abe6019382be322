package io.bridgehead.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.bridgehead.config.AccessLog;
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
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
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
    private static final long LEFT_MILLIS_MAX = 10_000;

    private final MeterPlaces meters;
    private final MeterClock clock;
    private final ExchangeMeters exchanges;
    private final Withdrawals withdrawals;
    private final RecentEvents events = new RecentEvents();
    private final LogDoor log = new LogDoor(Logger.ROOT_LOGGER_NAME, this::said);
    private final LogDoor auditLog = new LogDoor(AuditFile.LOGGER, this::audited);
    private final LongAdder active = new LongAdder();
    private final boolean measures = !Boolean.getBoolean(UNMEASURED_PROPERTY);
    private final ExchangeSignals.Surroundings around;
    private final Set<Thread> leaving = ConcurrentHashMap.newKeySet();
    /** Those that were in use and may have things to write. */
    private final List<ExchangeSignals> before = new CopyOnWriteArrayList<>();

    private volatile ExchangeSignals signals;
    private volatile NodeConfig config;

    private Telemetry(
            NodeConfig config,
            MeterPlaces meters,
            ExchangeMeters exchanges,
            MeterClock clock,
            ExchangeSignals signals,
            ExchangeSignals.Surroundings around) {
        this.config = config;
        this.meters = meters;
        this.clock = clock;
        this.exchanges = exchanges;
        this.withdrawals = new Withdrawals(meters.all(), InstantSource.system());
        this.signals = signals;
        this.around = around;
    }

    /**
     * Starts the signals of a node.
     *
     * @param epochMillis the wall clock
     * @param nanoTime the loops' monotone clock
     * @param threads makes the threads that write
     * @throws IOException when a file of signals cannot be opened
     * @throws MaterialException when a file of {@code telemetry.otlp.tls} cannot be used
     */
    public static Telemetry start(
            NodeConfig config, String version, LongSupplier epochMillis, LongSupplier nanoTime, ThreadFactory threads)
            throws IOException, MaterialException {
        MeterClock clock = new MeterClock(epochMillis, nanoTime);
        Otlp otlp = config.telemetry().otlp();
        OutsideTls tls = tls(otlp);
        MeasuredTrace measured = otlp != null && otlp.traces() ? new MeasuredTrace() : null;
        Repeats failures = new Repeats(nanoTime);
        MeterPlaces meters = new MeterPlaces(config, clock, measured, failures);
        long offset = epochMillis.getAsLong() * 1_000_000 - nanoTime.getAsLong();
        ExchangeSignals.Surroundings around = new ExchangeSignals.Surroundings(
                version, new EpochClock(offset), nanoTime, threads, new RoundTrips(), meters.losses(), failures);
        ExchangeSignals signals = new ExchangeSignals(config, tls, around);
        ExchangeMeters exchanges =
                new ExchangeMeters(meters.all(), config.site().name(), measured);
        Telemetry telemetry = new Telemetry(config, meters, exchanges, clock, signals, around);
        telemetry.begin(tls);
        return telemetry;
    }

    /** The signals of another configuration, opened and not in use. */
    public final class Prepared {
        private final NodeConfig next;
        private final @Nullable OutsideTls tls;
        private final @Nullable ExchangeSignals signals;
        private final List<Reopened> reopened;

        private Prepared(
                NodeConfig next, @Nullable OutsideTls tls, @Nullable ExchangeSignals signals, List<Reopened> reopened) {
            this.next = next;
            this.tls = tls;
            this.signals = signals;
            this.reopened = reopened;
        }

        /** Whether it differs from what is in use. */
        public boolean isOther() {
            return signals != null;
        }

        /** The log files that were opened, in any case: what was there under their names may have been renamed. */
        public List<Path> files() {
            Stream<LogFile> files = signals == null ? reopened.stream().map(Reopened::file) : signals.files().stream();
            return files.map(LogFile::path).filter(Objects::nonNull).toList();
        }

        /** Gives them up. */
        public void drop() {
            if (signals != null) {
                signals.drop();
            }
            reopened.forEach(one -> LogFile.close(one.there));
        }

        /**
         * Puts them in use, in place of those that were. Those have all that ended before, and write it until they are {@link Left#end ended}.
         *
         * @return what was in use
         */
        public Left use() {
            return swap(this);
        }
    }

    /** A file in use that was opened again. */
    private record Reopened(LogFile file, OutputStream there) {
        void use() {
            file.goOn(there);
        }
    }

    /** What was in use and has things to write. */
    @FunctionalInterface
    public interface Left {
        /** Has it write what it has, within {@value #LEFT_MILLIS_MAX} ms; what is left then is counted as lost. Does not wait. */
        void end();

        /** The same once something has happened, or failed to, and so much later at the latest: what comes after it in a file waits for that. */
        default void endAfter(CompletionStage<?> last, long millisMax) {
            CompletableFuture<?> _ = last.toCompletableFuture()
                    .thenApply(_ -> true)
                    .orTimeout(millisMax, TimeUnit.MILLISECONDS)
                    .whenComplete((_, _) -> end());
        }
    }

    /**
     * Opens the signals of another configuration, or the files of the one in use once more. Files are appended to; nothing changes for those in use.
     *
     * @throws IOException when a file of signals cannot be opened
     * @throws MaterialException when a file of {@code telemetry.otlp.tls} cannot be used
     */
    public Prepared prepare(NodeConfig next) throws IOException, MaterialException {
        if (next.telemetry().equals(config.telemetry())) {
            return new Prepared(next, null, null, again(signals.files()));
        }
        OutsideTls tls = tls(next.telemetry().otlp());
        return new Prepared(next, tls, new ExchangeSignals(next, tls, around), List.of());
    }

    /**
     * Why {@link #prepare} would fail, as far as it can be said without opening or making a file.
     *
     * @return empty when nothing stands against it
     */
    public List<String> problems(NodeConfig next) {
        List<String> problems = new ArrayList<>();
        try {
            OutsideTls _ = tls(next.telemetry().otlp());
        } catch (MaterialException e) {
            problems.add("telemetry.otlp.tls: " + e.getMessage());
        }
        AccessLog lines = next.telemetry().accessLog();
        Path written = lines.enabled() ? lines.path() : null;
        Path audited = next.telemetry().audit().path();
        for (Path path : Stream.of(written, audited).filter(Objects::nonNull).toList()) {
            String problem = LogFile.problem(path);
            if (problem != null) {
                problems.add("telemetry: " + problem);
            }
        }
        if (audited != null && audited.equals(written)) {
            problems.add("telemetry: audit.path " + audited + " is the file of accessLog.path; expected another file");
        }
        return problems;
    }

    /**
     * Opens the files in use once more, each by itself: what was there under their names may have been renamed.
     *
     * @return what is wrong with those that cannot be opened; what was open is written to as before then
     */
    public List<String> openAgain() {
        List<String> problems = new ArrayList<>();
        for (LogFile file : signals.files()) {
            try {
                again(List.of(file)).forEach(Reopened::use);
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        return problems;
    }

    private static List<Reopened> again(List<LogFile> files) throws IOException {
        List<Reopened> opened = new ArrayList<>();
        for (LogFile file : files) {
            try {
                OutputStream there = file.again();
                if (there != null) {
                    opened.add(new Reopened(file, there));
                }
            } catch (IOException e) {
                opened.forEach(one -> LogFile.close(one.there));
                throw e;
            }
        }
        return opened;
    }

    private Left swap(Prepared prepared) {
        prepared.reopened.forEach(Reopened::use);
        ExchangeSignals fresh = prepared.signals;
        if (fresh == null) {
            return () -> {};
        }
        ExchangeSignals left = signals;
        before.removeIf(ExchangeSignals::hasEnded);
        before.add(left);
        // before it begins, because what is pushed is what the log shows
        NodeLines.use(prepared.next.telemetry().log());
        fresh.start(before);
        if (fresh.isAudited()) {
            AuditFile.kept(true);
        }
        signals = fresh;
        if (left.isAudited() && !fresh.isAudited()) {
            AuditFile.kept(false);
        }
        config = prepared.next;
        Runnable lastPush = meters.use(prepared.next, prepared.tls);
        exchanges.in(meters.busy());
        return () -> end(left, lastPush);
    }

    private void end(ExchangeSignals left, @Nullable Runnable lastPush) {
        Thread ending = around.threads().newThread(() -> {
            try {
                left.close(LEFT_MILLIS_MAX);
                if (lastPush != null) {
                    lastPush.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            leaving.remove(Thread.currentThread());
        });
        leaving.add(ending);
        ending.start();
    }

    /** Reads the wall clock for the meters; to be called every {@link #TICK_MILLIS} ms or so. */
    public void tick() {
        clock.tick();
    }

    private void begin(@Nullable OutsideTls tls) {
        Runnable _ = meters.use(config, tls);
        exchanges.in(meters.busy());
        NodeLines.use(config.telemetry().log());
        MeterRegistry registry = meters.all();
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        GcMeters.bindTo(registry);
        ProcessMeters.bindTo(registry);
        Gauge.builder(Signal.ACTIVE.meter(), active::sum)
                .description(Signal.ACTIVE.meaning())
                .register(registry);
        signals.start(List.of());
        if (signals.isAudited()) {
            AuditFile.kept(true);
        }
        log.attach();
        auditLog.attach();
        events.attach();
    }

    private void said(ILoggingEvent line) {
        signals.said(line);
    }

    private void audited(ILoggingEvent line) {
        signals.audited(line);
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
        return TrafficRow.of(meters.prometheus());
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
        return around.roundTrips();
    }

    /** Where the other parts of the node register their meters. */
    MeterRegistry registry() {
        return meters.all();
    }

    /** The same for meters that are many or asked for often: the one place while there is but one; another one after a reload. */
    MeterRegistry busy() {
        return meters.busy();
    }

    /** All meters in Prometheus' text form, or in that of OpenMetrics when asked by that content type. */
    public String scrape(String contentType) {
        return Scraping.of(meters.prometheus(), contentType);
    }

    private long millisTo(long end) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - around.nanoTime().getAsLong()));
    }

    /** Writes what is queued, within 3 s; a collector that is silent by then misses the rest. */
    @Override
    public void close() {
        events.detach();
        long end = around.nanoTime().getAsLong() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS_MAX);
        // the last push waits for the collector's answer, longer than a node that stops may take
        Thread lastPush = around.threads().newThread(meters::close);
        lastPush.start();
        try {
            log.detach();
            auditLog.detach();
            if (signals.isAudited()) {
                AuditFile.kept(false);
            }
            // these wait for those
            before.forEach(ExchangeSignals::end);
            signals.close(CLOSE_MILLIS_MAX);
            for (ExchangeSignals left : before) {
                left.close(millisTo(end));
            }
            leaving.add(lastPush);
            for (Thread left : leaving) {
                left.join(millisTo(end));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

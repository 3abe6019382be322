package io.bridgehead.telemetry;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TraceContext;
import io.bridgehead.proxy.AttemptRecord;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.sync.Traffic;
import io.bridgehead.upstream.AttemptOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The meters of exchanges, each looked up by its labels once and then kept. Any thread. At most {@value #SERIES_MAX} series are made; what
 * would be more is counted in one whose labels are {@code overflow}.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ExchangeMeters {
    static final int SERIES_MAX = 5_000;

    static final String NOTHING = "none";
    static final String OVERFLOW = "overflow";
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY");

    private volatile MeterRegistry registry;
    /** How many there have been. */
    private final AtomicInteger places = new AtomicInteger();

    private final SiteName own;
    private final RuleMeters rules;
    private final ConnectionMeters connections;
    private final @Nullable MeasuredTrace measured;
    private final ConcurrentHashMap<ServerKey, Server> servers = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ClientKey, Client> clients = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<CallKey, Timer> calls = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> hedges = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> budgetsSpent = new ConcurrentHashMap<>();
    private final LongAdder answeredHere = new LongAdder();
    private final LongAdder failedHere = new LongAdder();

    /** The bounds of the buckets of every duration, in milliseconds and in order. */
    static List<Long> boundsMillis() {
        return Form.DURATION.durations().stream().map(Duration::toMillis).toList();
    }

    /**
     * @param own the node's site
     * @param measured who is told of the trace of what is measured; null when nobody keeps exemplars
     */
    ExchangeMeters(MeterRegistry registry, SiteName own, @Nullable MeasuredTrace measured) {
        this.registry = registry;
        this.own = own;
        this.measured = measured;
        this.rules = new RuleMeters(registry);
        this.connections = new ConnectionMeters(registry);
    }

    /** Has meters be in another place from now on; what was counted stays where it is. */
    void in(MeterRegistry other) {
        registry = other;
        places.incrementAndGet();
        servers.replaceAll((key, known) -> make(key, known.culprit));
        clients.replaceAll((key, _) -> client(key));
        calls.replaceAll((key, _) -> call(key));
        hedges.replaceAll((service, _) -> counter(Signal.HEDGES, Tag.SERVICE, service));
        budgetsSpent.replaceAll((service, _) -> counter(Signal.RETRY_BUDGET_SPENT, Tag.SERVICE, service));
    }

    /**
     * The one of a key, made if it is new; made again if meters had their place changed meanwhile, which {@link #in} may have been too early to see.
     */
    private <K, V> V made(ConcurrentHashMap<K, V> known, K key, Function<K, V> make) {
        int place = places.get();
        V made = known.computeIfAbsent(key, make);
        while (place != places.get()) {
            place = places.get();
            made = make.apply(key);
            known.put(key, made);
        }
        return made;
    }

    private static final int FAILED_FROM = 500;

    private record ServerKey(
            String listener,
            String service,
            String route,
            String sourceSite,
            String destinationSite,
            int tier,
            String method,
            int status,
            String error) {
        static final ServerKey MORE =
                new ServerKey(OVERFLOW, OVERFLOW, OVERFLOW, OVERFLOW, OVERFLOW, 0, OVERFLOW, 0, OVERFLOW);
    }

    private record ClientKey(
            String service,
            String route,
            String sourceSite,
            String destinationSite,
            int tier,
            int status,
            String error) {
        static final ClientKey MORE = new ClientKey(OVERFLOW, OVERFLOW, OVERFLOW, OVERFLOW, 0, 0, OVERFLOW);
    }

    private record CallKey(
            String listener,
            String service,
            String route,
            String sourceSite,
            String destinationSite,
            String status,
            String error) {
        static final CallKey MORE = new CallKey(OVERFLOW, OVERFLOW, OVERFLOW, OVERFLOW, OVERFLOW, OVERFLOW, OVERFLOW);
    }

    /** @param culprit of refusals, as it is called; null for none */
    private record Server(
            @Nullable String culprit,
            Timer duration,
            @Nullable Counter refusals,
            Counter bytesIn,
            Counter bytesOut,
            Counter retries,
            BodySizes sizes) {}

    private record Client(Timer duration, BodySizes sizes) {}

    void ended(ExchangeRecord exchange) {
        count(exchange);
        Server meters = server(exchange);
        TraceContext trace = exchange.trace();
        record(meters.duration, exchange.durationNanos(), trace, trace == null ? 0 : trace.spanId());
        if (meters.refusals != null) {
            meters.refusals.increment();
        }
        if (BodySizes.has(exchange.method(), exchange.status())) {
            meters.sizes.record(exchange.bytesIn(), exchange.bytesOut());
        }
        if (exchange.bytesIn() > 0) {
            meters.bytesIn.increment((double) exchange.bytesIn());
        }
        if (exchange.bytesOut() > 0) {
            meters.bytesOut.increment((double) exchange.bytesOut());
        }
        int attempts = exchange.attempts().size();
        if (attempts > 1) {
            meters.retries.increment(attempts - 1);
        }
        if (exchange.wasRetryBudgetSpent()) {
            kept(budgetsSpent, Signal.RETRY_BUDGET_SPENT, service(exchange)).increment();
        }
        GrpcStatus call = exchange.grpcStatus();
        if (call != null) {
            callEnded(exchange, call);
        }
        rules.ended(exchange);
        CloseReason reason = exchange.closeReason();
        if (reason != null) {
            connections.closed(exchange.entry().listener(), reason);
        }
    }

    /** What {@link #traffic} gives is counted apart from meters: these are bounded, and some forget what was pushed. */
    private void count(ExchangeRecord exchange) {
        SiteName destination = exchange.destinationSite();
        if (destination == null || destination.equals(own)) {
            answeredHere.increment();
            if (exchange.status() >= FAILED_FROM || exchange.refusal() != null) {
                failedHere.increment();
            }
        }
    }

    /** What has ended so far and was answered in this site or refused; what another site answered is counted there. */
    Traffic traffic() {
        return new Traffic(answeredHere.sum(), failedHere.sum());
    }

    /** What rules of documents made of exchanges. */
    RuleMeters rules() {
        return rules;
    }

    /** What clients' connections are counted by. */
    ConnectionMeters connections() {
        return connections;
    }

    private void callEnded(ExchangeRecord exchange, GrpcStatus status) {
        SiteName destination = exchange.destinationSite();
        var refusal = exchange.refusal();
        CallKey key = new CallKey(
                exchange.entry().listener(),
                service(exchange),
                route(exchange),
                exchange.sourceSite().value(),
                destination == null ? NOTHING : destination.value(),
                status.name(),
                refusal == null ? NOTHING : refusal.text());
        Timer timer = calls.get(key);
        if (timer == null) {
            timer = made(calls, calls.size() < SERIES_MAX ? key : CallKey.MORE, this::call);
        }
        TraceContext trace = exchange.trace();
        record(timer, exchange.durationNanos(), trace, trace == null ? 0 : trace.spanId());
    }

    /** Measures; what is sampled may become an exemplar of its bucket. */
    private void record(Timer timer, long nanos, @Nullable TraceContext trace, long spanId) {
        if (measured == null || trace == null || !trace.sampled()) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
            return;
        }
        measured.begin(trace, spanId);
        try {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        } finally {
            measured.end();
        }
    }

    void attemptEnded(ExchangeRecord exchange, AttemptRecord attempt) {
        AttemptOutcome outcome = attempt.outcome();
        String error = outcome == null || outcome.isAnswer() ? NOTHING : text(outcome);
        ClientKey key = new ClientKey(
                service(exchange),
                route(exchange),
                exchange.sourceSite().value(),
                attempt.site().value(),
                attempt.tier(),
                attempt.status(),
                error);
        Client meters = clients.get(key);
        if (meters == null) {
            meters = made(clients, clients.size() < SERIES_MAX ? key : ClientKey.MORE, this::client);
        }
        record(meters.duration, attempt.durationNanos(), exchange.trace(), attempt.spanId());
        if (BodySizes.has(exchange.method(), attempt.status())) {
            meters.sizes.record(attempt.requestBytes(), attempt.answerBytes());
        }
        if (attempt.isHedge()) {
            kept(hedges, Signal.HEDGES, key.service).increment();
        }
    }

    static String text(AttemptOutcome outcome) {
        return outcome.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    static String service(ExchangeRecord exchange) {
        var route = exchange.route();
        ServiceName name = route == null ? null : route.name();
        return name == null ? NOTHING : name.value();
    }

    /** The rule of a route that took it, as the compiled table names it: there are no more of them than documents describe. */
    private static String route(ExchangeRecord exchange) {
        RouteRule rule = exchange.rule();
        return rule == null ? NOTHING : rule.shown();
    }

    private Server server(ExchangeRecord exchange) {
        SiteName destination = exchange.destinationSite();
        AttemptRecord decisive = exchange.decisive();
        var refusal = exchange.refusal();
        ServerKey key = new ServerKey(
                exchange.entry().listener(),
                service(exchange),
                route(exchange),
                exchange.sourceSite().value(),
                destination == null ? NOTHING : destination.value(),
                decisive == null ? 0 : decisive.tier(),
                METHODS.contains(exchange.method()) ? exchange.method() : "_OTHER",
                exchange.status(),
                refusal == null ? NOTHING : refusal.text());
        Server known = servers.get(key);
        if (known != null) {
            return known;
        }
        ServerKey bounded = servers.size() < SERIES_MAX ? key : ServerKey.MORE;
        return made(
                servers,
                bounded,
                fresh -> make(fresh, refusal == null ? null : refusal.culprit().name()));
    }

    private Server make(ServerKey key, @Nullable String culprit) {
        Timer duration = Signal.SERVER_DURATION
                .timer()
                .tag(Tag.LISTENER, key.listener)
                .tag(Tag.SERVICE, key.service)
                .tag(Tag.ROUTE, key.route)
                .tag(Tag.SOURCE_SITE, key.sourceSite)
                .tag(Tag.DESTINATION_SITE, key.destinationSite)
                .tag(Tag.TIER, Integer.toString(key.tier))
                .tag(Tag.METHOD, key.method)
                .tag(Tag.STATUS, Integer.toString(key.status))
                .tag(Tag.ERROR, key.error)
                .register(registry);
        Counter refusals = culprit == null
                ? null
                : Signal.REFUSALS
                        .counter()
                        .tag(Tag.LISTENER, key.listener)
                        .tag(Tag.SERVICE, key.service)
                        .tag(Tag.ERROR, key.error)
                        .tag(Tag.CULPRIT, culprit.toLowerCase(java.util.Locale.ROOT))
                        .register(registry);
        return new Server(
                culprit,
                duration,
                refusals,
                counter(Signal.BYTES_IN, Tag.SERVICE, key.service),
                counter(Signal.BYTES_OUT, Tag.SERVICE, key.service),
                counter(Signal.RETRIES, Tag.SERVICE, key.service),
                new BodySizes(
                        registry,
                        Signal.SERVER_REQUEST_SIZE,
                        Signal.SERVER_RESPONSE_SIZE,
                        places(key.service, key.route, key.sourceSite, key.destinationSite)
                                .and(Tag.LISTENER, key.listener, Tag.METHOD, key.method)));
    }

    private static Tags places(String service, String route, String sourceSite, String destinationSite) {
        return Tags.of(
                Tag.SERVICE,
                service,
                Tag.ROUTE,
                route,
                Tag.SOURCE_SITE,
                sourceSite,
                Tag.DESTINATION_SITE,
                destinationSite);
    }

    private Client client(ClientKey key) {
        Timer duration = Signal.CLIENT_DURATION
                .timer()
                .tag(Tag.SERVICE, key.service)
                .tag(Tag.ROUTE, key.route)
                .tag(Tag.SOURCE_SITE, key.sourceSite)
                .tag(Tag.DESTINATION_SITE, key.destinationSite)
                .tag(Tag.TIER, Integer.toString(key.tier))
                .tag(Tag.STATUS, Integer.toString(key.status))
                .tag(Tag.ERROR, key.error)
                .register(registry);
        return new Client(
                duration,
                new BodySizes(
                        registry,
                        Signal.CLIENT_REQUEST_SIZE,
                        Signal.CLIENT_RESPONSE_SIZE,
                        places(key.service, key.route, key.sourceSite, key.destinationSite)));
    }

    private Timer call(CallKey key) {
        return Signal.RPC_DURATION
                .timer()
                .tag(Tag.RPC_SYSTEM, "grpc")
                .tag(Tag.LISTENER, key.listener)
                .tag(Tag.SERVICE, key.service)
                .tag(Tag.ROUTE, key.route)
                .tag(Tag.SOURCE_SITE, key.sourceSite)
                .tag(Tag.DESTINATION_SITE, key.destinationSite)
                .tag(Tag.RPC_STATUS, key.status)
                .tag(Tag.ERROR, key.error)
                .register(registry);
    }

    private Counter kept(ConcurrentHashMap<String, Counter> known, Signal signal, String service) {
        Counter counter = known.get(service);
        return counter != null
                ? counter
                : made(
                        known,
                        known.size() < SERIES_MAX ? service : OVERFLOW,
                        fresh -> counter(signal, Tag.SERVICE, fresh));
    }

    private Counter counter(Signal signal, String tag, String value) {
        return signal.counter().tag(tag, value).register(registry);
    }
}

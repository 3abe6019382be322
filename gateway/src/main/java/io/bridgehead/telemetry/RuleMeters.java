package io.bridgehead.telemetry;

import io.bridgehead.limit.RateLimit;
import io.bridgehead.policy.AuthorizationRemark;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.policy.Verdict;
import io.bridgehead.proxy.CheckRecord;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.MirrorOutcome;
import io.bridgehead.routing.ServiceRoute;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * The meters of what rules of documents make of exchanges: policies, external checks, rate limits, mirrors. Each is looked up by its labels once
 * and then kept, within the bound of {@link ExchangeMeters}. Any thread.
 *
 * <p>What the node itself wants to know is counted beside the meters: some of these forget what was pushed.
 */
final class RuleMeters {
    private static final int SERIES_MAX = ExchangeMeters.SERIES_MAX;
    private static final String OVERFLOW = ExchangeMeters.OVERFLOW;

    private final MeterRegistry registry;
    private final ConcurrentHashMap<OutcomeKey, Counter> mirrors = new ConcurrentHashMap<>();
    private final Map<AuthorizationRemark.Kind, ConcurrentHashMap<String, ConcurrentHashMap<String, Counter>>> remarks =
            new EnumMap<>(AuthorizationRemark.Kind.class);
    private final AtomicInteger remarkSeries = new AtomicInteger();
    private final ConcurrentHashMap<OutcomeKey, Timer> checks = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<LimitKey, Counter> limits = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<DecisionKey, Counter> decisions = new ConcurrentHashMap<>();
    private final Counts matched = new Counts();
    private final Counts asked = new Counts();

    RuleMeters(MeterRegistry registry) {
        this.registry = registry;
        for (AuthorizationRemark.Kind kind : AuthorizationRemark.Kind.values()) {
            remarks.put(kind, new ConcurrentHashMap<>());
        }
    }

    private record OutcomeKey(String service, String outcome) {}

    private record LimitKey(String service, String limit) {}

    private record DecisionKey(String policy, boolean allowed) {}

    /** How often something was done since the start, by a name that documents have; not bound by what becomes of series. */
    private static final class Counts {
        private static final int NAMES_MAX = 100_000;

        private final ConcurrentHashMap<String, LongAdder> times = new ConcurrentHashMap<>();

        void add(String name) {
            LongAdder known = times.get(name);
            if (known != null) {
                known.increment();
            } else if (times.size() < NAMES_MAX) {
                times.computeIfAbsent(name, _ -> new LongAdder()).increment();
            }
        }

        long of(String name) {
            LongAdder known = times.get(name);
            return known == null ? 0 : known.sum();
        }
    }

    void ended(ExchangeRecord exchange) {
        List<AuthorizationRemark> said = exchange.remarks();
        for (int i = 0; i < said.size(); i++) {
            remarked(ExchangeMeters.service(exchange), said.get(i));
        }
        CheckRecord check = exchange.check();
        ExternalCheck.Outcome outcome = check == null ? null : check.outcome();
        if (check != null && outcome != null) {
            checked(ExchangeMeters.service(exchange), outcome.text(), check.durationNanos());
        }
        RateLimit limit = exchange.limit();
        if (limit != null) {
            limited(ExchangeMeters.service(exchange), limit.name());
        }
        Verdict verdict = exchange.verdict();
        if (verdict != null && !verdict.policy().isEmpty()) {
            decided(verdict.policy(), verdict.allowed());
        }
    }

    /** The meter of a key that may be new, or of what there is one too many of. */
    private static <K, M> M kept(ConcurrentHashMap<K, M> known, K key, K overflow, Function<K, M> make) {
        M meter = known.get(key);
        return meter != null ? meter : known.computeIfAbsent(known.size() < SERIES_MAX ? key : overflow, make);
    }

    void mirrored(ServiceRoute service, MirrorOutcome outcome) {
        String text = outcome.name().toLowerCase(Locale.ROOT);
        OutcomeKey key = new OutcomeKey(service.name().value(), text);
        kept(mirrors, key, new OutcomeKey(OVERFLOW, text), this::mirror).increment();
    }

    /** An audit may remark on each request: nothing is made and no text is put together for one. */
    void remarked(String service, AuthorizationRemark remark) {
        ConcurrentHashMap<String, Counter> ofService = ofKind(remark.kind()).get(service);
        Counter known = ofService == null ? null : ofService.get(remark.policy());
        (known == null ? remarkMeter(service, remark) : known).increment();
        List<String> policies = remark.policies();
        for (int i = 0; i < policies.size(); i++) {
            matched.add(policies.get(i));
        }
    }

    private ConcurrentHashMap<String, ConcurrentHashMap<String, Counter>> ofKind(AuthorizationRemark.Kind kind) {
        return Objects.requireNonNull(remarks.get(kind));
    }

    private Counter remarkMeter(String service, AuthorizationRemark remark) {
        boolean room = remarkSeries.get() < SERIES_MAX;
        String ofService = room ? service : OVERFLOW;
        return ofKind(remark.kind())
                .computeIfAbsent(ofService, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(room ? remark.policy() : OVERFLOW, policy -> {
                    remarkSeries.incrementAndGet();
                    return Signal.POLICY_REMARKS
                            .counter()
                            .tag(Tag.SERVICE, ofService)
                            .tag(Tag.POLICY, policy)
                            .tag(Tag.OUTCOME, remark.kind().text())
                            .register(registry);
                });
    }

    void checked(String service, String outcome, long nanos) {
        kept(checks, new OutcomeKey(service, outcome), new OutcomeKey(OVERFLOW, outcome), this::check)
                .record(nanos, TimeUnit.NANOSECONDS);
        asked.add(service);
    }

    private void limited(String service, String limit) {
        kept(limits, new LimitKey(service, limit), new LimitKey(OVERFLOW, OVERFLOW), this::limit)
                .increment();
    }

    void decided(String policy, boolean allowed) {
        kept(decisions, new DecisionKey(policy, allowed), new DecisionKey(OVERFLOW, allowed), this::decision)
                .increment();
        matched.add(policy);
    }

    /** How often somebody else was asked about requests of a service, since the start. */
    long checks(String service) {
        return asked.of(service);
    }

    /** What a policy has decided, and in an audit or dry run remarked, since the start. */
    long matches(String policy) {
        return matched.of(policy);
    }

    private Counter mirror(OutcomeKey key) {
        return Signal.MIRRORS
                .counter()
                .tag(Tag.SERVICE, key.service)
                .tag(Tag.OUTCOME, key.outcome)
                .register(registry);
    }

    private Timer check(OutcomeKey key) {
        return Signal.EXTERNAL_CHECK_DURATION
                .timer()
                .tag(Tag.SERVICE, key.service)
                .tag(Tag.OUTCOME, key.outcome)
                .register(registry);
    }

    private Counter limit(LimitKey key) {
        return Signal.RATE_LIMITED
                .counter()
                .tag(Tag.SERVICE, key.service)
                .tag(Tag.LIMIT, key.limit)
                .register(registry);
    }

    private Counter decision(DecisionKey key) {
        return Signal.POLICY_DECISIONS
                .counter()
                .tag(Tag.POLICY, key.policy)
                .tag(Tag.OUTCOME, key.allowed ? "allowed" : "denied")
                .register(registry);
    }
}

package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.bridgehead.model.SiteName;
import io.bridgehead.policy.AuthorizationRemark;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.NotedFields;
import io.bridgehead.proxy.TestExchanges;
import io.bridgehead.sync.Traffic;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.CountingMode;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a node says of its own traffic depends neither on who gets its meters nor on how many there are. */
final class ExchangeMetersTest {
    private static final SiteName HERE = new SiteName("here");
    private static final ExchangeRecord GOOD = TestExchanges.answered(0, NotedFields.NONE, 200, 20);
    private static final ExchangeRecord FAILED = TestExchanges.answered(0, NotedFields.NONE, 500, 20);
    private static final Duration STEP = Duration.ofSeconds(10);

    private final MockClock clock = new MockClock();

    /** Like what is pushed with {@code temporality: delta}: meters begin anew with each push. */
    private MeterRegistry forgetful() {
        SimpleConfig config = new SimpleConfig() {
            @Override
            public String get(String key) {
                return "";
            }

            @Override
            public CountingMode mode() {
                return CountingMode.STEP;
            }

            @Override
            public Duration step() {
                return STEP;
            }
        };
        return new CompositeMeterRegistry(clock).add(new SimpleMeterRegistry(config, clock));
    }

    @Test
    void trafficOnlyGrowsWhateverIsPushed() {
        ExchangeMeters meters = new ExchangeMeters(forgetful(), HERE, null);
        meters.ended(GOOD);
        meters.ended(FAILED);
        meters.ended(TestExchanges.refused(0));
        assertThat(meters.traffic()).isEqualTo(new Traffic(3, 2));
        clock.add(STEP.multipliedBy(3));
        assertThat(meters.traffic()).isEqualTo(new Traffic(3, 2));
        assertThat(new ExchangeMeters(forgetful(), new SiteName("elsewhere"), null).traffic())
                .isEqualTo(Traffic.NONE);
    }

    @Test
    void whatAnotherSiteAnsweredIsCountedThere() {
        ExchangeMeters meters = new ExchangeMeters(new SimpleMeterRegistry(), new SiteName("elsewhere"), null);
        meters.ended(GOOD);
        assertThat(meters.traffic()).isEqualTo(Traffic.NONE);
        meters.ended(TestExchanges.refused(0));
        assertThat(meters.traffic()).isEqualTo(new Traffic(1, 1));
    }

    @Test
    void whatIsCountedGoesOnWhenMetersAreInAnotherPlaceAsWell() {
        SimpleMeterRegistry one = new SimpleMeterRegistry();
        SimpleMeterRegistry second = new SimpleMeterRegistry();
        ExchangeMeters meters = new ExchangeMeters(one, HERE, null);
        meters.ended(GOOD);
        meters.ended(TestExchanges.refused(0));
        meters.in(new CompositeMeterRegistry().add(one).add(second));
        meters.ended(GOOD);
        meters.in(one);
        meters.ended(GOOD);
        assertThat(one.get(Signal.SERVER_DURATION.meter())
                        .tag(Tag.STATUS, "200")
                        .timer()
                        .count())
                .isEqualTo(3);
        assertThat(second.get(Signal.SERVER_DURATION.meter())
                        .tag(Tag.STATUS, "200")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(second.get(Signal.REFUSALS.meter()).counter().count())
                .as("it has the series that were there")
                .isZero();
    }

    /** In the middle of making the meters of a series, where the change cannot see it yet. */
    @Test
    void aSeriesThatIsMadeWhileMetersGetAnotherPlaceIsThereWhole() {
        SimpleMeterRegistry second = new SimpleMeterRegistry();
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        SimpleMeterRegistry one = new SimpleMeterRegistry() {
            @Override
            protected Counter newCounter(Meter.Id id) {
                meanwhile.getAndSet(() -> {}).run();
                return super.newCounter(id);
            }
        };
        ExchangeMeters meters = new ExchangeMeters(one, HERE, null);
        meanwhile.set(() -> meters.in(new CompositeMeterRegistry().add(one).add(second)));
        meters.ended(GOOD);
        assertThat(second.get(Signal.SERVER_DURATION.meter()).timer().count()).isEqualTo(1);
        meters.ended(GOOD);
        assertThat(second.get(Signal.SERVER_DURATION.meter()).timer().count()).isEqualTo(2);
        assertThat(one.get(Signal.SERVER_DURATION.meter()).timer().count()).isEqualTo(2);
    }

    @Test
    void trafficBeyondAllSeriesIsCounted() {
        MeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, Clock.SYSTEM);
        ExchangeMeters meters = new ExchangeMeters(registry, HERE, null);
        ExchangeRecord exchange = TestExchanges.answered(0, NotedFields.NONE, 200, 20);
        for (int status = 0; status < ExchangeMeters.SERIES_MAX; status++) {
            meters.ended(TestExchanges.withStatus(exchange, status));
        }
        long failed = meters.traffic().failed();
        meters.ended(TestExchanges.withStatus(exchange, ExchangeMeters.SERIES_MAX + 1));
        assertThat(registry.find(Signal.SERVER_DURATION.meter())
                        .tag(Tag.SERVICE, ExchangeMeters.OVERFLOW)
                        .timer())
                .isNotNull();
        assertThat(meters.traffic()).isEqualTo(new Traffic(ExchangeMeters.SERIES_MAX + 1, failed + 1));
    }

    private static void told(ExchangeMeters meters, ExchangeRecord exchange) {
        exchange.attempts().forEach(attempt -> meters.attemptEnded(exchange, attempt));
        meters.ended(exchange);
    }

    private static double sum(MeterRegistry registry, Signal signal, String tag, String value) {
        return registry.find(signal.meter()).tag(tag, value).summaries().stream()
                .mapToDouble(DistributionSummary::totalAmount)
                .sum();
    }

    @Test
    void bodiesAreMeasuredWhereThereAreSomeAndByAttempts() {
        MeterRegistry registry = new SimpleMeterRegistry();
        ExchangeMeters meters = new ExchangeMeters(registry, HERE, null);
        told(meters, TestExchanges.uploaded("x".repeat(1_000)));
        assertThat(sum(registry, Signal.SERVER_REQUEST_SIZE, Tag.METHOD, "PUT")).isEqualTo(1_000);
        assertThat(sum(registry, Signal.SERVER_RESPONSE_SIZE, Tag.METHOD, "PUT"))
                .isEqualTo(1_000);
        assertThat(sum(registry, Signal.CLIENT_REQUEST_SIZE, Tag.DESTINATION_SITE, "there"))
                .as("the node that refused had it all")
                .isEqualTo(1_000);
        assertThat(sum(registry, Signal.CLIENT_REQUEST_SIZE, Tag.DESTINATION_SITE, "here"))
                .isEqualTo(1_000);
        assertThat(sum(registry, Signal.CLIENT_RESPONSE_SIZE, Tag.DESTINATION_SITE, "here"))
                .isEqualTo(1_000);
        assertThat(registry.find(Signal.CLIENT_RESPONSE_SIZE.meter()).summaries())
                .as("none of the node that refused")
                .hasSize(1);

        told(meters, TestExchanges.answered(0, NotedFields.NONE, 200, 20));
        assertThat(sum(registry, Signal.SERVER_RESPONSE_SIZE, Tag.METHOD, "GET"))
                .isEqualTo(5);
        assertThat(registry.find(Signal.SERVER_REQUEST_SIZE.meter()).summaries())
                .as("a GET has no body")
                .hasSize(1);
    }

    @Test
    void bytesAfterAChangeOfProtocolAreNoBody() {
        MeterRegistry registry = new SimpleMeterRegistry();
        ExchangeMeters meters = new ExchangeMeters(registry, HERE, null);
        told(meters, TestExchanges.switched());
        assertThat(registry.find(Signal.SERVER_DURATION.meter()).timers()).hasSize(1);
        assertThat(registry.find(Signal.SERVER_RESPONSE_SIZE.meter()).summaries())
                .isEmpty();
        assertThat(registry.find(Signal.CLIENT_RESPONSE_SIZE.meter()).summaries())
                .isEmpty();
        assertThat(registry.get(Signal.BYTES_OUT.meter()).counter().count()).isEqualTo(5);
    }

    @Test
    void whatRulesDidOnlyGrowsToo() {
        RuleMeters rules = new RuleMeters(forgetful());
        rules.decided("no-admin", true);
        rules.decided("no-admin", false);
        rules.remarked(
                "orders",
                AuthorizationRemark.of(List.of("trial", "no-admin"), AuthorizationRemark.Kind.WOULD_DENY, "it would"));
        rules.checked("orders", "allowed", 1_000);
        rules.checked("orders", "denied", 1_000);
        clock.add(STEP.multipliedBy(3));
        assertThat(rules.matches("no-admin")).isEqualTo(3);
        assertThat(rules.matches("trial")).isEqualTo(1);
        assertThat(rules.checks("orders")).isEqualTo(2);
        assertThat(rules.checks("carts")).isZero();
    }

    private static final int TIMES = 20_000;

    /** What a thread has made while something was done so often. */
    private static long allocated(Runnable once) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        once.run();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < TIMES; i++) {
            once.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void remarksAndSizesMakeNothingAnExchange() {
        MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RuleMeters rules = new RuleMeters(registry);
        AuthorizationRemark remark =
                AuthorizationRemark.of(List.of("trial", "no-admin"), AuthorizationRemark.Kind.WOULD_DENY, "it would");
        assertThat(allocated(() -> rules.remarked("orders", remark))).isLessThan(TIMES);
        assertThat(rules.matches("no-admin")).isEqualTo(TIMES + 1);
        BodySizes sizes = new BodySizes(
                registry, Signal.SERVER_REQUEST_SIZE, Signal.SERVER_RESPONSE_SIZE, Tags.of(Tag.SERVICE, "orders"));
        assertThat(allocated(() -> sizes.record(5_000, 70_000))).isLessThan(TIMES);
        assertThat(registry.get(Signal.SERVER_RESPONSE_SIZE.meter()).summary().count())
                .isEqualTo(TIMES + 1);
    }

    @Test
    void whatRulesDidIsCountedBeyondTheBoundOfSeriesToo() {
        RuleMeters rules = new RuleMeters(forgetful());
        for (int i = 0; i < ExchangeMeters.SERIES_MAX + 10; i++) {
            rules.remarked(
                    "service-" + i,
                    AuthorizationRemark.of(List.of("trial"), AuthorizationRemark.Kind.WOULD_DENY, "it would"));
            rules.checked("service-" + i, "allowed", 1_000);
        }
        assertThat(rules.matches("trial")).isEqualTo(ExchangeMeters.SERIES_MAX + 10);
        assertThat(rules.checks("service-" + (ExchangeMeters.SERIES_MAX + 9))).isEqualTo(1);
    }
}

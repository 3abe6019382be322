package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.SiteName;
import io.bridgehead.policy.AuthorizationRemark;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.NotedFields;
import io.bridgehead.proxy.TestExchanges;
import io.bridgehead.sync.Traffic;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.CountingMode;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
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
                        .tag(Signal.Tag.SERVICE, ExchangeMeters.OVERFLOW)
                        .timer())
                .isNotNull();
        assertThat(meters.traffic()).isEqualTo(new Traffic(ExchangeMeters.SERIES_MAX + 1, failed + 1));
    }

    @Test
    void whatRulesDidOnlyGrowsToo() {
        RuleMeters rules = new RuleMeters(forgetful());
        rules.decided("no-admin", true);
        rules.decided("no-admin", false);
        rules.remarked(
                "orders", new AuthorizationRemark("trial,no-admin", AuthorizationRemark.Kind.WOULD_DENY, "it would"));
        rules.checked("orders", "allowed", 1_000);
        rules.checked("orders", "denied", 1_000);
        clock.add(STEP.multipliedBy(3));
        assertThat(rules.matches("no-admin")).isEqualTo(3);
        assertThat(rules.matches("trial")).isEqualTo(1);
        assertThat(rules.checks("orders")).isEqualTo(2);
        assertThat(rules.checks("carts")).isZero();
    }

    @Test
    void whatRulesDidIsCountedBeyondTheBoundOfSeriesToo() {
        RuleMeters rules = new RuleMeters(forgetful());
        for (int i = 0; i < ExchangeMeters.SERIES_MAX + 10; i++) {
            rules.remarked(
                    "service-" + i, new AuthorizationRemark("trial", AuthorizationRemark.Kind.WOULD_DENY, "it would"));
            rules.checked("service-" + i, "allowed", 1_000);
        }
        assertThat(rules.matches("trial")).isEqualTo(ExchangeMeters.SERIES_MAX + 10);
        assertThat(rules.checks("service-" + (ExchangeMeters.SERIES_MAX + 9))).isEqualTo(1);
    }
}

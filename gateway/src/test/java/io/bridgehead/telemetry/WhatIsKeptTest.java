package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.AccessLog;
import io.bridgehead.config.TraceSettings;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.NotedFields;
import io.bridgehead.proxy.TestExchanges;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which exchanges are recorded though they were not sampled, and which have lines in the access log. */
final class WhatIsKeptTest {
    private static final ExchangeRecord GOOD = TestExchanges.answered(0, NotedFields.NONE, 200, 20);
    private static final ExchangeRecord FAILED = TestExchanges.answered(0, NotedFields.NONE, 500, 20);
    private static final ExchangeRecord SLOW = TestExchanges.answered(0, NotedFields.NONE, 200, 2000);

    private final AtomicLong nanos = new AtomicLong();

    private TailRule tail(boolean errors, @Nullable Duration slow, int perSecond) {
        return new TailRule(new TraceSettings.Always(errors, slow, perSecond), nanos::get);
    }

    private static LineRule lines(double sample, List<Integer> classes, @Nullable Duration slow, String... services) {
        AccessLog.Only only = new AccessLog.Only(classes, slow, List.of(services));
        return new LineRule(new AccessLog(true, null, null, sample, only));
    }

    @Test
    void failedAndSlowExchangesAreRecordedWithinARate() {
        TailRule rule = tail(true, Duration.ofSeconds(1), 2);
        assertThat(rule.keeps(GOOD)).isFalse();
        assertThat(rule.keeps(FAILED)).isTrue();
        assertThat(rule.keeps(SLOW)).isTrue();
        assertThat(rule.keeps(TestExchanges.refused(0))).isFalse();
        nanos.set(1_000_000_000L);
        assertThat(rule.keeps(TestExchanges.refused(0))).isTrue();
    }

    @Test
    void whatClientsCauseIsNoFailure() {
        assertThat(tail(true, null, 10).keeps(TestExchanges.unknown(0))).isFalse();
        assertThat(tail(true, null, 0).keeps(FAILED)).isFalse();
        assertThat(tail(false, null, 10).keeps(SLOW)).isFalse();
    }

    @Test
    void linesAreThoseOfSuchAStatusOrSlowerAndOfTheServices() {
        LineRule rule = lines(1, List.of(4, 5), Duration.ofSeconds(1));
        assertThat(rule.wants(GOOD)).isFalse();
        assertThat(rule.wants(FAILED)).isTrue();
        assertThat(rule.wants(SLOW)).isTrue();
        assertThat(rule.wants(TestExchanges.unknown(0))).isTrue();
        assertThat(lines(1, List.of(), null, "other").wants(GOOD)).isFalse();
        assertThat(lines(1, List.of(), null, "orders").wants(GOOD)).isTrue();
    }

    @Test
    void failuresAndRefusalsAreNotSampled() {
        LineRule none = lines(0, List.of(), null);
        assertThat(none.wants(GOOD)).isFalse();
        assertThat(none.wants(FAILED)).isTrue();
        assertThat(none.wants(TestExchanges.unknown(0))).isTrue();
        assertThat(lines(1, List.of(), null).wants(GOOD)).isTrue();
    }

    /** Of the span's id the first 53 bits count; a share is the part of all ids below its bound. */
    @Test
    void aShareOfLinesIsThatOfSpansBelowABound() {
        ExchangeRecord exchange = TestExchanges.answered(0, NotedFields.NONE, 200, 20);
        LineRule quarter = lines(0.25, List.of(), null);
        long bound = 1L << 62;
        assertThat(quarter.wants(TestExchanges.withSpan(exchange, 1))).isTrue();
        assertThat(quarter.wants(TestExchanges.withSpan(exchange, bound - 1))).isTrue();
        assertThat(quarter.wants(TestExchanges.withSpan(exchange, bound))).isFalse();
        assertThat(quarter.wants(TestExchanges.withSpan(exchange, Long.MAX_VALUE)))
                .isFalse();
        assertThat(quarter.wants(TestExchanges.withSpan(exchange, Long.MIN_VALUE)))
                .as("ids have no sign")
                .isFalse();
        assertThat(quarter.wants(TestExchanges.withSpan(exchange, -1))).isFalse();
    }
}

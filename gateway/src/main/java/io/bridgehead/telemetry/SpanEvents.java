package io.bridgehead.telemetry;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.proxy.AttemptRecord;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.upstream.AttemptOutcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.trace.data.EventData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What happened to an exchange besides being passed on, as events of its span: each attempt after the first ({@code hedge}; {@code failover}
 * when it went to another site; else {@code retry}), and {@code refusal}.
 */
final class SpanEvents {
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("destination_site");
    private static final AttributeKey<Long> TIER = AttributeKey.longKey("tier");
    private static final AttributeKey<String> TO = AttributeKey.stringKey("to");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> CULPRIT = AttributeKey.stringKey("culprit");
    private static final AttributeKey<String> DETAIL = AttributeKey.stringKey("detail");

    private SpanEvents() {}

    static List<EventData> of(ExchangeRecord exchange, EpochClock clock) {
        List<AttemptRecord> attempts = exchange.attempts();
        Refusal refusal = exchange.refusal();
        if (attempts.size() <= 1 && refusal == null) {
            return List.of();
        }
        List<EventData> events = new ArrayList<>(attempts.size());
        for (int i = 1; i < attempts.size(); i++) {
            events.add(again(attempts.get(i - 1), attempts.get(i), clock));
        }
        if (refusal != null) {
            Attributes attributes = Attributes.of(
                    ERROR,
                    refusal.text(),
                    CULPRIT,
                    refusal.culprit().name().toLowerCase(Locale.ROOT),
                    DETAIL,
                    exchange.detail());
            events.add(EventData.create(
                    clock.nanos(exchange.startNanos() + exchange.durationNanos()), "refusal", attributes));
        }
        return events;
    }

    private static EventData again(AttemptRecord before, AttemptRecord next, EpochClock clock) {
        String name = next.site().equals(before.site()) ? "retry" : "failover";
        AttributesBuilder attributes =
                Attributes.builder().put(DESTINATION, next.site().value()).put(TIER, (long) next.tier());
        Endpoint endpoint = next.endpoint();
        NodeName node = next.node();
        if (endpoint != null) {
            attributes.put(TO, endpoint.toString());
        } else if (node != null) {
            attributes.put(TO, node.value());
        }
        AttemptOutcome outcome = before.outcome();
        if (!next.isHedge() && outcome != null && !outcome.isAnswer()) {
            attributes.put(ERROR, ExchangeMeters.text(outcome));
        }
        return EventData.create(clock.nanos(next.startNanos()), next.isHedge() ? "hedge" : name, attributes.build());
    }
}

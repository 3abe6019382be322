package io.bridgehead.config.read;

import io.bridgehead.config.NodeConfig.Http2Limits;
import io.bridgehead.config.NodeConfig.OverloadLimits;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The keys of {@code limits.http2} and {@code limits.overload}: what a node does about clients and loads that are too much for it. */
final class ProtectionKeys {
    private static final Key<Integer> STREAMS = Key.defaulted(
            "streamsMax",
            Scalars.integer(1, 10_000),
            "100",
            "Requests that a client may have open at once on one connection.");
    private static final Key<Integer> TUNNEL_STREAMS = Key.defaulted(
            "tunnelStreamsMax",
            Scalars.integer(16, 10_000),
            "1000",
            "Streams that another node may have open at once on one tunnel connection.");
    private static final Key<Integer> STREAM_WINDOW = Key.defaulted(
            "streamWindow",
            Scalars.size("16KiB", "16MiB"),
            "64KiB",
            "What a client may send on one stream before it is consumed.");
    private static final Key<Integer> CONNECTION_WINDOW = Key.defaulted(
            "connectionWindow",
            Scalars.size("64KiB", "256MiB"),
            "1MiB",
            "What a client may send on all streams of a connection before it is consumed.");
    private static final Key<Integer> RESETS = Key.defaulted(
            "resetsMax",
            Scalars.integer(1, 100_000),
            "100",
            "Resets by a client, or provoked by it, on one connection within `resetsPeriod`.");
    private static final Key<Integer> ADDRESS_RESETS = Key.defaulted(
            "resetsPerAddressMax",
            Scalars.integer(1, 1_000_000),
            "1000",
            "The same over all connections from one address (IPv6: one /64).");
    private static final Key<Duration> RESETS_PERIOD = Key.defaulted(
            "resetsPeriod", Scalars.duration("1s", "10m"), "30s", "The time over which resets are counted.");
    private static final Key<Integer> BUDGET = Key.defaulted(
            "frameBudget",
            Scalars.integer(50, 1_000_000),
            "1000",
            "Frames that carry nothing which a client may send ahead of useful work.");
    private static final Key<Integer> PER_SECOND = Key.defaulted(
            "framesPerSecond", Scalars.integer(1, 100_000), "10", "How many of them each second earns back.");
    private static final Key<Duration> UNREAD = Key.defaulted(
            "unreadTimeout",
            Scalars.duration("1s", "24h"),
            "5m",
            "How long a client may take nothing of an answer that is complete.");

    static final Section<Http2Limits> HTTP2 = Section.of(
            "limits.http2",
            ProtectionKeys::http2,
            STREAMS,
            TUNNEL_STREAMS,
            STREAM_WINDOW,
            CONNECTION_WINDOW,
            RESETS,
            ADDRESS_RESETS,
            RESETS_PERIOD,
            BUDGET,
            PER_SECOND,
            UNREAD);

    private static final Key<Double> SHORTEN_IDLE = threshold("shortenIdle", "0.80", "idle timers are a tenth");
    private static final Key<Double> END_CONNECTIONS =
            threshold("endConnections", "0.90", "connections end with their next answer (GOAWAY, `Connection: close`)");
    private static final Key<Double> REFUSE = threshold("refuse", "0.95", "requests are answered 503 with Retry-After");
    private static final Key<Double> STOP_ACCEPTING =
            threshold("stopAccepting", "0.98", "listeners accept no connections");
    private static final Key<Duration> LAG = Key.defaulted(
            "loopLagMax",
            Scalars.duration("100ms", "1m"),
            "2s",
            "How long a task may wait on an event loop; the pressure is 1 at this lag.");

    static final Section<OverloadLimits> OVERLOAD = Section.of(
            "limits.overload", ProtectionKeys::overload, SHORTEN_IDLE, END_CONNECTIONS, REFUSE, STOP_ACCEPTING, LAG);

    private ProtectionKeys() {}

    private static Key<Double> threshold(String name, String fallback, String what) {
        return Key.defaulted(
                name, Scalars.number(0, 2), fallback, "At this pressure, from 0 to 1, " + what + "; above 1: never.");
    }

    private static Http2Limits http2(Fields fields) {
        return new Http2Limits(
                fields.get(STREAMS),
                fields.get(TUNNEL_STREAMS),
                fields.get(STREAM_WINDOW),
                fields.get(CONNECTION_WINDOW),
                new Http2Limits.Floods(
                        fields.get(RESETS),
                        fields.get(ADDRESS_RESETS),
                        fields.get(RESETS_PERIOD),
                        fields.get(BUDGET),
                        fields.get(PER_SECOND),
                        fields.get(UNREAD)));
    }

    private static @Nullable OverloadLimits overload(Fields fields) {
        if (!(fields.get(SHORTEN_IDLE) > 0)) {
            fields.refuse(SHORTEN_IDLE, fields.shown(SHORTEN_IDLE), "more than 0", null);
            return null;
        }
        if (!rises(fields, SHORTEN_IDLE, END_CONNECTIONS)
                || !rises(fields, END_CONNECTIONS, REFUSE)
                || !rises(fields, REFUSE, STOP_ACCEPTING)) {
            return null;
        }
        return new OverloadLimits(
                fields.get(SHORTEN_IDLE),
                fields.get(END_CONNECTIONS),
                fields.get(REFUSE),
                fields.get(STOP_ACCEPTING),
                fields.get(LAG));
    }

    private static boolean rises(Fields fields, Key<Double> lower, Key<Double> upper) {
        if (fields.get(lower) <= fields.get(upper)) {
            return true;
        }
        fields.refuse(
                upper, fields.shown(upper), "at least " + lower.name() + ", which is " + fields.shown(lower), null);
        return false;
    }
}

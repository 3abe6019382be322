package io.bridgehead.telemetry;

import io.bridgehead.listen.DatagramCounts;
import io.bridgehead.proxy.DatagramDrop;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** The meters of a port for datagrams, which read its counts: a datagram costs no look-up. */
final class DatagramMeters {
    private DatagramMeters() {}

    static void register(MeterRegistry registry, String listener, DatagramCounts counts) {
        counter(Signal.DATAGRAMS, Tag.DIRECTION, "in", DatagramCounts::forwarded, registry, listener, counts);
        counter(Signal.DATAGRAMS, Tag.DIRECTION, "out", DatagramCounts::answered, registry, listener, counts);
        for (DatagramDrop why : DatagramDrop.values()) {
            counter(
                    Signal.DATAGRAMS_DROPPED,
                    Tag.REASON,
                    why.text(),
                    it -> it.dropped(why),
                    registry,
                    listener,
                    counts);
        }
        FunctionCounter.builder(Signal.DATAGRAMS_UNREACHABLE.meter(), counts, DatagramCounts::unreachable)
                .description(Signal.DATAGRAMS_UNREACHABLE.meaning())
                .tag(Tag.LISTENER, listener)
                .register(registry);
        Gauge.builder(Signal.DATAGRAM_SESSIONS.meter(), counts, DatagramCounts::sessions)
                .description(Signal.DATAGRAM_SESSIONS.meaning())
                .tag(Tag.LISTENER, listener)
                .register(registry);
    }

    private static void counter(
            Signal signal,
            String tag,
            String value,
            ToDoubleFunction<DatagramCounts> read,
            MeterRegistry registry,
            String listener,
            DatagramCounts counts) {
        FunctionCounter.builder(signal.meter(), counts, read)
                .description(signal.meaning())
                .tag(Tag.LISTENER, listener)
                .tag(tag, value)
                .register(registry);
    }
}

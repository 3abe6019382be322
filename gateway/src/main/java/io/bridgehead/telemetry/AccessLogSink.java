package io.bridgehead.telemetry;

import io.bridgehead.config.AccessFormat;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.proxy.ExchangeRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes exchanges as lines of the access log. */
@OwnedBy(Owner.CONFINED)
final class AccessLogSink implements SignalWriter.Sink<ExchangeRecord> {
    /** Characters kept from batch to batch: two thousand for each line of the longest one. */
    private static final int KEPT_MAX = 1 << 20;

    private static final int AT_FIRST = 1 << 12;

    private final LogFile out;
    private final EpochClock clock;
    private final @Nullable TextLine text;
    private StringBuilder lines = new StringBuilder(AT_FIRST);

    /** @param format of lines; null for JSON */
    AccessLogSink(LogFile out, @Nullable AccessFormat format, EpochClock clock) {
        this.out = out;
        this.clock = clock;
        this.text = format == null ? null : new TextLine(format);
    }

    @Override
    public int write(List<ExchangeRecord> batch) {
        lines.setLength(0);
        for (ExchangeRecord exchange : batch) {
            Instant start = clock.instant(exchange.startNanos());
            if (text == null) {
                AccessLine.append(lines, exchange, start);
            } else {
                text.append(lines, exchange, start);
            }
            lines.append('\n');
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        boolean wide = bytes.length != lines.length();
        if (wide || lines.capacity() > KEPT_MAX) {
            // One character beyond Latin-1 has it take two bytes for each from then on.
            lines = new StringBuilder(AT_FIRST);
        }
        try {
            out.write(bytes);
            out.flush();
            return 0;
        } catch (IOException e) {
            return batch.size();
        }
    }

    @Override
    public void beforeBatch() {
        out.turn();
    }

    @Override
    public void close() {
        out.close();
    }
}

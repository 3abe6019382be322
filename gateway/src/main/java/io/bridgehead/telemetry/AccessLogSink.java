package io.bridgehead.telemetry;

import io.bridgehead.config.AccessFormat;
import io.bridgehead.proxy.ExchangeRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes exchanges as lines of the access log. */
final class AccessLogSink implements SignalWriter.Sink<ExchangeRecord> {
    private static final int LINE = 512;

    private final LogFile out;
    private final EpochClock clock;
    private final @Nullable TextLine text;

    /** @param format of lines; null for JSON */
    AccessLogSink(LogFile out, @Nullable AccessFormat format, EpochClock clock) {
        this.out = out;
        this.clock = clock;
        this.text = format == null ? null : new TextLine(format);
    }

    @Override
    public int write(List<ExchangeRecord> batch) {
        StringBuilder lines = new StringBuilder(batch.size() * LINE);
        for (ExchangeRecord exchange : batch) {
            Instant start = clock.instant(exchange.startNanos());
            if (text == null) {
                lines.append(AccessLine.of(exchange, start));
            } else {
                text.append(lines, exchange, start);
            }
            lines.append('\n');
        }
        try {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
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

package io.bridgehead.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.proxy.ExchangeRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * A file that says who did what: what is written to the logger {@value #LOGGER}, and requests that policies refused or remarked on. One JSON object
 * a line.
 *
 * <p>While there is the file, that logger has the level INFO whatever the others have: what the node's log shows is another matter.
 *
 * <p><b>Limits</b>: lines on requests are bounded by a rate, and the next one says how many were left out; lines on operators are not, and
 * {@value #RESERVE} places in the queue are for them alone.
 */
@OwnedBy(Owner.ANY_THREAD)
final class AuditFile {
    /** Who did what. */
    static final String LOGGER = "bridgehead.audit";

    static final int RESERVE = 1_024;

    private static final String KEY = "audit";

    private final JsonLogEncoder encoder = new JsonLogEncoder();
    private final EpochClock clock;
    private final RateGate gate;
    private final AtomicLong leftOut = new AtomicLong();
    private final SignalWriter<Supplier<byte[]>> writer;

    /**
     * @param clock of the loops
     * @param nanoTime a monotone clock
     * @param verdictsPerSecond lines on requests
     * @param dropped counts what is not written
     */
    AuditFile(
            LogFile out,
            EpochClock clock,
            LongSupplier nanoTime,
            int verdictsPerSecond,
            AtomicLong dropped,
            Repeats failures,
            ThreadFactory threads) {
        this.clock = clock;
        this.gate = new RateGate(nanoTime, verdictsPerSecond);
        this.writer = new SignalWriter<>(new Lines(out), dropped, failures, threads);
    }

    private record Lines(LogFile out) implements SignalWriter.Sink<Supplier<byte[]>> {
        @Override
        public int write(List<Supplier<byte[]>> batch) {
            int written = 0;
            try {
                for (Supplier<byte[]> line : batch) {
                    out.write(line.get());
                    written++;
                }
                out.flush();
            } catch (IOException e) {
                return batch.size() - written;
            }
            return 0;
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

    SignalWriter<Supplier<byte[]>> writer() {
        return writer;
    }

    /** Whether there is such a file from now on, and so what its logger lets through. */
    static void kept(boolean isKept) {
        if (LoggerFactory.getLogger(LOGGER) instanceof Logger logger) {
            logger.setLevel(isKept ? Level.INFO : null);
        }
    }

    /** A line of its logger. */
    void said(ILoggingEvent line) {
        line.prepareForDeferredProcessing();
        writer.offer(() -> encoder.encode(line));
    }

    /** An exchange is over; on its event loop. */
    void ended(ExchangeRecord exchange) {
        if (!isVerdict(exchange)) {
            return;
        }
        if (gate.opens()) {
            long before = leftOut.getAndSet(0);
            if (!writer.offer(() -> line(exchange, before), RESERVE)) {
                leftOut.addAndGet(before + 1);
            }
        } else {
            leftOut.incrementAndGet();
        }
    }

    /** How many requests the next line on one will tell of. */
    long leftOut() {
        return leftOut.get();
    }

    private static boolean isVerdict(ExchangeRecord exchange) {
        Refusal refusal = exchange.refusal();
        boolean refused = refusal != null
                && switch (refusal) {
                    case NOT_AUTHORIZED,
                            CHECK_FAILED,
                            ORIGIN_REFUSED,
                            TOKEN_MISSING,
                            TOKEN_INVALID,
                            TOKEN_KEYS_UNKNOWN -> true;
                    default -> exchange.isWithdrawn();
                };
        return refused || !exchange.remarks().isEmpty();
    }

    private byte[] line(ExchangeRecord exchange, long before) {
        JsonText line = new JsonText();
        line.add(
                        "timestamp",
                        clock.instant(exchange.startNanos() + exchange.durationNanos())
                                .toString())
                .add(KEY, exchange.refusal() == null ? "policy-remark" : "request-refused");
        AccessLine.put(line, exchange);
        if (before > 0) {
            line.add("left_out", before);
        }
        return (line.close() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}

package io.bridgehead.telemetry;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.RejectedRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * The last {@value #KEPT} lines of the node's log, for people who look at it. Whoever writes a line leaves it here without waiting; one that
 * is written while it is read may be missing once.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RecentEvents extends UnsynchronizedAppenderBase<ILoggingEvent> {
    static final int KEPT = 128;
    private static final int ABOUT_MAX = 6;
    private static final String LOGGER = "bridgehead";

    private final AtomicReferenceArray<@Nullable Event> ring = new AtomicReferenceArray<>(KEPT);
    private final AtomicLong count = new AtomicLong();

    /**
     * A line. Its texts are printable and at most 400 characters or so; they may be what strangers have said.
     *
     * @param number counts up from 1
     * @param level {@code INFO}, {@code WARN} or {@code ERROR}
     * @param about keys and values of the line, such as {@code service=orders}
     */
    public record Event(long number, Instant at, String level, String text, List<String> about) {
        public Event {
            about = List.copyOf(about);
        }
    }

    /** Begins to keep what is written. */
    void attach() {
        if (LoggerFactory.getLogger(LOGGER) instanceof Logger logger) {
            setContext(logger.getLoggerContext());
            start();
            logger.addAppender(this);
        }
    }

    /** Keeps nothing more. */
    void detach() {
        if (LoggerFactory.getLogger(LOGGER) instanceof Logger logger) {
            logger.detachAppender(this);
        }
        stop();
    }

    @Override
    protected void append(ILoggingEvent line) {
        List<String> about = new ArrayList<>();
        List<KeyValuePair> pairs = line.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                String value = String.valueOf(pair.value);
                if (about.size() < ABOUT_MAX && !value.isEmpty()) {
                    about.add(pair.key + "=" + RejectedRecords.printable(value));
                }
            }
        }
        long number = count.incrementAndGet();
        ring.set(
                (int) (number % KEPT),
                new Event(
                        number,
                        line.getInstant(),
                        line.getLevel().toString(),
                        RejectedRecords.printable(line.getFormattedMessage()),
                        about));
    }

    /** What is kept, the newest first. */
    public List<Event> newest() {
        List<Event> all = new ArrayList<>();
        long last = count.get();
        for (long number = last; number > Math.max(0, last - KEPT); number--) {
            Event event = ring.get((int) (number % KEPT));
            if (event != null && event.number == number) {
                all.add(event);
            }
        }
        return all;
    }
}

package io.bridgehead.sync;

import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.Rejection;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which records this node did not take lately, for people: one line for each reason, origin and subject.
 *
 * <p>At most {@link #LINES_MAX} lines; when there are more, the carrier with the most of them loses its oldest, so that one that floods does not
 * hide what others brought. A line goes when its record has not come for {@link #KEPT}. What a record says of itself is cut and freed of
 * control characters, because anybody may have written it. <b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RejectedRecords {
    static final int LINES_MAX = 64;
    static final Duration KEPT = Duration.ofMinutes(10);
    private static final int TEXT_MAX = 400;

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Line> lines = new LinkedHashMap<>();

    private record Key(Fault fault, String origin, String subject) {}

    /**
     * One line.
     *
     * @param fault why, as a word
     * @param origin who signed it, by its own word
     * @param subject its kind and what it is about, by its own word
     * @param carrier who handed it over last
     * @param reason the last reason, a sentence
     * @param count how often it was judged
     * @param since when it came first
     * @param last when it came last
     */
    public record Line(
            Fault fault,
            String origin,
            String subject,
            String carrier,
            String reason,
            long count,
            Instant since,
            Instant last) {}

    public RejectedRecords(InstantSource clock) {
        this.clock = clock;
    }

    /** A record was refused. */
    public void add(Rejection rejection) {
        add(rejection.fault(), rejection.origin(), rejection.subject(), rejection.carrier(), rejection.reason());
    }

    /** Something that a record would have said was refused. */
    public void add(Fault fault, String origin, String subject, String carrier, String reason) {
        Key key = new Key(fault, printable(origin), printable(subject));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        lock.lock();
        try {
            Line before = lines.remove(key);
            if (before == null && lines.size() >= LINES_MAX) {
                lines.remove(oldestOfTheLoudest());
            }
            lines.put(
                    key,
                    new Line(
                            fault,
                            key.origin,
                            key.subject,
                            printable(carrier),
                            printable(reason),
                            before == null ? 1 : before.count + 1,
                            before == null ? now : before.since,
                            now));
        } finally {
            lock.unlock();
        }
    }

    /** The lines, the newest first. */
    public List<Line> lines() {
        Instant before = clock.instant().minus(KEPT);
        lock.lock();
        try {
            lines.values().removeIf(line -> line.last.isBefore(before));
            return List.copyOf(lines.values()).reversed();
        } finally {
            lock.unlock();
        }
    }

    private Key oldestOfTheLoudest() {
        Map<String, Integer> loudness = new HashMap<>();
        lines.values().forEach(line -> loudness.merge(line.carrier, 1, Integer::sum));
        String loudest = loudness.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .orElseThrow()
                .getKey();
        return lines.entrySet().stream()
                .filter(line -> line.getValue().carrier.equals(loudest))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** A text that a stranger may have written, for a terminal or a log. */
    public static String printable(String text) {
        String cut = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "...";
        return cut.codePoints()
                .map(point -> isPrintable(point) ? point : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}

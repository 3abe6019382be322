package io.bridgehead.cluster.repair;

import io.bridgehead.cluster.api.AntiEntropy.Offered;
import io.bridgehead.cluster.api.AntiEntropy.Transport;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * What one peer is offered because it lacks it, one round at a time. What it was offered and lacks all the same, as it
 * refuses it or as it did not get across in time, rests for {@link #PAUSE_MIN} and then twice as long each time, up to
 * {@link #PAUSE_MAX}. What was not offered yet comes first, the small before the large; then what has rested longest.
 *
 * <p>A peer that has a way to ask gets the same by itself at the same time: a round ends when what was no news there
 * has cost {@value #IDLE_BYTES_MAX} bytes. Threads: any.
 */
final class Offers {
    static final Duration PAUSE_MIN = Duration.ofSeconds(3);
    static final Duration PAUSE_MAX = Duration.ofMinutes(2);
    static final long IDLE_BYTES_MAX = 1 << 20;
    /** Under way at once: so many records, or one more than so many bytes. */
    static final int RECORDS_AT_ONCE = 32;

    private static final long BYTES_AT_ONCE = 1 << 20;

    private final InstantSource clock;
    private final AtomicBoolean busy = new AtomicBoolean();
    /** Of records that the peer was offered and was not seen to have since. */
    private final ConcurrentMap<Sha256, Pause> pauses = new ConcurrentHashMap<>();

    /** Since when, and for how long, a record is not offered. */
    private record Pause(Instant since, Duration length) {
        /** So it is when the clock was set back, too. */
        boolean isOver(Instant now) {
            return now.isBefore(since) || !now.isBefore(since.plus(length));
        }

        Pause next(Instant now) {
            Duration twice = length.multipliedBy(2);
            return new Pause(now, twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX);
        }
    }

    /** What a round has come to: records that were news there, and the bytes of those that were not. */
    private record Sum(int given, long idleBytes) {}

    Offers(InstantSource clock) {
        this.clock = clock;
    }

    /** The peer lacks nothing. */
    void clear() {
        pauses.clear();
    }

    /**
     * Offers what the peer lacks, but for what rests; nothing while it is being offered something.
     *
     * @param lacking all that it lacks
     * @return how many records were news there
     */
    CompletionStage<Integer> make(Transport peer, List<EncodedRecord> lacking) {
        if (!busy.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(0);
        }
        return offer(peer, due(lacking), 0, new Sum(0, 0))
                .whenComplete((_, _) -> busy.set(false))
                .thenApply(Sum::given);
    }

    private List<EncodedRecord> due(List<EncodedRecord> lacking) {
        pauses.keySet().retainAll(lacking.stream().map(EncodedRecord::id).collect(Collectors.toSet()));
        Instant now = clock.instant();
        return lacking.stream()
                .filter(record -> {
                    Pause pause = pauses.get(record.id());
                    return pause == null || pause.isOver(now);
                })
                .sorted(Comparator.comparing(this::rested)
                        .thenComparingInt(record -> record.bytes().size()))
                .toList();
    }

    private Instant rested(EncodedRecord record) {
        Pause pause = pauses.get(record.id());
        return pause == null ? Instant.MIN : pause.since();
    }

    private void rest(EncodedRecord record) {
        Instant now = clock.instant();
        pauses.merge(record.id(), new Pause(now, PAUSE_MIN), (had, _) -> had.next(now));
    }

    private CompletionStage<Sum> offer(Transport peer, List<EncodedRecord> due, int from, Sum soFar) {
        if (from >= due.size() || soFar.idleBytes() > IDLE_BYTES_MAX) {
            return CompletableFuture.completedFuture(soFar);
        }
        List<EncodedRecord> next = next(due, from);
        CompletionStage<Sum> sum = CompletableFuture.completedFuture(soFar);
        for (EncodedRecord record : next) {
            CompletionStage<Offered> answer = peer.offer(record.bytes()).whenComplete((_, _) -> rest(record));
            sum = sum.thenCombine(answer, (before, offered) -> answered(record, offered, before));
        }
        return sum.thenCompose(after -> offer(peer, due, from + next.size(), after));
    }

    private static List<EncodedRecord> next(List<EncodedRecord> due, int from) {
        List<EncodedRecord> next = new ArrayList<>();
        long bytes = 0;
        for (int i = from; i < due.size() && next.size() < RECORDS_AT_ONCE && bytes < BYTES_AT_ONCE; i++) {
            next.add(due.get(i));
            bytes += due.get(i).bytes().size();
        }
        return next;
    }

    private static Sum answered(EncodedRecord record, Offered offered, Sum before) {
        return switch (offered) {
            case TAKEN -> new Sum(before.given() + 1, before.idleBytes());
            case KNOWN, REFUSED ->
                new Sum(before.given(), before.idleBytes() + record.bytes().size());
        };
    }
}

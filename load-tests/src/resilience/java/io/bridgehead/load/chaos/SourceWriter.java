package io.bridgehead.load.chaos;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.load.state.Source;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.sync.Changesets;
import io.bridgehead.sync.Changesets.Base;
import io.bridgehead.tls.RecordSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SignatureException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Changes one source, at one node or another, as the command line does: against the head that the node knows, signed by an operator. What is
 * answered with 200 is acknowledged; of what is not answered nobody knows. Threads: one.
 */
final class SourceWriter {
    private static final int NAMES = 8;
    private static final int OK = 200;
    private static final int CONFLICT = 409;
    private static final int UNAVAILABLE = 503;

    /** A node waits for its cluster for 15 s and tries four times for 4 s. */
    private static final Duration ANSWER = Duration.ofSeconds(35);

    private final String source;
    private final RandomGenerator random;
    private final AdminDoors doors;
    private final RecordSigner signer;
    private final Chronicle chronicle;
    private final SortedMap<String, Integer> answers = new TreeMap<>();
    private String refusal = "";
    private int note;

    SourceWriter(String source, RandomGenerator random, AdminDoors doors, RecordSigner signer, Chronicle chronicle) {
        this.source = source;
        this.random = random;
        this.doors = doors;
        this.signer = signer;
        this.chronicle = chronicle;
    }

    /**
     * A step from what a source says.
     *
     * @param texts documents that are new or changed
     * @param removed documents that are no more
     * @param settles whether it answers what lost
     */
    record Step(SortedMap<String, String> texts, SortedSet<String> removed, boolean settles) {}

    /** Decides on a step. */
    interface Plan {
        Step from(Base base);
    }

    String source() {
        return source;
    }

    /** The name of one of its documents. */
    String document(int number) {
        return "Service/" + source + "-" + number;
    }

    /** A new state of one of its documents, at a site without nodes. */
    String text(int number) {
        note++;
        return Services.far(source + "-" + number, "n" + note);
    }

    /** One document is new or changed. */
    Step put(int number, boolean settles) {
        return new Step(new TreeMap<>(Map.of(document(number), text(number))), new TreeSet<>(), settles);
    }

    /** A change at random: mostly new states, some removed, at times all of them; some answer what lost. */
    Step anything(Base base) {
        boolean settles = random.nextInt(3) == 0;
        int choice = random.nextInt(100);
        List<String> there = List.copyOf(base.hashes().keySet());
        if (choice < 5) {
            return new Step(new TreeMap<>(), new TreeSet<>(there), settles);
        }
        if (choice < 25 && !there.isEmpty()) {
            return new Step(new TreeMap<>(), new TreeSet<>(List.of(there.get(random.nextInt(there.size())))), settles);
        }
        return put(random.nextInt(NAMES), settles);
    }

    /** Goes on at random nodes until this moment. */
    void writeUntil(long endNanos, List<Member> members) {
        while (System.nanoTime() < endNanos) {
            Optional<Change> unused = change(members.get(random.nextInt(members.size())), this::anything);
            assert unused.isEmpty() || unused.get().source().equals(source);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(300, 1_500)));
        }
    }

    /** Sends one change to one node; the change when it was acknowledged. */
    Optional<Change> change(Member at, Plan plan) {
        Optional<JsonObject> head = doors.get(at, "/v1/sources/" + source);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        Base base = Source.base(head.get());
        Step step = plan.from(base);
        List<String> settles = step.settles() ? lost(at) : List.of();
        byte[] record = signed(base, step, settles);
        Change change = Change.of(record, base.hashes());
        chronicle.wrote(change);
        Optional<AdminClient.Answer> answer = doors.post(at, "/v1/changesets", record, ANSWER);
        answers.merge(answer.map(one -> Integer.toString(one.status())).orElse("unanswered"), 1, Integer::sum);
        answer.filter(one -> one.status() != OK && one.status() != CONFLICT && one.status() != UNAVAILABLE)
                .filter(one -> !one.body().contains("apply again"))
                .ifPresent(one -> chronicle.problem(at.name() + " refused " + change + ": " + one.body()));
        if (answer.isEmpty() || answer.get().status() != OK) {
            refusal = answer.map(AdminClient.Answer::body).orElse("");
            return Optional.empty();
        }
        chronicle.acknowledged(change);
        return Optional.of(change);
    }

    private List<String> lost(Member at) {
        return doors.get(at, "/v1/conflicts")
                .map(said -> said.getJsonArray("conflicts", new JsonArray()).stream()
                        .map(JsonObject.class::cast)
                        .filter(row -> row.getString("source").equals(source))
                        .map(row -> row.getString("revision"))
                        .limit(1)
                        .toList())
                .orElse(List.of());
    }

    private byte[] signed(Base base, Step step, List<String> settles) {
        try {
            Changesets.Cause cause = new Changesets.Cause(source, "chaos", "", Instant.now(), settles);
            return Changesets.sign(base, cause, step.texts(), step.removed(), signer);
        } catch (SignatureException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was answered how often. */
    @Override
    public String toString() {
        return source + " " + answers + (refusal.isEmpty() ? "" : ", at last " + refusal.strip());
    }
}

package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An answer that can be shown again whenever it has changed. */
@OwnedBy(Owner.CONFINED)
final class Watched {
    private static final Duration LOOK = Duration.ofMillis(500);
    /** Numbers that count on by themselves are not worth another look. */
    private static final List<String> RESTLESS = List.of(
            "sinceMillis",
            "roundTrip",
            "roundTripMicros",
            "roundTripVariationMicros",
            "pingsSent",
            "pingsUnanswered",
            "ageSeconds",
            "heardMillisAgo");

    @Mixin
    private final Output output = new Output();

    @Option(
            names = {"-w", "--watch"},
            description = "print it again whenever it has changed, until interrupted or nobody reads it any more")
    private boolean watch;

    /** Where answers come from. */
    interface Source {
        JsonObject ask() throws NodeUnreachableException;
    }

    /** Prints an answer in its form. */
    interface Form {
        void print(JsonObject answer);
    }

    /** The form in which it answers. */
    Output output() {
        return output;
    }

    /** Whether it was asked to show it again. */
    boolean isWatching() {
        return watch;
    }

    /** Prints rows as {@link Output#rows} does, once, or again and again until interrupted or until nobody reads what is printed. */
    void show(PrintWriter out, Source source, String list, String... columns) throws NodeUnreachableException {
        JsonObject _ = show(out, source, List.of(list), answer -> output.rows(out, answer, list, columns));
    }

    /**
     * The same in another form.
     *
     * @param lists rows of the answer; when they are others it is printed again
     * @return what was printed last
     */
    JsonObject show(PrintWriter out, Source source, List<String> lists, Form form) throws NodeUnreachableException {
        JsonObject answer = source.ask();
        boolean read = print(out, answer, form);
        while (watch && read) {
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.interrupted()) {
                return answer;
            }
            JsonObject next = source.ask();
            if (!lasting(next, lists).equals(lasting(answer, lists))) {
                answer = next;
                read = print(out, answer, form);
            }
        }
        return answer;
    }

    /** Whether there is still somebody who reads it: {@code head} and the like close what is written to. */
    private boolean print(PrintWriter out, JsonObject answer, Form form) {
        if (watch && !output.isDocument()) {
            out.println("-- " + Instant.now().truncatedTo(ChronoUnit.SECONDS));
        }
        form.print(answer);
        return !out.checkError();
    }

    private static List<JsonArray> lasting(JsonObject answer, List<String> lists) {
        return lists.stream().map(list -> lasting(answer, list)).toList();
    }

    private static JsonArray lasting(JsonObject answer, String list) {
        JsonArray rows = answer.getJsonArray(list, new JsonArray()).copy();
        for (Object row : rows) {
            RESTLESS.forEach(((JsonObject) row)::remove);
        }
        return rows;
    }
}

package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.AdminApi.Reply;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Reloads follow each other, and whoever asks gets one that began later. */
final class ReloadsTest {
    private final List<CompletableFuture<Reply>> begun = new ArrayList<>();
    private final List<Reply> said = new ArrayList<>();
    private final List<Reloads.Change> changes = new ArrayList<>();
    private final Reloads reloads = new Reloads(this::begin, said::add);

    private CompletionStage<Reply> begin(Reloads.Change change) {
        changes.add(change);
        CompletableFuture<Reply> one = new CompletableFuture<>();
        begun.add(one);
        return one;
    }

    private static Reply good(int number) {
        return Reply.good(new JsonObject().put("number", number));
    }

    private static Reply now(CompletionStage<Reply> asked) {
        return asked.toCompletableFuture().getNow(Reply.bad(503, "under way", List.of()));
    }

    @Test
    void whoAsksMeanwhileHasTheNextOneAndShareIt() {
        CompletionStage<Reply> first = reloads.ask();
        CompletionStage<Reply> second = reloads.ask();
        CompletionStage<Reply> third = reloads.ask();
        assertThat(begun).hasSize(1);
        begun.get(0).complete(good(1));
        assertThat(now(first)).isEqualTo(good(1));
        assertThat(now(second).status()).isEqualTo(503);
        assertThat(begun).as("two and three").hasSize(2);
        CompletionStage<Reply> fourth = reloads.ask();
        begun.get(1).complete(good(2));
        assertThat(now(second)).isEqualTo(good(2));
        assertThat(now(third)).isEqualTo(good(2));
        assertThat(begun).hasSize(3);
        begun.get(2).complete(good(3));
        assertThat(now(fourth)).isEqualTo(good(3));
        assertThat(said).containsExactly(good(1), good(2), good(3));
        assertThat(reloads.ask()).isNotSameAs(fourth);
        assertThat(begun).hasSize(4);
    }

    @Test
    void oneThatFailsIsToldAndTheNextBegins() {
        CompletionStage<Reply> first = reloads.ask();
        CompletionStage<Reply> second = reloads.ask();
        begun.get(0).completeExceptionally(new IllegalStateException("no such folder"));
        assertThat(now(first).status()).isEqualTo(500);
        assertThat(now(first).body().getString("error")).contains("no such folder");
        begun.get(1).complete(good(2));
        assertThat(now(second)).isEqualTo(good(2));
    }

    @Test
    void nextToOneThatNobodyCouldBeToldOfBeginsAllTheSame() {
        Reloads deaf = new Reloads(this::begin, reply -> {
            throw new IllegalStateException("the log is closed");
        });
        CompletionStage<Reply> first = deaf.ask();
        CompletionStage<Reply> second = deaf.ask();
        begun.get(0).complete(good(1));
        assertThat(now(first)).isEqualTo(good(1));
        begun.get(1).complete(good(2));
        assertThat(now(second)).isEqualTo(good(2));
    }

    @Test
    void noneBeginsOnceTheNodeStops() {
        CompletionStage<Reply> first = reloads.ask();
        CompletionStage<Reply> waiting = reloads.ask();
        Reply stopping = Reply.bad(503, "stopping", List.of());
        reloads.end(stopping);
        assertThat(now(reloads.ask())).isEqualTo(stopping);
        begun.get(0).complete(good(1));
        assertThat(now(first)).isEqualTo(good(1));
        assertThat(now(waiting)).isEqualTo(stopping);
        assertThat(begun).hasSize(1);
        assertThat(said).containsExactly(good(1), stopping);
    }

    private CompletionStage<Reply> change(List<String> done) {
        return changes.getFirst()
                .make(
                        () -> {
                            done.add("changed");
                            return CompletableFuture.completedStage(good(1));
                        },
                        () -> done.add("dropped"));
    }

    @Test
    void oneThatIsUnderWayWhenTheNodeStopsChangesNothing() {
        CompletionStage<Reply> asked = reloads.ask();
        List<String> done = new ArrayList<>();
        assertThat(now(change(done))).isEqualTo(good(1));
        Reply stopping = Reply.bad(503, "stopping", List.of());
        reloads.end(stopping);
        CompletionStage<Reply> refused = change(done);
        assertThat(done).containsExactly("changed", "dropped");
        begun.getFirst().complete(now(refused));
        assertThat(now(asked)).isEqualTo(stopping);
    }

    @Test
    void oneThatCannotBeginIsTold() {
        Reloads closed = new Reloads(
                _ -> {
                    throw new IllegalStateException("closed");
                },
                said::add);
        assertThat(now(closed.ask()).status()).isEqualTo(500);
        assertThat(now(closed.ask()).status()).isEqualTo(500);
        assertThat(said).hasSize(2);
    }
}

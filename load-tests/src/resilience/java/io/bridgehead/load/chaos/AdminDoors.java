package io.bridgehead.load.chaos;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.FarFabric.Member;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The admin APIs of all nodes, asked with a bound: a node that is stopped or gone does not answer. Threads: any. */
final class AdminDoors implements AutoCloseable {
    /** For what a node answers from memory, on a machine that has much to do. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private final FarFabric fabric;
    private final ExecutorService asking =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("asking-", 0).factory());

    AdminDoors(FarFabric fabric) {
        this.fabric = fabric;
    }

    /** What a node says; nothing when it did not answer, or not well. */
    Optional<JsonObject> get(Member member, String path) {
        return answer(() -> new AdminClient(fabric.socket(member)).get(path), SOON)
                .filter(AdminClient.Answer::ok)
                .map(answer -> new JsonObject(answer.body()));
    }

    /** What a node says to a record; nothing when it did not answer in time: then nobody knows what became of it. */
    Optional<AdminClient.Answer> post(Member member, String path, byte[] record, Duration most) {
        Map<String, String> fields = Map.of("content-type", "application/octet-stream");
        return answer(() -> new AdminClient(fabric.socket(member)).post(path, fields, record), most);
    }

    private Optional<AdminClient.Answer> answer(Callable<AdminClient.Answer> question, Duration most) {
        Future<AdminClient.Answer> answer;
        try {
            answer = asking.submit(question);
        } catch (RejectedExecutionException e) {
            return Optional.empty();
        }
        try {
            return Optional.of(answer.get(most.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            answer.cancel(true);
            return Optional.empty();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}

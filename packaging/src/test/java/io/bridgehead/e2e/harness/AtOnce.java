package io.bridgehead.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Calls that begin together: each has a thread of its own, and none begins before all of them can. */
final class AtOnce {
    private static final long BEGIN_SECONDS_MAX = 10;

    private AtOnce() {}

    /** What they answer, in the order of the calls. */
    static <T> List<T> answers(List<Supplier<T>> calls) {
        CyclicBarrier begin = new CyclicBarrier(calls.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<T>> answers = new ArrayList<>();
            for (Supplier<T> call : calls) {
                answers.add(CompletableFuture.supplyAsync(
                        () -> {
                            await(begin);
                            return call.get();
                        },
                        threads));
            }
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    private static void await(CyclicBarrier begin) {
        try {
            assertThat(begin.await(BEGIN_SECONDS_MAX, TimeUnit.SECONDS)).isNotNegative();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (BrokenBarrierException | TimeoutException e) {
            throw new AssertionError("not all could begin at once", e);
        }
    }
}

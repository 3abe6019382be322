package io.bridgehead.app;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How the thread that starts or stops a node waits for what others do, with bounds. */
final class Waiting {
    private static final Duration START_MAX = Duration.ofSeconds(20);
    private static final long CLOSE_SECONDS_MAX = 5;

    private Waiting() {}

    /** Waits for an end that may fail or not come; it ends with the process then. */
    static void quietly(CompletionStage<?> end) {
        quietly(end, Duration.ZERO);
    }

    /** As {@link #quietly(CompletionStage)}, for what takes so long by itself. */
    static void quietly(CompletionStage<?> end, Duration time) {
        try {
            end.toCompletableFuture().get(CLOSE_SECONDS_MAX + time.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It ends with the process.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a step of the start. */
    static <T> T await(CompletionStage<T> stage) throws StartException {
        return await(stage, START_MAX);
    }

    /** The same for a step that may take so long by itself. */
    static <T> T await(CompletionStage<T> stage, Duration most) throws StartException {
        try {
            return stage.toCompletableFuture().get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new StartException("a step of the start took more than " + most.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while starting", e);
        }
    }
}

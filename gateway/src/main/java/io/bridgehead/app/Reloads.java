package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a node reload what it goes by, one time after the other, whoever asks. Who asks while a reload is under way has another one after it, which is
 * the same for all who ask meanwhile: each gets what was read after they had asked.
 *
 * <p><b>Threads</b>: any. A lock keeps the end and the beginning of a change apart: what begins before the end goes on, and
 * nothing begins after it.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Reloads {
    private static final Turns IDLE = new Turns(null, null);
    /** A change that takes longer, as where files do not answer, holds up no end. */
    private static final long CHANGE_MILLIS_MAX = 2_000;

    private final Function<Change, CompletionStage<Reply>> reload;
    private final Consumer<Reply> ended;
    private final AtomicReference<Turns> turns = new AtomicReference<>(IDLE);
    private final ReentrantLock changing = new ReentrantLock();
    private volatile @Nullable Reply over;

    /** Leave to change something: what a reload does to the node it does by this. */
    @FunctionalInterface
    interface Change {
        /**
         * @param change begins what changes the node; is not run, and {@code not} is, when reloads have ended
         * @return what it answers, or what is told instead
         */
        CompletionStage<Reply> make(Supplier<CompletionStage<Reply>> change, Runnable not);
    }

    /**
     * @param reload begins one
     * @param ended is told what came of each
     */
    Reloads(Function<Change, CompletionStage<Reply>> reload, Consumer<Reply> ended) {
        this.reload = reload;
        this.ended = ended;
    }

    private record Turns(
            @Nullable CompletableFuture<Reply> now,
            @Nullable CompletableFuture<Reply> next) {}

    /**
     * Begins none any more: who asks, or waits for the next one, is told this, and so is one that is under way and has changed nothing yet. Waits for a
     * change that is being made, for {@value #CHANGE_MILLIS_MAX} ms at most.
     */
    void end(Reply instead) {
        boolean alone = false;
        try {
            alone = changing.tryLock(CHANGE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        over = instead;
        if (alone) {
            changing.unlock();
        }
    }

    private CompletionStage<Reply> change(Supplier<CompletionStage<Reply>> change, Runnable not) {
        changing.lock();
        try {
            Reply instead = over;
            if (instead == null) {
                return change.get();
            }
            not.run();
            return CompletableFuture.completedStage(instead);
        } finally {
            changing.unlock();
        }
    }

    /** Asks for one that begins from now on. Does not wait. */
    CompletionStage<Reply> ask() {
        Reply instead = over;
        if (instead != null) {
            return CompletableFuture.completedStage(instead);
        }
        CompletableFuture<Reply> fresh = new CompletableFuture<>();
        Turns before = turns.getAndUpdate(known ->
                known.now == null ? new Turns(fresh, null) : known.next == null ? new Turns(known.now, fresh) : known);
        if (before.now == null) {
            begin(fresh);
            return fresh;
        }
        return before.next == null ? fresh : before.next;
    }

    private void begin(CompletableFuture<Reply> one) {
        begun().handle((reply, failure) -> failure == null ? reply : failed(failure))
                .thenAccept(reply -> {
                    try {
                        ended.accept(reply);
                    } finally {
                        next(one, reply);
                    }
                });
    }

    private void next(CompletableFuture<Reply> one, Reply reply) {
        Turns before = turns.getAndUpdate(known -> new Turns(known.next, null));
        one.complete(reply);
        if (before.next != null) {
            begin(before.next);
        }
    }

    private CompletionStage<Reply> begun() {
        Reply instead = over;
        try {
            return instead == null ? reload.apply(this::change) : CompletableFuture.completedStage(instead);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static Reply failed(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String said = cause.getMessage();
        return Reply.bad(500, "the reload failed: " + (said == null ? cause : said), List.of());
    }
}

package io.bridgehead.control;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.ActiveDocuments;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The documents of the local store, read on all processors while the rest of a node is made, so that they are at hand when the first table is compiled.
 *
 * <p><b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class ReadAhead {
    private final CompletableFuture<@Nullable Void> read;

    private ReadAhead(CompletableFuture<@Nullable Void> read) {
        this.read = read;
    }

    /**
     * Begins to read.
     *
     * @param documents what is in force
     * @param context remembers what was read
     */
    public static ReadAhead begin(Supplier<ActiveDocuments> documents, CompileContext context, Executor blocking) {
        return new ReadAhead(CompletableFuture.runAsync(() -> Documents.readAhead(documents.get(), context), blocking));
    }

    /** Waits for the end. What could not be read is read again, and its problems told, by who compiles it. */
    void await() {
        read.exceptionally(_ -> null).join();
    }
}

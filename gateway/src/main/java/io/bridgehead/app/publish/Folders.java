package io.bridgehead.app.publish;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.sync.SharedState;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.upstream.FailoverContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The folders whose documents this node publishes: looked at twice a second, one after the other. What a file system tells of changes is not
 * relied on, because network file systems and volumes of containers do not tell.
 *
 * <p><b>Threads</b>: any. One look at all folders is under way at a time, on the blocking pool.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Folders {
    static final long LOOK_MILLIS = 500;
    /** A look at very many files is followed by a pause of so many times its length. */
    private static final long PAUSE_FACTOR = 20;

    private final Parts parts;
    private final FolderMemory memory;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile List<FolderSource> sources = List.of();
    private volatile long notBeforeNanos;
    private volatile @Nullable Timer timer;

    /**
     * What folders work with.
     *
     * @param self this node, who signs
     * @param signer signs with the node's key of now
     * @param own is kept equal to the folders' sources
     * @param blocking looks, reads and signs
     */
    public record Parts(
            SharedState state,
            Admission admission,
            SpiffeId self,
            Supplier<RecordSigner> signer,
            OwnFolders own,
            FailoverContext control,
            Executor blocking,
            InstantSource clock,
            FolderObserver observer) {}

    /** @param memory what the folders remember over restarts */
    public Folders(Parts parts, FolderMemory memory) {
        this.parts = parts;
        this.memory = memory;
    }

    /** Begins to look. Any thread, once. */
    public void start(List<NodeConfig.Folder> folders) {
        configure(folders);
        parts.control().execute(() -> {
            notBeforeNanos = parts.control().nanoTime();
            timer = parts.control().every(LOOK_MILLIS, this::tick);
        });
    }

    /** These are the folders from now on; each is read again. What a folder that goes had published stays. Any thread. */
    public void configure(List<NodeConfig.Folder> folders) {
        parts.own().replace(folders);
        parts.control().execute(() -> replace(folders));
    }

    private void replace(List<NodeConfig.Folder> folders) {
        List<FolderSource> before = sources;
        List<FolderSource> after = new ArrayList<>();
        for (NodeConfig.Folder folder : folders) {
            after.add(before.stream()
                    .filter(source -> source.folder().equals(folder))
                    .findFirst()
                    .orElseGet(() -> new FolderSource(folder, parts, memory)));
        }
        sources = List.copyOf(after);
        sources.forEach(FolderSource::readAgain);
    }

    /** How each folder is. Any thread. */
    public List<FolderStatus> statuses() {
        return sources.stream().map(FolderSource::status).toList();
    }

    /** What a person has to do something about. Any thread. */
    public List<String> problems() {
        return statuses().stream().flatMap(status -> status.problems().stream()).toList();
    }

    /** Looks no more. Any thread. */
    public void stop() {
        parts.control().execute(() -> {
            Timer running = timer;
            if (running != null) {
                running.cancel();
            }
        });
    }

    private void tick() {
        boolean due = parts.control().nanoTime() - notBeforeNanos >= 0;
        if (due && !sources.isEmpty() && looking.compareAndSet(false, true)) {
            parts.blocking().execute(() -> lookAt(sources, 0, 0));
        }
    }

    private void lookAt(List<FolderSource> all, int index, long spentNanos) {
        if (index == all.size()) {
            notBeforeNanos = parts.control().nanoTime() + spentNanos * PAUSE_FACTOR;
            looking.set(false);
            return;
        }
        long begun = parts.control().nanoTime();
        CompletionStage<?> look = begin(all.get(index));
        long spent = spentNanos + parts.control().nanoTime() - begun;
        look.whenCompleteAsync(
                (_, failure) -> {
                    if (failure != null) {
                        all.get(index).failed(failure);
                    }
                    lookAt(all, index + 1, spent);
                },
                parts.blocking());
    }

    private static CompletionStage<?> begin(FolderSource source) {
        try {
            return source.look();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}

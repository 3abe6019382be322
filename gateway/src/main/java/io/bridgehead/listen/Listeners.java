package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All open ports of the node, by name, kept as configured.
 *
 * <p><b>Threads</b>: {@link #reconcile} and {@link #drain} from any thread; what they do runs on the control executor, one after
 * another.
 */
@OwnedBy(Owner.CONTROL)
public final class Listeners {
    /** With less time to leave, idle connections are closed at once: twice what one is given for a last request. */
    private static final long PATIENT_FROM_MILLIS = 1_000;

    private final ListenerParts parts;
    private final LongSupplier drainMillis;
    private final DatagramPorts datagrams;
    private final Map<String, EdgeListener> running = new LinkedHashMap<>();
    private CompletionStage<?> last = CompletableFuture.completedStage(null);
    private volatile Map<String, EdgeListener> published = Map.of();
    /** No port is opened any more. */
    private volatile boolean leaving;

    /** @param drainMillis how long connections of a port that is closed now may go on; asked on the control executor */
    public Listeners(ListenerParts parts, LongSupplier drainMillis) {
        this.parts = parts;
        this.drainMillis = drainMillis;
        this.datagrams = new DatagramPorts(parts);
    }

    /** Has all ports follow the node's level of overload, which has changed. From any thread. */
    public void pressed() {
        published.values().forEach(listener -> listener.pressed(parts.overload()));
    }

    /** The ports that are open now, by name. */
    public Map<String, EdgeListener> open() {
        return published;
    }

    /**
     * Opens, changes and closes ports until they are as wanted. A port whose address stays keeps accepting; one whose address
     * changes is opened at the new place before the old one is closed, and stays at the old place if that fails.
     *
     * <p>Once they are to {@link #leave} or {@link #drain}, it does nothing more, also when it was asked for before: what is closed stays so.
     *
     * @param wanted listeners, each of another name
     * @return completes with what could not be done; empty when all is as wanted, or left
     */
    public CompletionStage<List<ListenerProblem>> reconcile(List<ListenerSpec> wanted) {
        return reconcile(wanted, List.of());
    }

    /** The same with ports for datagrams, whose names are others than those of listeners. */
    public CompletionStage<List<ListenerProblem>> reconcile(
            List<ListenerSpec> wanted, List<DatagramSpec> wantedDatagrams) {
        List<ListenerSpec> copy = List.copyOf(wanted);
        List<DatagramSpec> copyOfDatagrams = List.copyOf(wantedDatagrams);
        List<ListenerProblem> problems = new ArrayList<>();
        return enqueue(() -> unlessLeaving(() -> closeUnwanted(copy))
                .thenCompose(closed -> openWanted(copy, problems))
                .thenCompose(opened -> unlessLeaving(() -> datagrams.reconcile(copyOfDatagrams, problems)))
                .thenApply(done -> List.copyOf(problems)));
    }

    private CompletionStage<@Nullable Void> unlessLeaving(Supplier<CompletionStage<@Nullable Void>> step) {
        return leaving ? CompletableFuture.completedStage(null) : step.get();
    }

    /** Where ports for datagrams are open now, by name. */
    public Map<String, SocketAddress> openForDatagrams() {
        return datagrams.open();
    }

    /** Has every connection's client judged again, after trust has changed; from any thread. */
    public void recheck() {
        published.values().forEach(EdgeListener::recheck);
    }

    /**
     * Lets connections end after what they are at, and goes on accepting at ports for connections; to be followed by {@link #drain}.
     *
     * @param boundMillis how long sessions of ports for datagrams, which are closed, may go on; 0 or more
     * @return completes when none is left of those that were there
     */
    public CompletionStage<@Nullable Void> leave(long boundMillis) {
        leaving = true;
        CompletableFuture<CompletionStage<@Nullable Void>> begun = new CompletableFuture<>();
        enqueue(() -> {
            CompletionStage<@Nullable Void> all = datagrams.drain(boundMillis);
            for (EdgeListener listener : running.values()) {
                all = all.thenCombine(listener.leave(boundMillis >= PATIENT_FROM_MILLIS), (a, b) -> null);
            }
            begun.complete(all);
            return CompletableFuture.<@Nullable Void>completedStage(null);
        });
        return begun.thenCompose(all -> all);
    }

    /**
     * Closes all ports and waits until their connections have ended, which they do at the latest after the bound.
     *
     * @param boundMillis 0 or more
     */
    public CompletionStage<@Nullable Void> drain(long boundMillis) {
        leaving = true;
        return enqueue(() -> {
            CompletionStage<@Nullable Void> all = datagrams.drain(boundMillis);
            for (EdgeListener listener : running.values()) {
                all = all.thenCombine(listener.drain(boundMillis, boundMillis >= PATIENT_FROM_MILLIS), (a, b) -> null);
            }
            running.clear();
            publish();
            return all;
        });
    }

    /** Each order begins on the control executor when the one before has ended, however it ended. */
    private <T> CompletionStage<T> enqueue(Supplier<CompletionStage<T>> order) {
        CompletableFuture<T> result = new CompletableFuture<>();
        parts.control().execute(() -> {
            CompletionStage<T> mine =
                    last.handle((done, failure) -> null).thenComposeAsync(done -> order.get(), parts.control());
            mine.whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            });
            last = mine;
        });
        return result;
    }

    private CompletionStage<@Nullable Void> closeUnwanted(List<ListenerSpec> wanted) {
        Map<String, ListenerSpec> byName = new HashMap<>();
        wanted.forEach(spec -> byName.put(spec.name(), spec));
        CompletionStage<@Nullable Void> closed = CompletableFuture.completedStage(null);
        for (String name : List.copyOf(running.keySet())) {
            if (!byName.containsKey(name)) {
                closed = closed.thenCombine(retire(name), (a, b) -> null);
            }
        }
        return closed;
    }

    private CompletionStage<@Nullable Void> retire(String name) {
        EdgeListener listener = running.remove(name);
        publish();
        return listener == null ? CompletableFuture.completedStage(null) : retire(listener);
    }

    /** Completes when the port is closed; its connections may take longer. */
    private CompletionStage<@Nullable Void> retire(EdgeListener listener) {
        CompletionStage<@Nullable Void> stopped = listener.stop();
        return stopped.thenApply(done -> {
            listener.drain(drainMillis.getAsLong(), false);
            return null;
        });
    }

    private CompletionStage<@Nullable Void> openWanted(List<ListenerSpec> wanted, List<ListenerProblem> problems) {
        CompletionStage<@Nullable Void> done = CompletableFuture.completedStage(null);
        for (ListenerSpec spec : wanted) {
            done = done.thenComposeAsync(before -> unlessLeaving(() -> open(spec, problems)), parts.control());
        }
        return done;
    }

    private CompletionStage<@Nullable Void> open(ListenerSpec spec, List<ListenerProblem> problems) {
        EdgeListener old = running.get(spec.name());
        if (old != null && old.spec().isAtSamePlace(spec)) {
            if (!old.spec().equals(spec)) {
                old.replace(spec);
            }
            return CompletableFuture.completedStage(null);
        }
        return EdgeListener.bind(parts, spec)
                .handleAsync(
                        (opened, failure) -> {
                            if (opened == null) {
                                problems.add(ListenerProblem.of(spec, unwrapped(failure)));
                                return CompletableFuture.<@Nullable Void>completedStage(null);
                            }
                            running.put(spec.name(), opened);
                            publish();
                            return old == null ? CompletableFuture.<@Nullable Void>completedStage(null) : retire(old);
                        },
                        parts.control())
                .thenCompose(stage -> stage);
    }

    private void publish() {
        published = Map.copyOf(running);
    }

    private static Throwable unwrapped(@Nullable Throwable failure) {
        if (failure == null) {
            return new IllegalStateException("no cause given");
        }
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}

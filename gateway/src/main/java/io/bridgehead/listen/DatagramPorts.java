package io.bridgehead.listen;

import io.bridgehead.loop.Loop;
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
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All open ports for datagrams of the node, by name, dealt out to the loops in turn. Used by {@link Listeners} alone, one order after another. */
@OwnedBy(Owner.CONTROL)
final class DatagramPorts {
    private final ListenerParts parts;
    private final Map<String, DatagramPort> running = new LinkedHashMap<>();
    private final Map<String, DatagramCounts> counts = new ConcurrentHashMap<>();
    private volatile Map<String, DatagramPort> published = Map.of();
    private int turn;

    DatagramPorts(ListenerParts parts) {
        this.parts = parts;
    }

    /** Where ports are open now, by name. */
    Map<String, SocketAddress> open() {
        Map<String, SocketAddress> open = new HashMap<>();
        published.forEach((name, port) -> {
            SocketAddress address = port.address();
            if (address != null) {
                open.put(name, address);
            }
        });
        return open;
    }

    /** Opens, changes and closes ports until they are as wanted. */
    CompletionStage<@Nullable Void> reconcile(List<DatagramSpec> wanted, List<ListenerProblem> problems) {
        Map<String, DatagramSpec> byName = new HashMap<>();
        wanted.forEach(spec -> byName.put(spec.name(), spec));
        CompletionStage<@Nullable Void> done = CompletableFuture.completedStage(null);
        for (Map.Entry<String, DatagramPort> entry : new ArrayList<>(running.entrySet())) {
            DatagramSpec spec = byName.get(entry.getKey());
            if (spec == null || !entry.getValue().spec().isAtSamePlace(spec)) {
                running.remove(entry.getKey());
                done = done.thenCombine(entry.getValue().close(), (a, b) -> null);
            }
        }
        for (DatagramSpec spec : wanted) {
            done = done.thenComposeAsync(before -> open(spec, problems), parts.control());
        }
        return done.thenRunAsync(this::publish, parts.control()).thenApply(all -> null);
    }

    private CompletionStage<@Nullable Void> open(DatagramSpec spec, List<ListenerProblem> problems) {
        DatagramPort old = running.get(spec.name());
        if (old != null) {
            old.replace(spec);
            return CompletableFuture.completedStage(null);
        }
        Loop loop = parts.loops().get(turn++ % parts.loops().size());
        return DatagramPort.bind(parts, loop, spec, countsOf(spec.name()))
                .handleAsync(
                        (opened, failure) -> {
                            if (opened == null) {
                                problems.add(ListenerProblem.of(spec, unwrapped(failure)));
                            } else {
                                running.put(spec.name(), opened);
                            }
                            return null;
                        },
                        parts.control());
    }

    private DatagramCounts countsOf(String name) {
        return counts.computeIfAbsent(name, first -> {
            DatagramCounts made = new DatagramCounts();
            parts.observer().datagramPort(name, made);
            return made;
        });
    }

    /** Ends all of them when they are quiet, at the latest after the bound. */
    CompletionStage<@Nullable Void> drain(long boundMillis) {
        CompletionStage<@Nullable Void> all = CompletableFuture.completedStage(null);
        for (DatagramPort port : running.values()) {
            all = all.thenCombine(port.drain(boundMillis), (a, b) -> null);
        }
        running.clear();
        publish();
        return all;
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

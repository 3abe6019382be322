package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.ProbeSettings;
import io.bridgehead.loop.Supervisor;
import io.bridgehead.telemetry.NodeLog;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How a node ceases to take clients. Where a service manager keeps its listening sockets, clients would wait at them for the next process as soon as
 * nobody accepts any more; so the node serves who comes until the exchanges that were under way are over, and leaves only the last moment to waiting.
 */
record Departure(Supervisor supervisor, DataPath path, NodeLog log) {
    /** For those that came while the node was about to stop. */
    private static final long LAST_MILLIS = 3_000;

    /** The service manager of this process; of what the process before had, ports that are no listeners' any more are closed. */
    static Supervisor supervisor(NodeConfig config, NodeLog log) throws IOException {
        Supervisor supervisor = Supervisor.of(System.getenv(), log::say);
        if (config.admin().metrics().enabled()) {
            supervisor.free(config.admin().metrics().port());
        }
        ProbeSettings probe = config.admin().probe();
        if (probe != null) {
            supervisor.free(probe.port());
        }
        if (config.cluster().enabled()) {
            supervisor.free(config.cluster().port());
        }
        return supervisor;
    }

    /**
     * Lets what is under way end. Blocks until it has, or the time is over.
     *
     * @param boundMillis 0 or more
     * @param tunnelled whether the node has tunnels
     */
    void drain(long boundMillis, boolean tunnelled) {
        boolean kept = supervisor.keepsSockets();
        CompletionStage<?> tunnels = !tunnelled
                ? CompletableFuture.completedStage(null)
                : kept ? path.tunnels().drainAccepting() : path.tunnels().drain();
        long last = kept ? Math.min(LAST_MILLIS, boundMillis / 2) : boundMillis;
        if (kept) {
            within(boundMillis - last, path.listeners().leave(boundMillis), tunnels);
        }
        String open = within(last, path.listeners().drain(last), tunnels);
        if (!open.isEmpty()) {
            log.say("draining ended before every exchange did: " + open);
        }
    }

    /** @return empty when both ended within the time, else what happened */
    private static String within(long millis, CompletionStage<?> one, CompletionStage<?> other) {
        try {
            CompletableFuture.allOf(one.toCompletableFuture(), other.toCompletableFuture())
                    .get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "";
    }
}

package io.bridgehead.app;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tunnel.TunnelReport;
import io.bridgehead.upstream.FailoverContext;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Waits until the first dial of each configured peer has come to something, whatever it is: a node that has just started is not ready for
 * requests that only other sites can answer while it does not know whether it reaches them. Bounded, so that peers that are silent keep no node
 * from being ready.
 */
@OwnedBy(Owner.CONTROL)
final class FirstDials {
    static final long MILLIS_MAX = 2_000;

    private static final long LOOK_MILLIS = 10;

    private final Set<String> peers;
    private final Supplier<List<TunnelReport>> reports;
    private final FailoverContext control;
    private final CompletableFuture<Boolean> over = new CompletableFuture<>();

    /**
     * @param peers the addresses that are configured
     * @param reports what became of them
     */
    FirstDials(Collection<HostPort> peers, Supplier<List<TunnelReport>> reports, FailoverContext control) {
        this.peers = peers.stream().map(HostPort::toString).collect(Collectors.toSet());
        this.reports = reports;
        this.control = control;
    }

    /** Completes when it is over: true when all have come to something. Any thread. */
    CompletionStage<Boolean> await() {
        control.execute(() -> look(control.nanoTime() + MILLIS_MAX * 1_000_000));
        return over;
    }

    private void look(long endNanos) {
        List<TunnelReport> dialed = reports.get().stream()
                .filter(report -> peers.contains(report.address()))
                .toList();
        if (dialed.size() >= peers.size() && dialed.stream().allMatch(TunnelReport::isTried)) {
            over.complete(true);
        } else if (control.nanoTime() - endNanos >= 0) {
            over.complete(false);
        } else {
            control.after(LOOK_MILLIS, () -> look(endNanos));
        }
    }
}

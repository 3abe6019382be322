package io.bridgehead.listen;

import io.bridgehead.limit.Overload;
import io.bridgehead.limit.ResetBudget;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.SiteName;
import io.bridgehead.proxy.ProxyContext;
import io.bridgehead.wire.WireLimits;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What all listeners of a node share.
 *
 * @param loops the data-path loops
 * @param contexts the proxy's context of each loop, in the same order
 * @param site this node's site, where callers enter the fabric
 * @param observer is told what happens
 * @param node counts the connections of all listeners
 * @param overload the node's level of overload
 * @param control runs everything that changes which listeners there are, one task after another
 * @param bounds what connections that begin now are bounded by; asked on any loop
 */
public record ListenerParts(
        List<Loop> loops,
        List<ProxyContext> contexts,
        SiteName site,
        ListenerObserver observer,
        NodeGate node,
        Overload overload,
        Executor control,
        Supplier<Bounds> bounds) {
    /**
     * What bounds the connections of clients.
     *
     * @param limits the bounds of each connection
     * @param resets what one address may reset on HTTP/2
     * @param age how old an HTTP connection may become
     */
    public record Bounds(WireLimits limits, ResetBudget resets, ConnectionAge age) {}

    /** @throws IllegalArgumentException unless there is one context for each loop */
    public ListenerParts {
        loops = List.copyOf(loops);
        contexts = List.copyOf(contexts);
        if (loops.isEmpty() || loops.size() != contexts.size()) {
            throw new IllegalArgumentException(
                    loops.size() + " loops and " + contexts.size() + " contexts: expected one context for each loop");
        }
    }

    /** The bounds of a connection that begins now. */
    WireLimits limits() {
        return bounds.get().limits();
    }
}

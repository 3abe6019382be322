package io.bridgehead.listen;

import io.bridgehead.limit.Overload;
import io.bridgehead.limit.ResetBudget;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.SiteName;
import io.bridgehead.proxy.ProxyContext;
import io.bridgehead.wire.WireLimits;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What all listeners of a node share.
 *
 * @param loops the data-path loops
 * @param contexts the proxy's context of each loop, in the same order
 * @param site this node's site, where callers enter the fabric
 * @param limits the bounds of each connection
 * @param observer is told what happens
 * @param node counts the connections of all listeners
 * @param guards what protects the node from its clients
 * @param control runs everything that changes which listeners there are, one task after another
 * @param age how old an HTTP connection may become
 */
public record ListenerParts(
        List<Loop> loops,
        List<ProxyContext> contexts,
        SiteName site,
        WireLimits limits,
        ListenerObserver observer,
        NodeGate node,
        Guards guards,
        Executor control,
        ConnectionAge age) {
    /**
     * What protects the node from its clients.
     *
     * @param overload the node's level of overload
     * @param resets what one address may reset on HTTP/2
     */
    public record Guards(Overload overload, ResetBudget resets) {}

    /** @throws IllegalArgumentException unless there is one context for each loop */
    public ListenerParts {
        loops = List.copyOf(loops);
        contexts = List.copyOf(contexts);
        if (loops.isEmpty() || loops.size() != contexts.size()) {
            throw new IllegalArgumentException(
                    loops.size() + " loops and " + contexts.size() + " contexts: expected one context for each loop");
        }
    }
}

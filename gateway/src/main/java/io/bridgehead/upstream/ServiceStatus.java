package io.bridgehead.upstream;

import io.bridgehead.failover.SiteWeights;
import io.bridgehead.health.ProbeState;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.ServiceName;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of one service at one moment, for people.
 *
 * @param weights each site's share and why
 * @param local the service in this node's own site
 * @param endpoints those of the own site, in the document's order
 * @param connections that are open to them from this node
 * @param bounds what is in use of its circuit limits, those that it has
 */
public record ServiceStatus(
        ServiceName service,
        SiteWeights weights,
        ServiceHealth local,
        List<EndpointStatus> endpoints,
        long connections,
        List<Bound> bounds) {
    /**
     * One bound on what this node may have at once with the endpoints.
     *
     * @param name {@code connections}, {@code pending}, {@code requests} or {@code retries}
     * @param used now
     * @param max at most; not 0
     */
    public record Bound(String name, long used, int max) {}

    /**
     * One endpoint.
     *
     * @param fit whether it is sent requests
     * @param probes what the probes have shown
     * @param detail why it is not fit; empty while it is
     * @param endpoint what requests go to; an address of {@code listed} if that is a name
     * @param listed as documents have it
     * @param addresses what is known of the addresses of {@code listed}
     * @param failingFor for how long lookups of its name have failed; zero unless the last one did
     */
    public record EndpointStatus(
            Endpoint endpoint,
            Endpoint listed,
            boolean fit,
            ProbeState.Verdict probes,
            String detail,
            EndpointAddresses.Resolved addresses,
            Duration failingFor) {}

    /** How an endpoint of the own site is, as documents have it, for people; null when the service has none such. */
    public @Nullable String stateOf(Endpoint listed) {
        List<EndpointStatus> all =
                endpoints.stream().filter(one -> one.listed().equals(listed)).toList();
        if (all.isEmpty()) {
            return null;
        }
        if (all.size() == 1 && all.getFirst().endpoint().equals(listed)) {
            return stateOf(all.getFirst());
        }
        return all.stream()
                .map(one -> one.endpoint().address().host() + " " + stateOf(one))
                .collect(Collectors.joining("; "));
    }

    private static String stateOf(EndpointStatus one) {
        return one.fit() ? "fit" : "not fit: " + one.detail();
    }

    /** What is wrong with lookups of the endpoints' names, each name once; for people. */
    public List<String> lookupProblems() {
        return endpoints.stream()
                .filter(one -> !one.failingFor().isZero())
                .map(ServiceStatus::lookupProblem)
                .distinct()
                .toList();
    }

    private static String lookupProblem(EndpointStatus one) {
        String kept = one.addresses().usable() ? "; its last good answer is kept" : "; it has no address";
        return "endpoint " + one.listed() + ": for "
                + Math.max(1, one.failingFor().toSeconds()) + " s "
                + one.addresses().problem() + kept;
    }

    static ServiceStatus of(ServiceState state, EndpointAddresses addresses) {
        List<EndpointStatus> endpoints = state.definition().endpoints().stream()
                .map(e -> of(e, addresses))
                .toList();
        return new ServiceStatus(
                state.definition().route().name(),
                state.view().weights(),
                state.health(),
                endpoints,
                state.circuit().connections(),
                state.circuit().bounds(state.limits(), state.inFlight().sum()));
    }

    private static EndpointStatus of(EndpointState endpoint, EndpointAddresses addresses) {
        EndpointState.Standing standing = endpoint.standing();
        EndpointAddresses.Resolved resolved = addresses.of(endpoint.listed().address());
        return new EndpointStatus(
                endpoint.endpoint(),
                endpoint.listed(),
                standing.isFit(),
                standing.probe().verdict(),
                standing.detail(),
                resolved,
                addresses.failingFor(resolved));
    }
}

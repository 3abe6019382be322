package io.bridgehead.upstream;

import io.bridgehead.failover.SiteWeights;
import io.bridgehead.health.ProbeState;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.ServiceName;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import java.util.List;

/**
 * What this node knows of one service at one moment, for people.
 *
 * @param weights each site's share and why
 * @param local the service in this node's own site
 * @param endpoints those of the own site, in the document's order
 */
public record ServiceStatus(
        ServiceName service, SiteWeights weights, ServiceHealth local, List<EndpointStatus> endpoints) {
    /**
     * One endpoint.
     *
     * @param fit whether it is sent requests
     * @param probes what the probes have shown
     * @param detail why it is not fit; empty while it is
     * @param addresses where connections go, and what is wrong with them
     */
    public record EndpointStatus(
            Endpoint endpoint,
            boolean fit,
            ProbeState.Verdict probes,
            String detail,
            EndpointAddresses.Resolved addresses) {}

    static ServiceStatus of(ServiceState state, EndpointAddresses addresses) {
        List<EndpointStatus> endpoints = state.definition().endpoints().stream()
                .map(e -> of(e, addresses))
                .toList();
        return new ServiceStatus(state.definition().route().name(), state.view().weights(), state.health(), endpoints);
    }

    private static EndpointStatus of(EndpointState endpoint, EndpointAddresses addresses) {
        EndpointState.Standing standing = endpoint.standing();
        return new EndpointStatus(
                endpoint.endpoint(),
                standing.isFit(),
                standing.probe().verdict(),
                standing.detail(),
                addresses.of(endpoint.endpoint().address()));
    }
}

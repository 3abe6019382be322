package io.bridgehead.upstream;

import io.bridgehead.model.ServiceName;
import io.bridgehead.upstream.endpoint.Dialer;

/** Turns what real traffic has shown of endpoints into their standing, at once and on the loop that saw it. */
record TrafficFindings(ServiceRegistry registry, UpstreamObserver observer) implements Findings {
    @Override
    public void connectFailed(ServiceState service, EndpointState endpoint, Dialer.Failure failure, long nowNanos) {
        observer.connectFailed(nameOf(service), endpoint.endpoint(), failure.detail());
        if (failure.local()) {
            return;
        }
        if (failure.refused()) {
            registry.changed(service, endpoint, endpoint.refused(nowNanos, failure.detail()));
        }
        registry.probeSoon(endpoint);
    }

    @Override
    public void poolFull(ServiceState service, EndpointState endpoint) {
        observer.poolFull(nameOf(service), endpoint.endpoint());
    }

    @Override
    public void ejected(ServiceState service, EndpointState endpoint, int loop, String detail) {
        EndpointState.Change change = endpoint.ejected(loop, detail);
        if (service.hasTooManyEjected()) {
            // Each loop keeps within the bound; together they must too.
            endpoint.returned(loop);
            return;
        }
        if (change.changedFitness()) {
            observer.ejected(nameOf(service), endpoint.endpoint(), detail);
        }
        registry.changed(service, endpoint, change);
        registry.probeSoon(endpoint);
    }

    @Override
    public void returned(ServiceState service, EndpointState endpoint, int loop) {
        registry.changed(service, endpoint, endpoint.returned(loop));
    }

    private static ServiceName nameOf(ServiceState service) {
        return service.definition().route().name();
    }
}

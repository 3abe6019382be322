package io.bridgehead.upstream;

import io.bridgehead.upstream.endpoint.Dialer;

/** Nobody is told; for tests that make no connection. */
final class NoFindings implements Findings {
    @Override
    public void connectFailed(ServiceState service, EndpointState endpoint, Dialer.Failure failure, long nowNanos) {
        // Not expected.
    }

    @Override
    public void poolFull(ServiceState service, EndpointState endpoint) {
        // Not expected.
    }

    @Override
    public void ejected(ServiceState service, EndpointState endpoint, int loop, String detail) {
        // Not looked at.
    }

    @Override
    public void returned(ServiceState service, EndpointState endpoint, int loop) {
        // Not looked at.
    }
}

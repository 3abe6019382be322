package io.bridgehead.upstream;

import io.bridgehead.upstream.endpoint.Dialer;

/** Who is told what real traffic has shown of endpoints; called on event loops. */
interface Findings {
    void connectFailed(ServiceState service, EndpointState endpoint, Dialer.Failure failure, long nowNanos);

    void poolFull(ServiceState service, EndpointState endpoint);

    /** A loop wants the endpoint left alone. */
    void ejected(ServiceState service, EndpointState endpoint, int loop, String detail);

    /** The loop's wish has ended. */
    void returned(ServiceState service, EndpointState endpoint, int loop);
}

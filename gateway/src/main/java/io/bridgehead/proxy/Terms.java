package io.bridgehead.proxy;

import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;

/**
 * What an exchange was admitted to.
 *
 * @param table the table it began with, and keeps
 * @param route where it goes
 * @param bytes a stream of bytes rather than a request
 * @param localOnly only to endpoints of this site
 * @param attemptsMax attempts that may be made here
 * @param deadlineMillis for the head of the answer, once the request is there whole; negative for what the service says
 * @param callerText the caller's identity, as tunnels are told
 */
record Terms(
        RoutingTable table,
        ServiceRoute route,
        boolean bytes,
        boolean localOnly,
        int attemptsMax,
        long deadlineMillis,
        String callerText) {}

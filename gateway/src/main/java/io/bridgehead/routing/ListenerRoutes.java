package io.bridgehead.routing;

import io.bridgehead.match.HostTable;
import io.bridgehead.match.MatchTable;

/**
 * What requests at one listener of a Gateway lead to: the most specific host among those of its routes decides, then the rules of all routes with
 * this host.
 *
 * @param shown the listener as people know it, such as {@code Gateway edge/public listener https}
 */
public record ListenerRoutes(String shown, HostTable<MatchTable<RouteRule>> hosts) {}

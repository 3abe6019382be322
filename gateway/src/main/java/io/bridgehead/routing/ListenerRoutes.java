package io.bridgehead.routing;

import io.bridgehead.match.HostTable;
import io.bridgehead.match.MatchTable;
import io.bridgehead.model.RequestHead;
import io.bridgehead.policy.Cors;

/**
 * What requests at one listener of a Gateway lead to: the most specific host among those of its routes decides, then the rules of all routes with
 * this host.
 *
 * @param shown the listener as people know it, such as {@code Gateway edge/public listener https}
 */
public record ListenerRoutes(String shown, HostTable<MatchTable<RouteRule>> hosts) {
    private static final int OPTIONS_LENGTH = 7;

    /**
     * The request whose rule takes this one: mostly itself. A browser that asks beforehand asks for another request, and the rule that would
     * take that one answers if it says who may call from elsewhere: else a rule for one method could never be called from there.
     */
    public static RequestHead deciding(MatchTable<RouteRule> rules, RequestHead head) {
        String method = head.method().length() == OPTIONS_LENGTH ? Cors.asked(head) : null;
        if (method == null) {
            return head;
        }
        RequestHead meant =
                new RequestHead(method, head.scheme(), head.authority(), head.path(), head.fields(), head.marks());
        RouteRule its = rules.find(meant);
        return its == null || its.cors() == null ? head : meant;
    }
}

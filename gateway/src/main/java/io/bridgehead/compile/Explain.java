package io.bridgehead.compile;

import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.schema.Suggestion;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.match.HostPattern;
import io.bridgehead.match.Hosts;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.TokenClaims;
import io.bridgehead.policy.Verdict;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceProtocol;
import io.bridgehead.routing.ServiceRoute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says what happens to a request and why: asks the same table, the same authorizer and the same weights that the data path
 * asks, and puts their answers in words. Changes nothing and sends nothing.
 */
public final class Explain {
    private static final int SUGGESTIONS_FROM_MAX = 10_000;

    private final CompileContext node;
    private final RoutingTable table;
    private final LiveView live;

    /**
     * @param node the node where requests arrive
     * @param table its table in force
     * @param live what it knows of sites and endpoints
     */
    public Explain(CompileContext node, RoutingTable table, LiveView live) {
        this.node = node;
        this.table = table;
        this.live = live;
    }

    /** Explains one request or connection. */
    public Explanation explain(Question question) {
        PortRoutes port = table.port(question.listener());
        if (port != null) {
            return atPort(question, port);
        }
        ListenerProtocol protocol = node.listeners().get(question.listener());
        if (protocol == null) {
            String near =
                    Suggestion.question(question.listener(), node.listeners().keySet());
            return refused(
                    question,
                    "no listener '" + question.listener() + "' on this node" + (near == null ? "" : "; " + near),
                    "cannot arrive here");
        }
        boolean bytes = protocol == ListenerProtocol.TCP || protocol == ListenerProtocol.TLS;
        if (bytes != (question.method() == null)) {
            return refused(
                    question,
                    "listener " + question.listener() + " speaks " + protocol,
                    bytes
                            ? "its bytes are passed on unread: ask about a connection"
                            : "a connection without a request is closed");
        }
        if (protocol == ListenerProtocol.TLS) {
            return passedThrough(question);
        }
        return question.method() == null ? connection(question) : request(question);
    }

    private Explanation atPort(Question question, PortRoutes port) {
        return switch (ExplainPort.of(port, question)) {
            case ExplainPort.Found.To(ServiceRoute service, RouteRule rule, String matched, List<String> passedOver) ->
                matched(question, service, rule, matched, passedOver(question, passedOver));
            case ExplainPort.Found.Unclaimed(String listener) -> {
                Explanation found = request(question);
                yield found.service() == null
                        ? refused(
                                question,
                                listener + ": no route and no service has host '" + Hosts.normalise(question.host())
                                        + "'",
                                "answered 404 by this node")
                        : found;
            }
            case ExplainPort.Found.Ends(String why, List<String> passedOver, String outcome) ->
                new Explanation(
                        table.revision(),
                        question.toString(),
                        caller(question.caller()),
                        null,
                        why,
                        passedOver,
                        List.of(),
                        null,
                        "",
                        List.of(),
                        List.of(),
                        List.of(),
                        outcome);
        };
    }

    /** The server name decides; what leads nowhere goes to the service of the listener. */
    private Explanation passedThrough(Question question) {
        String name = Hosts.normalise(question.host());
        ServiceRoute route = table.byServerName(question.listener(), name);
        if (route == null || route.protocol() != ServiceProtocol.TLS) {
            String what = name.isEmpty()
                    ? "no service takes connections without a server name at listener " + question.listener()
                    : "no service of TLS has server name '" + name + "' or takes what is left at listener "
                            + question.listener();
            return refused(question, what, "closed by this node with the alert unrecognized_name");
        }
        if (route.hostnames().stream().noneMatch(host -> fits(host, name))) {
            String by = " by listener " + question.listener() + ", where it takes what is left";
            return matched(question, route, null, "service " + route.name() + by, List.of());
        }
        HostPattern best = best(route, name);
        String by = " by server name " + best + (best.isWildcard() ? " (wildcard)" : " (exact)");
        return matched(question, route, null, "service " + route.name() + by, passedOver(route, best, name));
    }

    private Explanation request(Question question) {
        String host = Hosts.normalise(question.host());
        ServiceRoute route = table.byHost(host);
        if (route == null) {
            return refused(question, "no service has host '" + host + "'" + nearest(host), "answered 404 by this node");
        }
        HostPattern best = best(route, host);
        String matched =
                "service " + route.name() + " by host " + best + (best.isWildcard() ? " (wildcard)" : " (exact)");
        return matched(question, route, null, matched, passedOver(route, best, host));
    }

    private Explanation connection(Question question) {
        ServiceRoute route = table.byListener(question.listener());
        if (route == null) {
            return refused(question, "no service has listener " + question.listener(), "closed by this node at once");
        }
        return matched(
                question, route, null, "service " + route.name() + " by listener " + question.listener(), List.of());
    }

    /** A service of the fabric with the same host loses to a route at the port. */
    private List<String> passedOver(Question question, List<String> byRoutes) {
        ServiceRoute other = question.method() == null ? null : table.byHost(Hosts.normalise(question.host()));
        if (other == null) {
            return byRoutes;
        }
        List<String> lines = new ArrayList<>(byRoutes);
        lines.add("service " + other.name() + " has the host too, but routes at the port come before services");
        return lines;
    }

    private Explanation matched(
            Question question, ServiceRoute route, @Nullable RouteRule rule, String matched, List<String> passedOver) {
        Verdict verdict = route.allow().authorize(question.caller(), question.head(), question.arrival());
        SiteWeights weights = live.weights(route.name());
        List<Explanation.SiteLine> sites = new ArrayList<>();
        if (weights != null) {
            weights.shares()
                    .forEach(share -> sites.add(new Explanation.SiteLine(
                            share.site(), share.tier() + 1, share.tierWord(), share.weight(), share.reason())));
        }
        return new Explanation(
                table.revision(),
                question.toString(),
                caller(question.caller()),
                route.name(),
                matched,
                passedOver,
                ExplainPolicies.of(table, route, rule),
                verdict.allowed(),
                policy(question, route, verdict),
                live.orders(route),
                sites,
                endpoints(route),
                verdict.allowed() ? outcome(question, route, weights) : denied(question));
    }

    private static String policy(Question question, ServiceRoute route, Verdict verdict) {
        StringBuilder text = new StringBuilder(verdict.allowed() ? "allowed: " : "denied: ").append(verdict.reason());
        route.allow()
                .remarks(question.caller(), question.head(), question.arrival(), verdict)
                .forEach(remark -> text.append("; ")
                        .append(remark.kind().text())
                        .append(": ")
                        .append(remark.detail()));
        return text.toString();
    }

    private static String denied(Question question) {
        return question.method() == null ? "closed by this node at once" : "answered 403";
    }

    private String outcome(Question question, ServiceRoute route, @Nullable SiteWeights weights) {
        if (weights == null) {
            return "not known: no weights have been decided for " + route.name() + " yet";
        }
        if (weights.isRefused()) {
            return "refused: no site can serve " + route.name() + " now";
        }
        List<String> goes = new ArrayList<>();
        weights.shares().stream()
                .filter(share -> share.weight() > 0)
                .forEach(share -> goes.add(
                        share.site().equals(node.site())
                                ? share.site() + ", where " + choice(question, route)
                                : "a node of " + share.site() + ", which chooses among its "
                                        + counted(
                                                route.endpointsIn(share.site()).size())));
        return "goes to " + String.join("; or to ", goes)
                + (route.upgrades().webSocket() && route.protocol() != ServiceProtocol.GRPC
                        ? "; may ask for an upgrade to a WebSocket"
                        : "");
    }

    private String choice(Question question, ServiceRoute route) {
        BalancePolicy balance = route.resilience().balance();
        int count = route.endpointsIn(node.site()).size();
        Endpoint owner = balance.kind().hashes() ? live.owner(route, question) : null;
        String use = count == 1
                ? "there is 1 endpoint"
                : balance.kind().words() + " of " + counted(count) + " is used"
                        + (owner == null ? "" : " (" + owner + " for this request)");
        List<String> also = new ArrayList<>();
        if (balance.traits().containsKey(node.site())) {
            also.add("by their weights and zones");
        }
        if (!balance.slowStart().isZero()) {
            also.add("new ones little by little over " + balance.slowStart().toSeconds() + " s");
        }
        return also.isEmpty() || count == 1 ? use : use + ", " + String.join(", ", also);
    }

    private static String counted(int endpoints) {
        return endpoints == 1 ? "1 endpoint" : endpoints + " endpoints";
    }

    private List<Explanation.EndpointLine> endpoints(ServiceRoute route) {
        List<Explanation.EndpointLine> lines = new ArrayList<>();
        for (Endpoint endpoint : route.endpointsIn(node.site())) {
            String state = live.endpointState(route.name(), endpoint);
            lines.add(new Explanation.EndpointLine(endpoint, state == null ? "not probed yet" : state));
        }
        return lines;
    }

    private static String caller(Caller caller) {
        String how = switch (caller.proof()) {
            case LISTENER -> "named by its listener";
            case CERTIFICATE -> "proved by a certificate";
            case TUNNEL -> "vouched for by a gateway";
            case JWT -> "proved by a token";
        };
        TokenClaims token = caller.token();
        return caller.identity() + " at site " + caller.site() + " (" + how + ")"
                + (token == null ? "" : ", with a token of " + token);
    }

    /** What a listener refuses before anything else is looked at. */
    public Explanation refusedAtListener(Question question, String why, String outcome) {
        return refused(question, why, outcome);
    }

    private Explanation refused(Question question, String why, String outcome) {
        return new Explanation(
                table.revision(),
                question.toString(),
                caller(question.caller()),
                null,
                why,
                List.of(),
                List.of(),
                null,
                "",
                List.of(),
                List.of(),
                List.of(),
                outcome);
    }

    private String nearest(String host) {
        List<String> known = table.services().stream()
                .flatMap(route -> route.hostnames().stream())
                .map(HostPattern::text)
                .limit(SUGGESTIONS_FROM_MAX)
                .toList();
        String near = Suggestion.question(host, known);
        return near == null ? "" : "; " + near;
    }

    private static HostPattern best(ServiceRoute route, String host) {
        HostPattern best = null;
        for (HostPattern pattern : route.hostnames()) {
            if (fits(pattern, host) && (best == null || isMoreExact(pattern, best))) {
                best = pattern;
            }
        }
        if (best == null) {
            throw new IllegalStateException("service " + route.name() + ": expected one of its hosts to fit " + host);
        }
        return best;
    }

    private List<String> passedOver(ServiceRoute chosen, HostPattern best, String host) {
        List<String> lines = new ArrayList<>();
        boolean tls = chosen.protocol() == ServiceProtocol.TLS;
        for (ServiceRoute route : table.services()) {
            if (tls != (route.protocol() == ServiceProtocol.TLS)) {
                continue;
            }
            for (HostPattern pattern : route.hostnames()) {
                if (fits(pattern, host) && !pattern.equals(best)) {
                    String whose = route.name().equals(chosen.name()) ? "the same service" : "service " + route.name();
                    lines.add(pattern + " of " + whose + " fits too, but " + best + " is more exact");
                }
            }
        }
        return lines;
    }

    private static boolean fits(HostPattern pattern, String host) {
        if (!pattern.isWildcard()) {
            return pattern.text().equals(host);
        }
        String suffix = pattern.text().substring(1);
        return host.length() > suffix.length() && host.endsWith(suffix);
    }

    private static boolean isMoreExact(HostPattern one, HostPattern other) {
        return !one.isWildcard()
                || (other.isWildcard() && one.text().length() > other.text().length());
    }
}

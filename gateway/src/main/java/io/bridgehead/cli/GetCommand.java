package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.admin.TrafficRates;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code get}: what a node knows, as tables. */
@Command(
        name = "get",
        description =
                "Shows services, traffic, events, limits, routes, gateways, policies, sites, nodes, tunnels, listeners, certificates or orders as a node sees them.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead get services",
            "  bridgehead get traffic --over 10s",
            "  bridgehead get routes -o json",
            "  bridgehead get tunnels -o json",
            "  bridgehead get services --watch",
            "  bridgehead get listeners",
            "  bridgehead get certs -o yaml",
            "  bridgehead get orders"
        })
final class GetCommand implements Runnable {
    private static final String TRAFFIC = "/v1/traffic";

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Command(
            name = "services",
            description =
                    "Services and all their sites: who serves them now, what each could bear, how many of its endpoints"
                            + " are fit, and why.",
            mixinStandardHelpOptions = true)
    void services(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(
                node,
                output,
                "services",
                "service=service",
                "site=site",
                "tier=tier",
                "entry=tierWord",
                "share=share",
                "capacity=capacity",
                "health=health",
                "up=up",
                "state=state",
                "orders=orders",
                "reason=reason");
    }

    @Command(
            name = "traffic",
            description =
                    "What went through this node by service and sites, and by route where a service has several: rates, errors"
                            + " and latencies, since its start or over some seconds from now.",
            mixinStandardHelpOptions = true)
    void traffic(
            @Mixin NodeAccess node,
            @Mixin Output output,
            @Option(
                            names = "--over",
                            paramLabel = "TIME",
                            converter = Lasting.Reader.class,
                            description = "how long to watch, such as 10s (default: since the node's start)")
                    @Nullable
                    Lasting over)
            throws NodeUnreachableException {
        JsonObject answer = node.get(TRAFFIC);
        Duration watched = over == null ? null : over.time();
        if (watched != null) {
            try (Progress _ = Progress.of("watching for " + watched.toSeconds() + " s")) {
                LockSupport.parkNanos(watched.toNanos());
            }
            answer = TrafficRates.between(answer, node.get(TRAFFIC));
        }
        output.rows(
                spec.commandLine().getOut(),
                output.isDocument() ? answer : withRoutes(answer),
                "traffic",
                "service=service",
                "route=route",
                "from=from",
                "to=to",
                "requests=requests",
                "rate=rate",
                "errors=errors",
                "refused=refused",
                "p50=p50",
                "p95=p95",
                "p99=p99");
    }

    /** The routes of a service below the service. */
    private static JsonObject withRoutes(JsonObject answer) {
        JsonArray lines = new JsonArray();
        for (Object service : answer.getJsonArray("traffic")) {
            lines.add(service);
            for (Object route : answer.getJsonArray("routes", new JsonArray())) {
                if (isPart((JsonObject) route, (JsonObject) service)) {
                    lines.add(route);
                }
            }
        }
        return new JsonObject().put("traffic", lines);
    }

    private static boolean isPart(JsonObject route, JsonObject service) {
        return List.of("service", "from", "to").stream()
                .allMatch(key -> route.getString(key).equals(service.getString(key)));
    }

    @Command(
            name = "events",
            description = "What the node's log said last, the newest first.",
            mixinStandardHelpOptions = true)
    void events(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(node, output, "events", "at=at", "level=level", "event=text", "about=about");
    }

    @Command(
            name = "limits",
            description = "Rate limits of services, and what they have let through and refused at this node.",
            mixinStandardHelpOptions = true)
    void limits(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(
                node,
                output,
                "limits",
                "service=service",
                "limit=limit",
                "scope=scope",
                "share=share",
                "what=what",
                "passed=passed",
                "refused=refused",
                "keys=keys");
    }

    @Command(
            name = "routes",
            description = "Routes of the Gateway API, where they are attached, and what is wrong with them.",
            mixinStandardHelpOptions = true)
    void routes(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(
                node,
                output,
                "routes",
                "kind=kind",
                "route=object",
                "parents=parents",
                "accepted=accepted",
                "refs resolved=resolvedRefs",
                "programmed=programmed");
    }

    @Command(
            name = "gateways",
            description = "Gateways and their listeners, with the number of routes at each.",
            mixinStandardHelpOptions = true)
    void gateways(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(
                node,
                output,
                "gateways",
                "kind=kind",
                "gateway=object",
                "addresses=addresses",
                "listeners (routes)=listeners",
                "accepted=accepted",
                "programmed=programmed");
    }

    @Command(
            name = "policies",
            description =
                    "AuthorizationPolicies and external checks, whom they are about and how often they mattered; policies of the Gateway API for TLS to backends.",
            mixinStandardHelpOptions = true)
    void policies(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(
                node,
                output,
                "policies",
                "kind=kind",
                "policy=object",
                "action=action",
                "dry run=dryRun",
                "targets=targets",
                "services=services",
                "rules=rules",
                "matches=matches",
                "accepted=accepted",
                "refs resolved=resolvedRefs");
    }

    @Command(name = "gatewayclasses", description = "Classes of gateways.", mixinStandardHelpOptions = true)
    void gatewayclasses(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(node, output, "gatewayclasses", "kind=kind", "class=object", "accepted=accepted");
    }

    @Command(name = "sites", description = "Sites of the fabric.", mixinStandardHelpOptions = true)
    void sites(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(node, output, "sites", "site=site", "nodes=nodes", "reachable=reachable", "services=services");
    }

    @Command(
            name = "nodes",
            description = "Nodes of the fabric and the revision each serves.",
            mixinStandardHelpOptions = true)
    void nodes(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(
                node,
                output,
                "nodes",
                "node=node",
                "site=site",
                "revision=revision",
                "version=version",
                "seen by=seenBy",
                "tunnel=tunnel");
    }

    @Command(name = "tunnels", description = "Tunnels to nodes of other sites.", mixinStandardHelpOptions = true)
    void tunnels(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(
                node,
                output,
                "tunnels",
                "address=address",
                "node=node",
                "site=site",
                "state=state",
                "round trip=roundTrip",
                "streams=streams",
                "connections=connections",
                "security=security",
                "last error=lastError");
    }

    @Command(
            name = "listeners",
            description = "The ports that the node serves, with their open connections and what TLS shows there.",
            mixinStandardHelpOptions = true)
    void listeners(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(
                node,
                output,
                "listeners",
                "listener=name",
                "protocol=protocol",
                "address=address",
                "connections=connections",
                "certificates=certificates",
                "ends=notAfter",
                "key exchange=keyExchange");
    }

    @Command(
            name = "certs",
            description = "Every certificate that the node shows or trusts, as 'bridgehead certs' shows them.",
            mixinStandardHelpOptions = true)
    void certs(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        CertsCommand.show(spec.commandLine().getOut(), node, output);
    }

    @Command(
            name = "orders",
            description = "Orders of operators that are in force; with -o json also those that are over.",
            mixinStandardHelpOptions = true)
    void orders(@Mixin NodeAccess node, @Mixin Watched output) throws NodeUnreachableException {
        print(node, output, "orders", "order=order", "until=until", "given=given", "author=author", "reason=reason");
    }

    private void print(NodeAccess node, Watched output, String what, String... columns)
            throws NodeUnreachableException {
        output.show(spec.commandLine().getOut(), () -> node.get("/v1/" + what), what, columns);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "what to get is missing: services, traffic, events, limits, routes, gateways, policies, gatewayclasses, sites, nodes, tunnels, listeners, certs or orders");
    }
}

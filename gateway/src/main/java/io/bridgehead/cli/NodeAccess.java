package io.bridgehead.cli;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command reaches a node: on its socket, or elsewhere with an operator's certificate. */
@OwnedBy(Owner.CONFINED)
final class NodeAccess {
    @Mixin
    private final OperatorKey operator = new OperatorKey();

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description = "the node's admin socket (default: " + AdminSocket.DEFAULT_IN_WORDS + ")")
    private @Nullable Path socket;

    @Option(
            names = "--node",
            paramLabel = "HOST:PORT",
            description = "a node elsewhere, at its admin.remote port, by the operator's certificate (default:"
                    + " $BRIDGEHEAD_NODE, else the socket)")
    private @Nullable String node;

    @Option(
            names = "--node-id",
            paramLabel = "SITE[/NODE]",
            description =
                    "the site, or the node of a site, that must answer there (default: $BRIDGEHEAD_NODE_ID, else any"
                            + " gateway of the trust domain)")
    private @Nullable String nodeId;

    private @Nullable AdminClient client;
    private @Nullable ConfigOption config;
    private @Nullable String waitingFor = "waiting for the node";

    private static String environment(String name, String otherwise) {
        String named = System.getenv(name);
        return named == null || named.isEmpty() ? otherwise : named;
    }

    /** Means the node of this configuration, when it is named. */
    void configuredBy(ConfigOption option) {
        config = option;
    }

    /** From now on a terminal is told that the command is at this while a question takes longer than a second; null: it is told otherwise. */
    void doing(@Nullable String what) {
        waitingFor = what;
    }

    /** Whether the node is one elsewhere, by {@code --node} or its variable. */
    boolean isElsewhere() {
        return !address().isEmpty();
    }

    /** The socket at which a node on this machine is asked. */
    Path place() {
        return AdminSocket.here().find(socket, config == null ? null : config.named());
    }

    /** Where a node elsewhere is; empty when it is asked at its socket. */
    private String address() {
        return node != null ? node : socket != null ? "" : environment("BRIDGEHEAD_NODE", "");
    }

    /** Who signs, and who is shown to a node elsewhere. */
    OperatorKey operator() {
        return operator;
    }

    private AdminClient client() {
        AdminClient known = client;
        if (known == null) {
            known = connecting();
            client = known;
        }
        return known;
    }

    private AdminClient connecting() {
        if (socket != null && node != null) {
            throw new Failure(Failure.USAGE, "bridgehead: --socket and --node: expected one of them");
        }
        String address = address();
        if (address.isEmpty()) {
            return new AdminClient(place());
        }
        KeyMaterial material = operator.material();
        return RemoteNode.client(hostPort(address), material, wanted(material.id()));
    }

    private static HostPort hostPort(String address) {
        try {
            return HostPort.parse(address);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, "bridgehead: --node: " + e.getMessage());
        }
    }

    private ExpectedPeer wanted(SpiffeId operatorId) {
        String named = nodeId == null ? environment("BRIDGEHEAD_NODE_ID", "") : nodeId;
        if (named.isEmpty()) {
            return ExpectedPeer.anyone();
        }
        int slash = named.indexOf('/');
        try {
            SiteName site = new SiteName(slash < 0 ? named : named.substring(0, slash));
            return slash < 0
                    ? ExpectedPeer.gatewayAt(operatorId.trustDomain(), site)
                    : ExpectedPeer.exactly(
                            SpiffeId.gateway(operatorId.trustDomain(), site, new NodeName(named.substring(slash + 1))));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.USAGE,
                    "bridgehead: --node-id '" + named + "': expected SITE or SITE/NODE: " + e.getMessage());
        }
    }

    /** The node, as it is reached once and for all. */
    NodeTalk talk() {
        return new NodeTalk(client());
    }

    /** The node, by what the operator's files are now; any thread. */
    NodeTalk anew() {
        return new NodeTalk(connecting());
    }

    /** Gets a resource; a refusal of the node becomes a {@link Failure}. */
    JsonObject get(String path) throws NodeUnreachableException {
        try (Progress _ = Progress.of(waitingFor)) {
            return talk().get(path);
        }
    }

    /** Gets a resource that is no JSON; empty when the node does not serve it. */
    String text(String path) throws NodeUnreachableException {
        AdminClient.Answer answer = client().get(path);
        return answer.ok() ? answer.body() : "";
    }

    /** Posts a body; a refusal of the node becomes a {@link Failure}. */
    JsonObject post(String path, Map<String, String> fields, byte[] body) throws NodeUnreachableException {
        return said(path, fields, body).orFail();
    }

    /** Posts a body; a refusal is an answer as any other. */
    NodeTalk.Said said(String path, Map<String, String> fields, byte[] body) throws NodeUnreachableException {
        try (Progress _ = Progress.of(waitingFor)) {
            return talk().said(path, fields, body);
        }
    }
}

package io.bridgehead.demo;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The processes of the demonstration, by name: gateway nodes and endpoints. */
@OwnedBy(Owner.CONFINED)
final class Fabric implements AutoCloseable {
    private final Path launcher;
    private final Workspace workspace;
    private final Map<String, Child> children = new HashMap<>();

    Fabric(Path launcher, Workspace workspace) {
        this.launcher = launcher;
        this.workspace = workspace;
    }

    void startNode(Workspace.Node node) throws IOException {
        Path log = node.folder().resolve("log");
        children.put(
                node.name(),
                Child.start(
                        launcher, log, List.of("run", "--config", node.config().toString())));
    }

    void startBackend(Workspace.Backend backend) throws IOException {
        List<String> arguments = List.of(
                "demo-endpoint",
                "--name",
                backend.name(),
                "--port",
                Integer.toString(backend.port()),
                "--posts",
                backend.posts().toString());
        children.put(backend.name(), Child.start(launcher, workspace.folder().resolve("endpoints.log"), arguments));
    }

    void kill(String name) {
        Child child = children.remove(name);
        if (child != null) {
            child.kill();
        }
    }

    /** Applies a document as a user does; fails when the command does. */
    void apply(Path document, Path certificate, Path key) throws IOException {
        List<String> arguments = List.of(
                "apply",
                "--socket",
                workspace.nodes().getFirst().socket().toString(),
                "--certificate",
                certificate.toString(),
                "--key",
                key.toString(),
                "--file",
                document.toString());
        Path log = workspace.folder().resolve("apply.log");
        int code = Child.start(launcher, log, arguments).exitCode();
        if (code != 0) {
            throw new IOException("bridgehead apply ended with " + code + ": " + Files.readString(log));
        }
    }

    /** Whether the node answers that it is ready. */
    boolean ready(Workspace.Node node) {
        try {
            return new AdminClient(node.socket()).get("/ready").ok();
        } catch (NodeUnreachableException e) {
            return false;
        }
    }

    /** The revisions that the living nodes serve; one when all agree, "" for a node that serves nothing yet. */
    Set<String> revisions() {
        Set<String> revisions = new TreeSet<>();
        for (Workspace.Node node : workspace.nodes()) {
            try {
                AdminClient.Answer answer = new AdminClient(node.socket()).get("/v1/status");
                revisions.add(new JsonObject(answer.body()).getString("revision", ""));
            } catch (NodeUnreachableException e) {
                revisions.add("unreachable " + node.name());
            }
        }
        return revisions;
    }

    /** Whether a node sees all nodes as members of the cluster. */
    boolean clustered(Workspace.Node node) {
        try {
            JsonObject status = new JsonObject(
                    new AdminClient(node.socket()).get("/v1/status").body());
            return status.getJsonObject("cluster").getInteger("members")
                    == workspace.nodes().size();
        } catch (NodeUnreachableException e) {
            return false;
        }
    }

    /** Whether a node has a tunnel that works to each node of the other sites. */
    boolean connected(Workspace.Node node) {
        try {
            JsonObject answer = new JsonObject(
                    new AdminClient(node.socket()).get("/v1/tunnels").body());
            long up = answer.getJsonArray("tunnels").stream()
                    .filter(tunnel -> ((JsonObject) tunnel).getString("state").equals("up"))
                    .count();
            return up
                    == workspace.nodes().stream()
                            .filter(other -> !other.site().equals(node.site()))
                            .count();
        } catch (NodeUnreachableException e) {
            return false;
        }
    }

    /** The processes that ended though nobody ended them. */
    List<String> lost() {
        List<String> lost = new ArrayList<>();
        children.forEach((name, child) -> {
            if (!child.alive()) {
                lost.add(name);
            }
        });
        return lost;
    }

    /** Makes the trust domain: every node's certificate, and an operator's. */
    Keys makeKeys() throws IOException {
        return Keys.make(
                new TrustDomain(Workspace.TRUST_DOMAIN),
                workspace.folder(),
                workspace.nodes().stream()
                        .map(node ->
                                new Keys.Holder(new SiteName(node.site()), new NodeName(node.name()), node.folder()))
                        .toList());
    }

    @Override
    public void close() {
        children.values().forEach(Child::ask);
        children.values().forEach(Child::stop);
        children.clear();
    }
}

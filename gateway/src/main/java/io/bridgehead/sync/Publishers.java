package io.bridgehead.sync;

import io.bridgehead.cluster.api.Kind;
import io.bridgehead.config.NodeConfig.Publisher;
import io.bridgehead.model.SpiffeId;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Who may publish which source here: this node's own {@code trust.publishers}, and its own folders. A node's identity is good for sources
 * that are granted to nodes, never for what operators may do; an entry with {@code sources} or {@code documents} is good for these alone and for no orders.
 *
 * @param granted what {@code trust.publishers} says
 * @param self this node
 * @param ownFolders the sources of this node's folders now
 */
public record Publishers(List<Publisher> granted, SpiffeId self, Supplier<Set<String>> ownFolders) {
    public Publishers {
        granted = List.copyOf(granted);
    }

    /** Whether an identity may sign such a record about such a subject; the subject of a changeset, and of a stage of one, is its source. */
    public boolean allow(SpiffeId signer, Kind kind, String subject) {
        if (signer.gatewayNode() != null) {
            return kind.equals(Kind.CHANGESET) && allowNode(signer, subject);
        }
        boolean changeset = kind.equals(Kind.CHANGESET) || kind.equals(Kind.STAGE);
        return granted.stream()
                .filter(publisher -> changeset ? isFor(publisher, subject) : isUnbounded(publisher))
                .flatMap(publisher -> publisher.operators().stream())
                .anyMatch(pattern -> pattern.matches(signer));
    }

    private static boolean isFor(Publisher publisher, String source) {
        return publisher.sources().isEmpty() || publisher.sources().contains(source);
    }

    private static boolean isUnbounded(Publisher publisher) {
        return publisher.sources().isEmpty() && publisher.documents().isEmpty();
    }

    /** Whether one who may publish a source may publish a document of this name in it; what this node published itself is good. */
    boolean allowDocument(SpiffeId signer, String source, String document) {
        if (signer.equals(self)) {
            return true;
        }
        return granted.stream()
                .filter(publisher -> isFor(publisher, source))
                .filter(publisher -> publisher.documents().isEmpty()
                        || publisher.documents().stream().anyMatch(pattern -> pattern.matches(document)))
                .flatMap(publisher ->
                        (signer.gatewayNode() == null ? publisher.operators() : publisher.nodes()).stream())
                .anyMatch(pattern -> pattern.matches(signer));
    }

    /**
     * Whether what an identity has published before counts still. What this node published from a folder itself does when the folder is no longer
     * named: to take a line out of gateway.yaml is not to take documents away.
     */
    boolean keep(SpiffeId signer, Kind kind, String subject) {
        return allow(signer, kind, subject) || (kind.equals(Kind.CHANGESET) && signer.equals(self));
    }

    private boolean allowNode(SpiffeId node, String source) {
        if (node.equals(self) && ownFolders.get().contains(source)) {
            return true;
        }
        return granted.stream()
                .filter(publisher -> publisher.sources().contains(source))
                .flatMap(publisher -> publisher.nodes().stream())
                .anyMatch(pattern -> pattern.matches(node));
    }

    /** Whether anybody is bounded to some documents here. */
    boolean boundDocuments() {
        return granted.stream().anyMatch(publisher -> !publisher.documents().isEmpty());
    }

    /** What would have been expected instead, for a message. */
    String expected(SpiffeId signer, Kind kind, String subject) {
        if (signer.gatewayNode() != null) {
            return kind.equals(Kind.CHANGESET)
                    ? "trust.publishers to grant this node source '" + subject + "', as in { nodes: [ " + signer
                            + " ], sources: [ " + subject + " ] }"
                    : "an operator: nodes publish documents of folders only";
        }
        boolean bounded = granted.stream()
                .flatMap(publisher -> publisher.operators().stream())
                .anyMatch(pattern -> pattern.matches(signer));
        if (bounded && !kind.equals(Kind.CHANGESET) && !kind.equals(Kind.STAGE)) {
            return "an identity that trust.publishers names without sources and documents";
        }
        return bounded
                ? "one of the sources that trust.publishers grants this identity"
                : "an identity that trust.publishers names, such as spiffe://" + signer.trustDomain() + "/operator/*";
    }
}

package io.bridgehead.sync;

import io.bridgehead.cluster.api.Kind;
import io.bridgehead.config.NodeConfig.Publisher;
import io.bridgehead.model.SpiffeId;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Who may publish which source here: this node's own {@code trust.publishers}, and its own folders. A node's identity is good for sources
 * that are granted to nodes, never for what operators may do; an entry with {@code sources} is good for these alone and for no orders.
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
                .filter(publisher -> publisher.sources().isEmpty()
                        || (changeset && publisher.sources().contains(subject)))
                .flatMap(publisher -> publisher.operators().stream())
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
        return bounded
                ? "one of the sources that trust.publishers grants this identity"
                : "an identity that trust.publishers names, such as spiffe://" + signer.trustDomain() + "/operator/*";
    }
}

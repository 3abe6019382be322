package io.bridgehead.sync;

import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.Member;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * Which forms of changesets the nodes of the fabric read, as they say in their reports and as members of the cluster. While one reads no
 * differences, changesets list all documents. A node that was heard once counts until it says otherwise, is quarantined, or this one is started anew.
 *
 * <p><b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Readers {
    /** As many as there are reports of. */
    static final int NODES_MAX = 1024;

    private final ConcurrentMap<NodeName, Integer> older = new ConcurrentHashMap<>();

    /** A node has told what it reads. */
    void heard(NodeReport report) {
        NodeName node = report.report().node();
        if (report.changesets() >= ChangesetCodec.DIFFERENCES) {
            older.remove(node);
        } else if (older.size() < NODES_MAX) {
            older.put(node, report.changesets());
        }
    }

    void forget(NodeName node) {
        older.remove(node);
    }

    /** The nodes that read no differences, each with the newest version that it reads. */
    Map<NodeName, Integer> withoutDifferences(Collection<Member> members) {
        Map<NodeName, Integer> all = new TreeMap<>(older);
        for (Member member : members) {
            int reads = reads(member);
            if (reads < ChangesetCodec.DIFFERENCES) {
                all.put(new NodeName(member.info().node()), reads);
            }
        }
        return all;
    }

    /** A sentence about those nodes; nothing when there is none. */
    Optional<String> sentence(Collection<Member> members) {
        Map<NodeName, Integer> all = withoutDifferences(members);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        String nodes = all.entrySet().stream()
                .map(one -> one.getKey() + " (up to version " + one.getValue() + ")")
                .collect(Collectors.joining(", "));
        return Optional.of("nodes that do not read version " + ChangesetCodec.DIFFERENCES + " of changesets: " + nodes
                + "; changesets list all documents until these are upgraded or quarantined");
    }

    private static int reads(Member member) {
        String said = member.info().versions().get(ChangesetCodec.VERSION_NAME);
        try {
            return said == null ? NodeReport.CHANGESETS_UNSAID : Integer.parseInt(said);
        } catch (NumberFormatException e) {
            return NodeReport.CHANGESETS_UNSAID;
        }
    }
}

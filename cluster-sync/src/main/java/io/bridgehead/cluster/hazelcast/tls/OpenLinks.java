package io.bridgehead.cluster.hazelcast.tls;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The links of this node's member whose handshakes are done. Threads: any. */
public final class OpenLinks {
    private final Set<MemberLink> open = ConcurrentHashMap.newKeySet();

    /**
     * A link carries data from now on. Its peer is judged once more, for rules may have changed while it shook hands.
     */
    void opened(MemberLink link, LinkPolicy policy) {
        open.add(link);
        if (link.isClosed()) {
            open.remove(link);
        }
        policy.tasks().execute(() -> recheck(link));
    }

    void ended(MemberLink link) {
        open.remove(link);
    }

    /** Judges the peers of all again, and closes the links of those that are refused; says who they are. */
    public Set<String> recheckAll() {
        Set<String> refused = new HashSet<>();
        for (MemberLink link : open) {
            if (!link.recheck()) {
                refused.add(link.peer());
            }
        }
        return refused;
    }

    /** Whom links are open to. */
    public Set<String> peers() {
        Set<String> peers = new HashSet<>();
        for (MemberLink link : open) {
            if (!link.isClosed()) {
                peers.add(link.peer());
            }
        }
        return peers;
    }

    private void recheck(MemberLink link) {
        if (open.contains(link)) {
            link.recheck();
        }
    }
}

package io.bridgehead.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.cluster.api.ClusterState.Phase;
import io.bridgehead.cluster.api.Member;
import io.bridgehead.cluster.api.Subscription;
import io.bridgehead.cluster.ledger.Bulletin;
import io.bridgehead.cluster.ledger.Current;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What this node sees of the cluster, and who is told of changes. Threads: any that may run listeners. */
final class ClusterView {
    private final InstantSource time;
    private final Current<ClusterState> state;
    private final Bulletin<ClusterState> bulletin = new Bulletin<>();

    ClusterView(InstantSource time) {
        this.time = time;
        this.state = new Current<>(new ClusterState(Phase.STARTING, List.of(), 0, time.instant(), Optional.empty()));
    }

    ClusterState state() {
        return state.get();
    }

    Subscription subscribe(Consumer<ClusterState> listener) {
        return bulletin.subscribe(listener, this::state);
    }

    /** Looks at the members anew. */
    void look(HazelcastInstance member) {
        List<Member> members = members(member);
        move(members.size() > 1 ? Phase.JOINED : Phase.ALONE, members, 0, Optional.empty());
    }

    void merged(HazelcastInstance member) {
        List<Member> members = members(member);
        move(members.size() > 1 ? Phase.JOINED : Phase.ALONE, members, 1, Optional.empty());
    }

    /** What failed goes on to be shown as failed, with its reason, until it is mended. */
    void starting() {
        if (state.get().phase() != Phase.FAILED) {
            move(Phase.STARTING, List.of(), 0, Optional.empty());
        }
    }

    void failed(String problem) {
        move(Phase.FAILED, List.of(), 0, Optional.of(problem));
    }

    void stopped() {
        move(Phase.STOPPED, List.of(), 0, Optional.empty());
    }

    private void move(Phase phase, List<Member> members, int merged, Optional<String> problem) {
        ClusterState before = state.get();
        ClusterState after = state.update(now -> now.phase() == Phase.STOPPED
                ? now
                : new ClusterState(
                        phase,
                        members,
                        now.merges() + merged,
                        now.phase() == phase ? now.since() : time.instant(),
                        problem));
        if (!after.equals(before)) {
            bulletin.post(after);
        }
    }

    /**
     * Hazelcast lists the oldest first. A member whose attributes do not fit its name was let in by a damaged master.
     */
    private static List<Member> members(HazelcastInstance member) {
        List<Member> members = new ArrayList<>();
        for (com.hazelcast.cluster.Member other : member.getCluster().getMembers()) {
            String address =
                    other.getAddress().getHost() + ":" + other.getAddress().getPort();
            if (MemberAttributes.refusal(String.valueOf(other.getAttribute("spiffe")), other.getAttributes())
                    .isEmpty()) {
                members.add(new Member(MemberAttributes.info(other.getAttributes()), address, other.localMember()));
            }
        }
        return members;
    }
}

package io.bridgehead.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;

/**
 * A running member and the structures on it.
 *
 * @param member Hazelcast's
 * @param board live records
 * @param heads comparisons and sets
 * @param health the topic
 */
record Joined(HazelcastInstance member, Blackboard board, HeadCells heads, HealthTopic health) {
    boolean isRunning() {
        return member.getLifecycleService().isRunning();
    }
}

package io.bridgehead.cluster.hazelcast.tls;

import java.util.Map;
import java.util.Optional;

/** Whether what a joiner says of itself fits the certificate it came with. */
@FunctionalInterface
public interface JoinRule {
    /** A reason to refuse the join, for people, or nothing. */
    Optional<String> refusal(String peerId, Map<String, String> attributes);
}

package io.bridgehead.cluster.hazelcast;

import io.bridgehead.cluster.api.NodeInfo;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who a node is, as the static attributes of a Hazelcast member. */
final class MemberAttributes {
    private static final String NODE = "node";
    private static final String SITE = "site";
    private static final String REGION = "region";
    private static final String PROVIDER = "provider";
    private static final String SPIFFE_ID = "spiffe";
    private static final String VERSION = "version.";

    private MemberAttributes() {}

    static Map<String, String> of(NodeInfo info) {
        Map<String, String> attributes = new TreeMap<>();
        attributes.put(NODE, info.node());
        attributes.put(SITE, info.site());
        attributes.put(REGION, info.region());
        attributes.put(PROVIDER, info.provider());
        attributes.put(SPIFFE_ID, info.spiffeId());
        info.versions().forEach((name, version) -> attributes.put(VERSION + name, version));
        return attributes;
    }

    /** Throws IllegalArgumentException when the SPIFFE ID does not name the site and node. */
    static NodeInfo info(Map<String, String> attributes) {
        SortedMap<String, String> versions = new TreeMap<>();
        attributes.forEach((name, value) -> {
            if (name.startsWith(VERSION)) {
                versions.put(name.substring(VERSION.length()), value);
            }
        });
        return new NodeInfo(
                attributes.getOrDefault(NODE, ""),
                attributes.getOrDefault(SITE, ""),
                attributes.getOrDefault(REGION, ""),
                attributes.getOrDefault(PROVIDER, ""),
                versions,
                attributes.getOrDefault(SPIFFE_ID, ""));
    }

    /** A joiner must be who its certificate says, and that must be the node and site that it claims. */
    static Optional<String> refusal(String peerId, Map<String, String> attributes) {
        try {
            String claimed = info(attributes).spiffeId();
            return claimed.equals(peerId)
                    ? Optional.empty()
                    : Optional.of("the joiner says it is \"" + claimed + "\", its certificate says \"" + peerId
                            + "\"; expected the same");
        } catch (IllegalArgumentException e) {
            return Optional.of("the joiner with certificate \"" + peerId + "\": " + e.getMessage());
        }
    }
}

package io.bridgehead.cluster.api;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who a node says it is; bound to its certificate when it joins.
 *
 * @param node its name within the site
 * @param site the site
 * @param region free text, may be empty
 * @param provider free text, may be empty
 * @param versions software and format versions by name
 * @param spiffeId {@code spiffe://<trust-domain>/site/<site>/gateway/<node>}
 */
public record NodeInfo(
        String node, String site, String region, String provider, SortedMap<String, String> versions, String spiffeId) {
    public NodeInfo {
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
        String expected = "/site/" + site + "/gateway/" + node;
        if (!spiffeId.startsWith("spiffe://") || !spiffeId.endsWith(expected)) {
            throw new IllegalArgumentException(
                    "SPIFFE ID is \"" + spiffeId + "\"; expected spiffe://<trust-domain>" + expected);
        }
    }

    /** {@code <site>/<node>}: unique in the fabric, and the node part of its stamps. */
    public String id() {
        return site + "/" + node;
    }
}

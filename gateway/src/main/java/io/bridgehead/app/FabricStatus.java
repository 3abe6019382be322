package io.bridgehead.app;

import io.bridgehead.control.KnownNode;
import io.bridgehead.control.KnownNodes;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.sync.ActiveDocuments;
import io.bridgehead.sync.NodeReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a node can say of the whole fabric: who is there, which revision each serves and how far that is behind, who has not been heard, and
 * what that means.
 *
 * @param nodes the other nodes, by name
 * @param suspicion why the fabric may be split, for people; empty while nothing says so
 */
record FabricStatus(SortedMap<NodeName, Seen> nodes, String suspicion) {
    /** Three full reports, and time for the last of them to travel. */
    static final long SILENT_MILLIS = 35_000;

    private static final int LAGS_MAX = 5;

    /**
     * Another node, as it was when it was heard last.
     *
     * @param silentMillis for how long this node has listened to it in vain: since its last report, or since this node was started
     * @param agoMillis since its last report, which may be before the start of this node
     */
    record Peer(NodeName node, SiteName site, String revision, String version, long silentMillis, long agoMillis) {
        /** One that was heard since the start. */
        static Peer heard(NodeReport report, long silentMillis) {
            return new Peer(
                    report.report().node(),
                    report.report().site(),
                    report.revision(),
                    report.version(),
                    silentMillis,
                    silentMillis);
        }

        /** One that was heard before it, and not since. */
        static Peer remembered(KnownNode node, long upMillis, long agoMillis) {
            return new Peer(
                    node.node(), node.site(), node.revision(), node.version(), upMillis, Math.max(upMillis, agoMillis));
        }

        boolean isSilent() {
            return silentMillis > SILENT_MILLIS;
        }
    }

    /**
     * What is known of another node.
     *
     * @param seenBy the ways on which it is seen now; empty for none
     * @param behind what it does not serve that this node holds, a few words for each source
     */
    record Seen(Peer peer, String seenBy, List<String> behind) {
        boolean isSilent() {
            return peer.isSilent();
        }
    }

    /**
     * Puts together what is known. Nodes that are not missed any more are left out ({@link KnownNodes#isGone}).
     *
     * @param heads of sources, as people name them
     * @param own this node's site
     * @param named whether services name a site
     */
    static FabricStatus of(
            Collection<Peer> peers,
            Function<NodeName, String> seenBy,
            SortedMap<String, String> heads,
            SiteName own,
            Predicate<SiteName> named) {
        Set<SiteName> heard = new HashSet<>(Set.of(own));
        peers.stream().filter(peer -> !peer.isSilent()).map(Peer::site).forEach(heard::add);
        SortedMap<NodeName, Seen> nodes = new TreeMap<>();
        for (Peer peer : peers) {
            boolean gone = peer.isSilent()
                    && KnownNodes.isGone(
                            peer.agoMillis(),
                            heard.contains(peer.site()),
                            peer.agoMillis() > KnownNodes.GIVEN_UP_MILLIS && named.test(peer.site()));
            if (!gone) {
                nodes.put(peer.node(), new Seen(peer, seenBy.apply(peer.node()), behind(peer.revision(), heads)));
            }
        }
        return new FabricStatus(nodes, suspicion(nodes.values()));
    }

    /** A whole site that fell silent at once, or more than half of the nodes, is more likely cut off than stopped. */
    private static String suspicion(Collection<Seen> nodes) {
        Map<SiteName, List<Seen>> bySite = new TreeMap<>();
        nodes.forEach(seen -> bySite.computeIfAbsent(seen.peer().site(), _ -> new ArrayList<>())
                .add(seen));
        List<String> sites = bySite.entrySet().stream()
                .filter(site -> site.getValue().stream().allMatch(Seen::isSilent))
                .map(site -> site.getKey().value())
                .toList();
        List<String> silent = nodes.stream()
                .filter(Seen::isSilent)
                .map(seen -> seen.peer().node().value())
                .toList();
        if (sites.isEmpty() && silent.size() * 2 <= nodes.size()) {
            return "";
        }
        return "the fabric may be split: nothing was heard for more than " + SILENT_MILLIS / 1000 + " s from "
                + (sites.isEmpty() ? "" : "any node of " + String.join(", ", sites) + "; silent are ")
                + String.join(", ", silent) + ": cut off, or stopped";
    }

    private static List<String> behind(String served, SortedMap<String, String> heads) {
        Map<String, String> there = new TreeMap<>();
        if (!served.equals(ActiveDocuments.NOTHING)) {
            for (String one : served.split(",", -1)) {
                int at = one.indexOf('@');
                there.put(
                        at < 0 && heads.size() == 1 ? heads.firstKey() : at < 0 ? "" : one.substring(0, at),
                        one.substring(at + 1));
            }
        }
        List<String> behind = new ArrayList<>();
        heads.forEach((source, head) -> {
            String has = there.get(source);
            if (!head.equals(has) && behind.size() < LAGS_MAX) {
                behind.add(source + ": " + (has == null ? "nothing" : has) + ", head " + head);
            }
        });
        return behind;
    }

    /** As JSON with stable names. */
    JsonArray rows() {
        JsonArray rows = new JsonArray();
        nodes.forEach((name, seen) -> rows.add(new JsonObject()
                .put("node", name.value())
                .put("site", seen.peer().site().value())
                .put("version", seen.peer().version())
                .put("revision", seen.peer().revision())
                .put("behind", new JsonArray(seen.behind()))
                .put("seenBy", seen.seenBy())
                .put("silent", seen.isSilent())
                .put("heardMillisAgo", seen.peer().agoMillis())));
        return rows;
    }
}

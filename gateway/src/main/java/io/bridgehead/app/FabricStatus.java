package io.bridgehead.app;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.sync.ActiveDocuments;
import io.bridgehead.sync.NodeReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

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
    /** A node that was silent for longer is taken for gone for good. */
    static final long GONE_MILLIS = 3_600_000;

    private static final int LAGS_MAX = 5;

    /**
     * What is known of another node.
     *
     * @param seenBy the ways on which it is seen now; empty for none
     * @param silentMillis since its last report
     * @param behind what it does not serve that this node holds, a few words for each source
     */
    record Seen(NodeReport report, String seenBy, long silentMillis, List<String> behind) {
        boolean isSilent() {
            return silentMillis > SILENT_MILLIS;
        }

        private SiteName site() {
            return report.report().site();
        }
    }

    /**
     * Puts together what is known.
     *
     * @param heads of sources, as people name them
     * @param silences since the last report of each node, in milliseconds
     */
    static FabricStatus of(
            Collection<NodeReport> reports,
            Map<NodeName, Long> silences,
            Function<NodeName, String> seenBy,
            SortedMap<String, String> heads) {
        SortedMap<NodeName, Seen> nodes = new TreeMap<>();
        for (NodeReport report : reports) {
            NodeName node = report.report().node();
            long silent = silences.getOrDefault(node, 0L);
            if (silent < GONE_MILLIS) {
                nodes.put(node, new Seen(report, seenBy.apply(node), silent, behind(report.revision(), heads)));
            }
        }
        return new FabricStatus(nodes, suspicion(nodes.values()));
    }

    /** A whole site that fell silent at once, or more than half of the nodes, is more likely cut off than stopped. */
    private static String suspicion(Collection<Seen> nodes) {
        Map<SiteName, List<Seen>> bySite = new TreeMap<>();
        nodes.forEach(seen ->
                bySite.computeIfAbsent(seen.site(), _ -> new ArrayList<>()).add(seen));
        List<String> sites = bySite.entrySet().stream()
                .filter(site -> site.getValue().stream().allMatch(Seen::isSilent))
                .map(site -> site.getKey().value())
                .toList();
        List<String> silent = nodes.stream()
                .filter(Seen::isSilent)
                .map(seen -> seen.report().report().node().value())
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
                .put("site", seen.site().value())
                .put("version", seen.report().version())
                .put("revision", seen.report().revision())
                .put("behind", new JsonArray(seen.behind()))
                .put("seenBy", seen.seenBy())
                .put("silent", seen.isSilent())
                .put("heardMillisAgo", seen.silentMillis())));
        return rows;
    }
}

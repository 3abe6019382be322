package io.bridgehead.load.chaos;

import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.load.wan.FarFabric.Member;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What a node holds, by its admin API: equal pictures are equal stores.
 *
 * @param heads the head of each source
 * @param documents of each source: document to hash
 * @param lost what is shown as lost, by source
 * @param orders the time of the newest order on each subject, over or not
 * @param services what is served
 */
record Picture(
        SortedMap<String, RevisionId> heads,
        SortedMap<String, SortedMap<String, String>> documents,
        SortedMap<String, SortedSet<RevisionId>> lost,
        SortedMap<String, Long> orders,
        SortedSet<String> services) {

    /** Asks a node; nothing when it does not answer. */
    static Optional<Picture> of(AdminDoors doors, Member member) {
        Picture picture = new Picture(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
        return picture.read(doors, member) ? Optional.of(picture) : Optional.empty();
    }

    private boolean read(AdminDoors doors, Member member) {
        boolean all = rows(doors, member, "/v1/sources", "sources", row -> {
            heads.put(row.getString("source"), RevisionId.parse(row.getString("revision")));
            lost.put(row.getString("source"), new TreeSet<>());
        });
        all &= rows(doors, member, "/v1/conflicts", "conflicts", row -> lost.computeIfAbsent(
                        row.getString("source"), _ -> new TreeSet<>())
                .add(RevisionId.parse(row.getString("revision"))));
        for (String kind : Set.of("orders", "over")) {
            all &= rows(doors, member, "/v1/orders", kind, row -> orders.put(
                    row.getString("subject"), row.getLong("stampMillis")));
        }
        all &= rows(doors, member, "/v1/services", "services", row -> services.add(row.getString("service")));
        for (String source : heads.keySet()) {
            all &= doors.get(member, "/v1/sources/" + source)
                    .map(said -> {
                        SortedMap<String, String> hashes = new TreeMap<>();
                        said.getJsonObject("documents")
                                .forEach(entry -> hashes.put(entry.getKey(), String.valueOf(entry.getValue())));
                        return documents.put(source, hashes) == null;
                    })
                    .orElse(false);
        }
        return all;
    }

    private static boolean rows(
            AdminDoors doors, Member member, String path, String array, Consumer<JsonObject> row) {
        return doors.get(member, path)
                .map(said -> {
                    said.getJsonArray(array, new JsonArray()).forEach(one -> row.accept((JsonObject) one));
                    return true;
                })
                .orElse(false);
    }

    /** Where it differs from that of another node, and from itself: what is served and no head has, or the other way about. */
    List<String> differences(String node, Picture other) {
        List<String> differences = new ArrayList<>();
        Map.of(
                        "heads", List.of(heads, other.heads),
                        "documents", List.of(documents, other.documents),
                        "lost revisions", List.of(lost, other.lost),
                        "orders", List.of(orders, other.orders))
                .forEach((what, both) -> {
                    if (!both.getFirst().equals(both.getLast())) {
                        differences.add(node + " has the " + what + " " + both.getFirst() + " and not " + both.getLast());
                    }
                });
        SortedSet<String> expected = new TreeSet<>();
        documents.values().forEach(ofSource -> ofSource.keySet()
                .forEach(name -> expected.add(name.substring(name.indexOf('/') + 1))));
        if (!expected.equals(services)) {
            differences.add(node + " serves " + services + " and its heads say " + expected);
        }
        return differences;
    }

    /** The revisions of a state of all sources, as {@code status} writes it; {@code only} is the name where there is one source. */
    static Map<String, RevisionId> revisions(String text, String only) {
        Map<String, RevisionId> revisions = new TreeMap<>();
        for (String one : text.split(",", -1)) {
            int at = one.lastIndexOf('@');
            if (!one.equals("0")) {
                revisions.put(at < 0 ? only : one.substring(0, at), RevisionId.parse(one.substring(at + 1)));
            }
        }
        return revisions;
    }
}

package io.bridgehead.load.chaos;

import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.load.wan.FarFabric.Member;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Looks at what every node serves, again and again, and tells the chronicle. */
final class ServedRevisions implements AutoCloseable {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final AdminDoors doors;
    private final Chronicle chronicle;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private ServedRevisions(AdminDoors doors, Chronicle chronicle) {
        this.doors = doors;
        this.chronicle = chronicle;
    }

    static ServedRevisions watch(AdminDoors doors, List<Member> members, Chronicle chronicle) {
        ServedRevisions watch = new ServedRevisions(doors, chronicle);
        for (Member member : members) {
            Thread.ofPlatform().daemon().name("watch-" + member.name()).start(() -> watch.run(member));
        }
        return watch;
    }

    private void run(Member member) {
        while (!stopped.get()) {
            look(member);
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    private void look(Member member) {
        String before = serves(member);
        JsonObject services = doors.get(member, "/v1/services").orElseGet(JsonObject::new);
        if (!before.isEmpty() && before.equals(serves(member)) && before.equals(services.getString("revision"))) {
            removed(member, Picture.revisions(before, FiveNodes.GROUND), services);
        }
        doors.get(member, "/v1/conflicts")
                .ifPresent(said -> said.getJsonArray("conflicts", new JsonArray()).stream()
                        .map(JsonObject.class::cast)
                        .forEach(row -> chronicle.lost(
                                row.getString("source"), Set.of(RevisionId.parse(row.getString("revision"))))));
    }

    private String serves(Member member) {
        String revision = doors.get(member, "/v1/status")
                .map(status -> status.getString("revision"))
                .orElse("");
        if (!revision.isEmpty()) {
            chronicle.serves(member.name(), Picture.revisions(revision, FiveNodes.GROUND));
        }
        return revision;
    }

    /** Services that the revisions do not have: removed ones, as no name is ever used by two sources. */
    private void removed(Member member, Map<String, RevisionId> revisions, JsonObject services) {
        Set<String> known = new HashSet<>();
        revisions.forEach((source, revision) -> chronicle
                .change(source, revision)
                .ifPresent(change -> known.addAll(change.hashes().keySet())));
        services.getJsonArray("services", new JsonArray()).stream()
                .map(row -> ((JsonObject) row).getString("service"))
                .filter(service -> !known.contains("Service/" + service))
                .forEach(service -> chronicle.problem(
                        member.name() + " serves " + service + ", which " + revisions + " do not have"));
    }

    @Override
    public void close() {
        stopped.set(true);
    }
}

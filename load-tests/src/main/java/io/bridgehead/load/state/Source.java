package io.bridgehead.load.state;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.sync.Changesets;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.TlsObserver;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.security.SignatureException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A source of documents that an operator changes, without the start of a command line in the time that is measured. */
public final class Source {
    private static final String NAME = "figures";
    private static final double MILLI = 1e6;

    private final FarFabric fabric;
    private final RecordSigner signer;

    Source(FarFabric fabric) throws IOException {
        this.fabric = fabric;
        this.signer = signer(fabric);
    }

    /** What the operator of a fabric signs with. */
    public static RecordSigner signer(FarFabric fabric) throws IOException {
        try {
            return new RecordSigner(
                    new MaterialFiles(fabric.operator(), ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent())
                            .load());
        } catch (MaterialException e) {
            throw new IOException(e);
        }
    }

    /** What a change led to. */
    record Applied(String revision, long sentNanos, long answeredNanos) {
        double millisUntil(long nanos) {
            return (nanos - sentNanos) / MILLI;
        }
    }

    /** Signs a change of these documents against the head that a node knows, and commits it there. */
    Applied apply(Member at, Map<String, String> texts) throws IOException {
        AdminClient client = new AdminClient(fabric.socket(at));
        try {
            byte[] record = Changesets.sign(
                    base(new JsonObject(client.get("/v1/sources/" + NAME).body())),
                    new Changesets.Cause(NAME, "figures", "", Instant.now(), List.of()),
                    texts,
                    new TreeSet<>(),
                    signer);
            long sent = System.nanoTime();
            AdminClient.Answer answer =
                    client.post("/v1/changesets", Map.of("content-type", "application/octet-stream"), record);
            if (!answer.ok()) {
                throw new IOException(answer.body());
            }
            return new Applied(new JsonObject(answer.body()).getString("revision"), sent, System.nanoTime());
        } catch (NodeUnreachableException | SignatureException e) {
            throw new IOException(e);
        }
    }

    /** What the next changeset continues, as a node tells it under {@code /v1/sources/NAME}. */
    public static Changesets.Base base(JsonObject head) {
        SortedMap<String, String> hashes = new TreeMap<>();
        head.getJsonObject("documents").forEach(entry -> hashes.put(entry.getKey(), (String) entry.getValue()));
        return new Changesets.Base(
                head.getString("revision"),
                head.getLong("stampMillis"),
                hashes,
                new Changesets.Ancestors(texts(head, "ancestors"), texts(head, "ancestorsOfLost")),
                head.getInteger("depth", Changesets.Base.NO_DIFFERENCE));
    }

    private static List<String> texts(JsonObject head, String key) {
        return head.getJsonArray(key, new JsonArray()).stream()
                .map(String.class::cast)
                .toList();
    }
}

package io.bridgehead.cluster.testing;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.UnsignedRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Records with a signature that only {@link #VERIFIER} takes for one. */
public final class Records {
    public static final String OPERATOR = "spiffe://td.test/operator/ann";
    public static final Bytes GOOD = Bytes.utf8("good");
    public static final RecordVerifier VERIFIER =
            record -> record.record().signature().equals(GOOD)
                    ? new RecordVerifier.Accepted()
                    : new RecordVerifier.Rejected(Fault.SIGNATURE, "signature is wrong; expected \"good\"");

    private static final List<Bytes> CHAIN = List.of(Bytes.utf8("certificate"));

    private Records() {}

    public static NodeInfo node(String site, String node) {
        return new NodeInfo(
                node,
                site,
                "region",
                "provider",
                new TreeMap<>(Map.of("bridgehead", "0.1.0")),
                "spiffe://td.test/site/" + site + "/gateway/" + node);
    }

    public static Stamp stamp(long millis) {
        return new Stamp(millis, 0, "cli");
    }

    /** The whole source after {@code parent}: documents by name; the contents of all are carried. */
    public static Changeset changeset(String source, Optional<Revision> parent, Map<String, String> documents) {
        SortedMap<String, Bytes> contents = new TreeMap<>();
        documents.forEach((name, text) -> contents.put(name, Bytes.utf8(text)));
        return carrying(source, parent, documents, contents);
    }

    public static Changeset carrying(
            String source,
            Optional<Revision> parent,
            Map<String, String> documents,
            SortedMap<String, Bytes> contents) {
        SortedMap<String, Sha256> manifest = new TreeMap<>();
        documents.forEach((name, text) -> manifest.put(name, Sha256.of(Bytes.utf8(text))));
        TreeSet<String> removed = new TreeSet<>();
        parent.ifPresent(revision -> removed.addAll(revision.documents().keySet()));
        removed.removeAll(documents.keySet());
        long number = parent.map(Revision::id).map(RevisionId::number).orElse(0L) + 1;
        return new Changeset(
                source,
                number,
                parent.map(Revision::id).map(List::of).orElse(List.of()),
                "ann",
                Instant.ofEpochMilli(1_700_000_000_000L),
                "why",
                manifest,
                contents,
                removed);
    }

    /** As a difference from its parent where that is shorter. */
    public static Changeset shorter(Changeset changeset, Revision parent) {
        return changeset.shorter(
                Manifest.of(parent.documents()), parent.changeset().listing().depth());
    }

    /** The same, saying otherwise which documents it comes to. */
    public static Changeset with(Changeset good, Listing listing) {
        boolean names = listing instanceof Listing.Difference difference
                && !difference.changed().isEmpty();
        return new Changeset(
                good.source(),
                good.number(),
                good.parents(),
                good.author(),
                good.time(),
                good.message(),
                listing,
                names ? good.contents() : new TreeMap<>(),
                new TreeSet<>(good.removed()),
                good.ancestors());
    }

    public static SignedRecord signed(Changeset changeset, Stamp stamp) {
        return changeset.toRecord(OPERATOR, stamp).signed(GOOD, CHAIN);
    }

    /** The next changeset after what the store holds. */
    public static SignedRecord next(Store store, String source, Stamp stamp, Map<String, String> documents) {
        return signed(changeset(source, head(store, source), documents), stamp);
    }

    public static Optional<Revision> head(Store store, String source) {
        return Optional.ofNullable(store.heads().get(source));
    }

    public static SignedRecord order(String target, Stamp stamp, String text) {
        return new UnsignedRecord(Kind.ORDER, target, OPERATOR, stamp, Bytes.utf8(text)).signed(GOOD, CHAIN);
    }

    /** The tombstone of what was ordered for a target. */
    public static SignedRecord orderEnd(String target, Stamp stamp) {
        return new UnsignedRecord(Kind.ORDER, target, OPERATOR, stamp, Bytes.EMPTY).signed(GOOD, CHAIN);
    }

    public static SignedRecord signed(Order order, Stamp stamp) {
        return signedBy(OPERATOR, order, stamp);
    }

    public static SignedRecord signedBy(String operator, Order order, Stamp stamp) {
        return order.toRecord(operator, stamp).signed(GOOD, CHAIN);
    }

    public static SignedRecord health(NodeInfo node, long incarnation, long sequence, Stamp stamp, String text) {
        return health(node, node.id(), incarnation, sequence, stamp, text);
    }

    /** What a node tells under another subject than its own name. */
    public static SignedRecord health(
            NodeInfo node, String subject, long incarnation, long sequence, Stamp stamp, String text) {
        return new HealthMessage(incarnation, sequence, Bytes.utf8(text))
                .toRecord(subject, node.spiffeId(), stamp)
                .signed(GOOD, CHAIN);
    }

    public static SignedRecord forged(SignedRecord record) {
        return record.content().signed(Bytes.utf8("bad"), CHAIN);
    }

    public static EncodedRecord encoded(SignedRecord record) {
        return EncodedRecord.of(record);
    }

    /** The active documents of a source as text. */
    public static Map<String, String> active(Store store, String source) {
        Map<String, String> documents = new TreeMap<>();
        Optional.ofNullable(store.active().get(source))
                .flatMap(store::documents)
                .ifPresent(found -> found.forEach((name, content) -> documents.put(name, content.toUtf8())));
        return documents;
    }
}

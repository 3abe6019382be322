package io.bridgehead.sync;

import io.bridgehead.cluster.api.Ancestry;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.UnsignedRecord;
import io.bridgehead.tls.RecordSigner;
import java.security.SignatureException;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes changesets: the difference between what a source holds and what it is to hold, signed. For the command line and for sources on a node. */
public final class Changesets {
    private Changesets() {}

    /**
     * What a changeset continues.
     *
     * @param head the revision it was planned against, or null for the first
     * @param stampMillis the time of that revision's stamp in milliseconds since 1970, 0 for the first
     * @param hashes the documents of that revision: name to SHA-256 in hexadecimal
     * @param ancestors what that revision descends from
     * @param depth how many differences lie between that revision and one that lists all documents; {@link #NO_DIFFERENCE} where a
     *     difference from it would not be understood
     */
    public record Base(
            @Nullable String head, long stampMillis, SortedMap<String, String> hashes, Ancestors ancestors, int depth) {
        /** What follows is to list all documents. */
        public static final int NO_DIFFERENCE = -1;

        /** What follows the revision that this node holds, whose documents are known. */
        public static Base of(Revision head) {
            SortedMap<String, String> hashes = new TreeMap<>();
            head.documents()
                    .forEach((name, hash) -> hashes.put(name, hash.value().toHex()));
            Ancestors ancestors = new Ancestors(names(head.changeset()), List.of());
            // A head that lacks contents is followed by a changeset that may carry them.
            int depth = head.complete() ? head.changeset().listing().depth() : NO_DIFFERENCE;
            return new Base(
                    head.id().toString(),
                    head.stamp().millis(),
                    Collections.unmodifiableSortedMap(hashes),
                    ancestors,
                    depth);
        }

        /** The same, for a changeset that lists all documents. */
        Base whole() {
            return new Base(head, stampMillis, hashes, ancestors, NO_DIFFERENCE);
        }

        private Manifest manifest() {
            return Manifest.of(Changesets.manifest(hashes));
        }

        /** The same, for a changeset that may settle what lost. */
        Base besides(List<Revision> lost) {
            List<String> theirs = lost.stream()
                    .flatMap(revision -> names(revision.changeset()).stream())
                    .toList();
            return new Base(head, stampMillis, hashes, new Ancestors(ancestors.ofHead, theirs), depth);
        }

        private static List<String> names(Changeset changeset) {
            return Ancestry.named(changeset).stream().map(RevisionId::toString).toList();
        }
    }

    /**
     * Names of earlier revisions, as far back as a changeset names them.
     *
     * @param ofHead what the head descends from
     * @param ofLost what the revisions descend from that lost against it
     */
    public record Ancestors(List<String> ofHead, List<String> ofLost) {
        public static final Ancestors NONE = new Ancestors(List.of(), List.of());

        public Ancestors {
            ofHead = List.copyOf(ofHead);
            ofLost = List.copyOf(ofLost);
        }
    }

    /**
     * Why and by whom.
     *
     * @param source the name of the source
     * @param author for people
     * @param message for people, may be empty
     * @param now the time of the change
     * @param settles revisions that lost against the base and are done with from now on
     */
    public record Cause(String source, String author, String message, Instant now, List<String> settles) {
        public Cause {
            settles = List.copyOf(settles);
        }
    }

    /** The documents that {@code texts} adds to, or changes in, the base. */
    public static SortedSet<String> changed(Base base, Map<String, String> texts) {
        return changed(base.hashes(), texts);
    }

    /** The same, in documents with these hashes. */
    public static SortedSet<String> changed(Map<String, String> hashes, Map<String, String> texts) {
        SortedSet<String> changed = new TreeSet<>();
        texts.forEach((name, text) -> {
            if (!hash(text).equals(hashes.get(name))) {
                changed.add(name);
            }
        });
        return changed;
    }

    /**
     * Makes the record of a changeset: the base with these documents new or changed, and those names removed.
     *
     * @throws SignatureException if the key's provider fails
     * @throws IllegalArgumentException if a name, document or the whole is beyond the limits of the format
     */
    public static byte[] sign(
            Base base, Cause cause, Map<String, String> texts, SortedSet<String> removed, RecordSigner signer)
            throws SignatureException {
        return signed(compose(base, cause, texts, removed), base.stampMillis(), cause.now(), signer);
    }

    /** What such a changeset says, for stages of it and for its commit after them. */
    public static Draft draft(Base base, Cause cause, Map<String, String> texts, SortedSet<String> removed) {
        return new Draft(compose(base, cause, texts, removed), base.stampMillis());
    }

    private static byte[] signed(Changeset changeset, long afterMillis, Instant now, RecordSigner signer)
            throws SignatureException {
        long millis = Math.max(now.toEpochMilli(), afterMillis + 1);
        String origin = signer.id().toString();
        return sign(changeset.toRecord(origin, new Stamp(millis, 0, origin)), signer)
                .bytes()
                .toArray();
    }

    /**
     * A changeset that is not signed yet.
     *
     * @param changeset what it says
     * @param afterMillis the stamp of the head that it follows
     */
    public record Draft(Changeset changeset, long afterMillis) {
        /**
         * Reads what a node tells of a changeset that is tried: its bytes.
         *
         * @throws IllegalArgumentException saying what is wrong with the bytes
         */
        public static Draft of(byte[] changeset, long afterMillis) {
            try {
                return new Draft(ChangesetCodec.decode(Bytes.wrap(changeset)), afterMillis);
            } catch (MalformedException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }

        /** The name that it has when it is committed. */
        public String revision() {
            return changeset.id().toString();
        }

        /** The record that commits it. */
        public byte[] sign(Instant now, RecordSigner signer) throws SignatureException {
            return signed(changeset, afterMillis, now, signer);
        }

        /** The record that has some nodes try it; {@code name} is empty for all. It is to be later than the stage before. */
        public byte[] stage(Stage.Reach reach, String name, Instant time, RecordSigner signer)
                throws SignatureException {
            return stageRecord(changeset.source(), new Stage(reach, name, changeset).encode(), time, signer);
        }
    }

    /** The record that ends what is tried of a source. */
    public static byte[] endStage(String source, Instant now, RecordSigner signer) throws SignatureException {
        return stageRecord(source, Bytes.EMPTY, now, signer);
    }

    private static byte[] stageRecord(String source, Bytes body, Instant now, RecordSigner signer)
            throws SignatureException {
        String origin = signer.id().toString();
        UnsignedRecord record =
                new UnsignedRecord(Kind.STAGE, source, origin, new Stamp(now.toEpochMilli(), 0, origin), body);
        return sign(record, signer).bytes().toArray();
    }

    private static Changeset compose(Base base, Cause cause, Map<String, String> texts, SortedSet<String> removed) {
        SortedMap<String, Sha256> manifest = manifest(base.hashes());
        manifest.keySet().removeAll(removed);
        SortedMap<String, Bytes> carried = ActiveDocuments.contents(texts);
        carried.forEach((name, content) -> manifest.put(name, Sha256.of(content)));
        carried.keySet().retainAll(changed(base, texts));
        List<RevisionId> parents = Stream.concat(Stream.ofNullable(base.head()), cause.settles().stream())
                .map(RevisionId::parse)
                .toList();
        Changeset whole = new Changeset(
                cause.source(),
                parents.stream().mapToLong(RevisionId::number).max().orElse(0) + 1,
                parents,
                cause.author(),
                cause.now(),
                cause.message(),
                manifest,
                carried,
                removed,
                ancestors(base, cause, parents));
        return base.depth() == Base.NO_DIFFERENCE ? whole : whole.shorter(base.manifest(), base.depth());
    }

    private static SortedMap<String, Sha256> manifest(SortedMap<String, String> hashes) {
        SortedMap<String, Sha256> manifest = new TreeMap<>();
        hashes.forEach((name, hash) ->
                manifest.put(name, new Sha256(Bytes.wrap(HexFormat.of().parseHex(hash)))));
        return manifest;
    }

    private static SortedSet<RevisionId> ancestors(Base base, Cause cause, List<RevisionId> parents) {
        List<String> settled =
                cause.settles().isEmpty() ? List.of() : base.ancestors().ofLost();
        return Ancestry.of(
                parents,
                Stream.concat(base.ancestors().ofHead().stream(), settled.stream())
                        .map(RevisionId::parse)
                        .toList());
    }

    static EncodedRecord sign(UnsignedRecord record, RecordSigner signer) throws SignatureException {
        Bytes signature = Bytes.wrap(signer.sign(record.toBeSigned().toArray()));
        List<Bytes> chain = signer.chain().stream().map(Bytes::wrap).toList();
        SignedRecord signed = record.signed(signature, chain);
        return EncodedRecord.of(signed);
    }

    /** The hash that a base knows a document by. */
    public static String hash(String text) {
        return Sha256.of(Bytes.utf8(text)).value().toHex();
    }
}

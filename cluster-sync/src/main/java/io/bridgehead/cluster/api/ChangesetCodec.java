package io.bridgehead.cluster.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The binary form of a changeset, version 1, 2 or 3: the body of a record of kind {@link Kind#CHANGESET}.
 *
 * <pre>
 * version(1) | source: text | number(8) | parents: count(1), (number(8) hash8: text) each
 *            | from version 2 on ancestors: count(4), (number(8) hash8: text) each
 *            | author: text | millis(8) | message: text
 *            | in version 3 base: hash(32) | result: hash(32) | depth(1) | documents(4)
 *            | manifest, in version 3 what is new or changed in it: count(4), (name: text, hash(32)) each
 *            | removed: count(4), text each | contents: count(4), (name: text, blob) each
 * </pre>
 *
 * Names and ancestors ascend strictly. Version 3 is for differences; of the others version 2 is for those that name
 * ancestors: one changeset has one form.
 */
public final class ChangesetCodec {
    /** The newest version that this software reads. */
    public static final int NEWEST = 3;

    /** The first version that can be a difference. */
    public static final int DIFFERENCES = 3;

    /** The name under which a node says among its versions which is the newest that it reads. */
    public static final String VERSION_NAME = "changesets";

    private static final int HEAD_BYTES_EXPECTED = 1024;
    private static final int NAME_BYTES_EXPECTED = 48;

    private static final int WITHOUT_ANCESTORS = 1;
    private static final int WITH_ANCESTORS = 2;

    private ChangesetCodec() {}

    public static Bytes encode(Changeset changeset) {
        int version = version(changeset);
        BinaryWriter out = new BinaryWriter(bytesExpected(changeset))
                .u8(version)
                .text(changeset.source())
                .i64(changeset.number());
        out.u8(changeset.parents().size());
        changeset.parents().forEach(parent -> out.i64(parent.number()).text(parent.hash8()));
        if (version != WITHOUT_ANCESTORS) {
            out.i32(changeset.ancestors().size());
            changeset.ancestors().forEach(earlier -> out.i64(earlier.number()).text(earlier.hash8()));
        }
        out.text(changeset.author()).i64(changeset.time().toEpochMilli()).text(changeset.message());
        switch (changeset.listing()) {
            case Listing.Whole(Manifest manifest) -> hashes(out, manifest.documents());
            case Listing.Difference difference -> {
                out.raw(difference.base().value()).raw(difference.hash().value());
                out.u8(difference.depth()).i32(difference.documents());
                hashes(out, difference.changed());
            }
        }
        out.i32(changeset.removed().size());
        changeset.removed().forEach(out::text);
        out.i32(changeset.contents().size());
        changeset.contents().forEach((name, content) -> out.text(name).blob(content));
        return out.toBytes();
    }

    private static int bytesExpected(Changeset changeset) {
        long names =
                (long) changeset.listing().documents() + changeset.contents().size();
        long contents =
                changeset.contents().values().stream().mapToLong(Bytes::size).sum();
        return (int) Math.min(Limits.BODY_BYTES_MAX, contents + names * NAME_BYTES_EXPECTED + HEAD_BYTES_EXPECTED);
    }

    private static int version(Changeset changeset) {
        if (changeset.listing() instanceof Listing.Difference) {
            return DIFFERENCES;
        }
        return changeset.ancestors().isEmpty() ? WITHOUT_ANCESTORS : WITH_ANCESTORS;
    }

    private static void hashes(BinaryWriter out, SortedMap<String, Sha256> documents) {
        out.i32(documents.size());
        documents.forEach((name, hash) -> out.text(name).raw(hash.value()));
    }

    /**
     * Reads bytes that nobody trusts yet.
     *
     * @throws MalformedException naming the field that is wrong and what was expected
     */
    public static Changeset decode(Bytes bytes) throws MalformedException {
        BinaryReader in = new BinaryReader(bytes, "changeset");
        int version = in.u8();
        if (version < WITHOUT_ANCESTORS || version > NEWEST) {
            throw in.bad("version is " + version + "; expected 1 to " + NEWEST
                    + "; a newer tool wrote it: upgrade this node");
        }
        try {
            return body(in, version);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("changeset: " + e.getMessage(), e);
        }
    }

    private static Changeset body(BinaryReader in, int version) throws MalformedException {
        String source = in.text("source", Limits.NAME_BYTES_MAX);
        long number = in.i64();
        List<RevisionId> parents = parents(in);
        SortedSet<RevisionId> ancestors = version == WITHOUT_ANCESTORS ? new TreeSet<>() : ancestors(in, version);
        String author = in.text("author", Limits.NAME_BYTES_MAX);
        Instant time = Instant.ofEpochMilli(in.i64());
        String message = in.text("message", Limits.MESSAGE_BYTES_MAX);
        Listing listing = version == DIFFERENCES ? difference(in) : new Listing.Whole(Manifest.of(hashes(in)));
        SortedSet<String> removed = removed(in);
        SortedMap<String, Bytes> contents = contents(in, names(listing));
        in.end();
        return new Changeset(source, number, parents, author, time, message, listing, contents, removed, ancestors);
    }

    private static List<RevisionId> parents(BinaryReader in) throws MalformedException {
        int count = in.u8();
        if (count > Limits.PARENTS_MAX) {
            throw in.bad("has " + count + " parents; expected at most " + Limits.PARENTS_MAX);
        }
        List<RevisionId> parents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parents.add(new RevisionId(in.i64(), in.text("parent", Limits.NAME_BYTES_MAX)));
        }
        return parents;
    }

    private static SortedSet<RevisionId> ancestors(BinaryReader in, int version) throws MalformedException {
        int count = in.count("ancestors", Ancestry.MAX, 10);
        if (count == 0 && version == WITH_ANCESTORS) {
            throw in.bad("names no ancestors; expected version 1 then");
        }
        TreeSet<RevisionId> ancestors = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            RevisionId next = new RevisionId(in.i64(), in.text("ancestor", Limits.NAME_BYTES_MAX));
            if (!ancestors.isEmpty() && next.compareTo(ancestors.last()) <= 0) {
                throw in.bad("ancestor " + next + " follows " + ancestors.last() + "; expected them to ascend");
            }
            ancestors.add(next);
        }
        return ancestors;
    }

    private static Listing difference(BinaryReader in) throws MalformedException {
        Sha256 base = new Sha256(in.raw(Sha256.LENGTH));
        Sha256 result = new Sha256(in.raw(Sha256.LENGTH));
        int depth = in.u8();
        int documents = in.i32();
        return new Listing.Difference(base, result, depth, documents, hashes(in));
    }

    private static SortedMap<String, Sha256> hashes(BinaryReader in) throws MalformedException {
        int count = in.count("manifest", Limits.DOCUMENTS_MAX, Sha256.LENGTH + 2);
        List<String> names = new ArrayList<>(count);
        List<Sha256> hashes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(nameAfter(in, names.isEmpty() ? "" : names.getLast()));
            hashes.add(new Sha256(in.raw(Sha256.LENGTH)));
        }
        return NamedValues.ascending(names, hashes);
    }

    private static NamedValues<Sha256> names(Listing listing) {
        return NamedValues.of(
                switch (listing) {
                    case Listing.Whole(Manifest manifest) -> manifest.documents();
                    case Listing.Difference difference -> difference.changed();
                });
    }

    private static SortedSet<String> removed(BinaryReader in) throws MalformedException {
        int count = in.count("removed names", Limits.DOCUMENTS_MAX, 2);
        SortedSet<String> removed = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            removed.add(nameAfter(in, removed.isEmpty() ? "" : removed.last()));
        }
        return removed;
    }

    /** @param listed the names that the listing has, which those of contents should be among */
    private static SortedMap<String, Bytes> contents(BinaryReader in, NamedValues<Sha256> listed)
            throws MalformedException {
        int count = in.count("contents", Limits.DOCUMENTS_MAX, 6);
        List<String> names = new ArrayList<>(count);
        List<Bytes> contents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String name = nameAfter(in, names.isEmpty() ? "" : names.getLast());
            names.add(listed.same(name));
            contents.add(in.blob("document \"" + name + "\"", Limits.DOCUMENT_BYTES_MAX));
        }
        return NamedValues.ascending(names, contents);
    }

    private static String nameAfter(BinaryReader in, String previous) throws MalformedException {
        String name = in.text("document's name", Limits.NAME_BYTES_MAX);
        if (name.compareTo(previous) <= 0) {
            throw in.bad("document's name \"" + name + "\" follows \"" + previous + "\"; expected ascending names");
        }
        return name;
    }
}

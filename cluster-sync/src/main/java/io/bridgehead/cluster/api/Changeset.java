package io.bridgehead.cluster.api;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One step in the history of one named source: which documents it holds from now on, and the contents that are new.
 *
 * <p>It lists all documents, or what differs from its first parent; either way contents that did not change are not
 * carried again. A changeset after which there are no documents ends its source.
 *
 * @param source the team, repository or folder that these documents come from
 * @param number the parent's number plus one; 1 for the first; of two parents the larger counts
 * @param parents what it was planned against, nothing for the first; a second parent when it settles a conflict
 * @param author who made it, for people
 * @param time when it was made, to the millisecond, for people; the order is that of the records' stamps
 * @param message why, for people
 * @param listing which documents the source holds
 * @param contents the documents that are new or changed, by name; each matches its hash in the listing
 * @param removed names that the parent had and this has not
 * @param ancestors earlier revisions that this one descends from, see {@link Ancestry}; may be empty
 */
public record Changeset(
        String source,
        long number,
        List<RevisionId> parents,
        String author,
        Instant time,
        String message,
        Listing listing,
        SortedMap<String, Bytes> contents,
        SortedSet<String> removed,
        SortedSet<RevisionId> ancestors) {

    public Changeset {
        Limits.requireText("changeset's source", source, 1, Limits.NAME_BYTES_MAX);
        Limits.requireText("changeset's author", author, 0, Limits.NAME_BYTES_MAX);
        Limits.requireText("changeset's message", message, 0, Limits.MESSAGE_BYTES_MAX);
        Limits.requireSize("changeset's parents", parents.size(), 0, Limits.PARENTS_MAX);
        Limits.requireSize("changeset's manifest", listing.documents(), 0, Limits.DOCUMENTS_MAX);
        Limits.requireSize("changeset's removed names", removed.size(), 0, Limits.DOCUMENTS_MAX);
        long largest = parents.stream().mapToLong(RevisionId::number).max().orElse(0);
        if (number != largest + 1) {
            throw new IllegalArgumentException("changeset's number is " + number + "; expected " + (largest + 1)
                    + ", one more than its parents " + parents);
        }
        Limits.requireSize("changeset's ancestors", ancestors.size(), 0, Ancestry.MAX);
        if (!ancestors.isEmpty() && ancestors.last().number() >= number) {
            throw new IllegalArgumentException(
                    "changeset's ancestor is " + ancestors.last() + "; expected a number below its own, " + number);
        }
        parents = List.copyOf(parents);
        time = Instant.ofEpochMilli(time.toEpochMilli());
        contents = NamedValues.of(contents);
        removed = Collections.unmodifiableSortedSet(new TreeSet<>(removed));
        ancestors = Collections.unmodifiableSortedSet(new TreeSet<>(ancestors));
        listed(listing).keySet().forEach(Changeset::requireName);
        removed.forEach(Changeset::requireName);
        requireBase(listing, parents, removed);
        MessageDigest digest = Sha256.newDigest();
        for (var carried : contents.entrySet()) {
            requireMatch(carried.getKey(), carried.getValue(), listing.named(carried.getKey()), digest);
        }
    }

    /** A changeset that lists all documents. */
    public Changeset(
            String source,
            long number,
            List<RevisionId> parents,
            String author,
            Instant time,
            String message,
            SortedMap<String, Sha256> manifest,
            SortedMap<String, Bytes> contents,
            SortedSet<String> removed,
            SortedSet<RevisionId> ancestors) {
        this(
                source,
                number,
                parents,
                author,
                time,
                message,
                new Listing.Whole(Manifest.of(manifest)),
                contents,
                removed,
                ancestors);
    }

    /** A changeset that lists all documents and does not say what its parents descend from. */
    public Changeset(
            String source,
            long number,
            List<RevisionId> parents,
            String author,
            Instant time,
            String message,
            SortedMap<String, Sha256> manifest,
            SortedMap<String, Bytes> contents,
            SortedSet<String> removed) {
        this(source, number, parents, author, time, message, manifest, contents, removed, new TreeSet<>());
    }

    /** This changeset, saying what its parents descend from. */
    public Changeset descendingFrom(SortedSet<RevisionId> ancestors) {
        return new Changeset(source, number, parents, author, time, message, listing, contents, removed, ancestors);
    }

    /**
     * The same in the shorter form: as a difference, unless it follows nothing, as many differences follow each other
     * already, or more than half of the documents are others.
     *
     * @param base the documents of the first parent; every content of them must be held where this is committed
     * @param depth the {@linkplain Listing#depth depth} of the first parent
     */
    public Changeset shorter(Manifest base, int depth) {
        if (parents.isEmpty() || depth >= Limits.DIFFERENCES_MAX || !(listing instanceof Listing.Whole(Manifest all))) {
            return this;
        }
        SortedMap<String, Sha256> changed = new TreeMap<>(all.documents());
        changed.entrySet().removeAll(base.documents().entrySet());
        if (2 * (changed.size() + removed.size()) > all.size()) {
            return this;
        }
        SortedMap<String, Bytes> carried = new TreeMap<>(contents);
        carried.keySet().retainAll(changed.keySet());
        Listing difference = new Listing.Difference(base.hash(), all.hash(), depth + 1, all.size(), changed);
        return new Changeset(source, number, parents, author, time, message, difference, carried, removed, ancestors);
    }

    /** The first parent: the history that this changeset continues. */
    public Optional<RevisionId> parent() {
        return parents.stream().findFirst();
    }

    /** {@code <number>-<first 8 digits of the hash of the binary form>}. */
    public RevisionId id() {
        return RevisionId.of(number, ChangesetCodec.encode(this));
    }

    /** True when this changeset ends its source. */
    public boolean isEnd() {
        return listing.documents() == 0;
    }

    /** This changeset as the body of a record that is still to be signed. */
    public UnsignedRecord toRecord(String origin, Stamp stamp) {
        return new UnsignedRecord(Kind.CHANGESET, source, origin, stamp, ChangesetCodec.encode(this));
    }

    private static Map<String, Sha256> listed(Listing listing) {
        return switch (listing) {
            case Listing.Whole(Manifest manifest) -> manifest.documents();
            case Listing.Difference difference -> difference.changed();
        };
    }

    private static void requireBase(Listing listing, List<RevisionId> parents, SortedSet<String> removed) {
        if (!(listing instanceof Listing.Difference difference)) {
            return;
        }
        if (parents.isEmpty()) {
            throw new IllegalArgumentException("changeset is a difference without a parent; expected one");
        }
        removed.stream()
                .filter(name -> difference.named(name) != null)
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "document \"" + name + "\" is changed and removed; expected one or the other");
                });
    }

    private static void requireMatch(String name, Bytes content, @Nullable Sha256 expected, MessageDigest digest) {
        Limits.requireSize("document \"" + name + "\"", content.size(), 0, Limits.DOCUMENT_BYTES_MAX);
        if (expected == null || !expected.equals(Sha256.of(content, digest))) {
            throw new IllegalArgumentException("document \"" + name + "\" is carried with content of hash "
                    + Sha256.of(content).hash8() + "; expected "
                    + (expected == null ? "its name among those that are listed" : expected.hash8() + " as listed"));
        }
    }

    private static void requireName(String name) {
        Limits.requireText("document's name", name, 1, Limits.NAME_BYTES_MAX);
    }
}

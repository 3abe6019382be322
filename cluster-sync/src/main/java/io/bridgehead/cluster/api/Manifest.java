package io.bridgehead.cluster.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;

/**
 * Every document of a source, by name to hash of content, and one hash over all of that. Immutable.
 *
 * <p>The hash is SHA-256 of a fixed text, a zero byte, and {@code count(4), (name: text, hash(32)) each} with names
 * ascending. It says which documents a difference starts from, and what has to come out.
 */
public final class Manifest {
    private static final Bytes DOMAIN = Bytes.utf8("bridgehead manifest v1\0");

    private final NamedValues<Sha256> documents;
    private final Sha256 hash;

    private Manifest(NamedValues<Sha256> documents) {
        this.documents = documents;
        this.hash = hashOf(documents);
    }

    /** A copy of {@code documents}. */
    public static Manifest of(SortedMap<String, Sha256> documents) {
        return new Manifest(NamedValues.of(documents));
    }

    /**
     * What changesets make of a manifest.
     *
     * @param steps differences that follow each other, the oldest first
     * @throws MalformedException when a step does not start from what the one before says, or does not come to what it
     *     says itself; every manifest on the way is within the bounds of one
     */
    public static Manifest after(Manifest base, List<Changeset> steps) throws MalformedException {
        NamedValues<Sha256> documents = base.documents;
        Sha256 said = base.hash;
        for (Changeset step : steps) {
            if (!(step.listing() instanceof Listing.Difference difference)
                    || !difference.base().equals(said)) {
                throw bad(step, "does not start from the documents " + said.hash8() + " of the one before it");
            }
            documents = apply(step, difference, documents);
            said = difference.hash();
        }
        Manifest result = new Manifest(documents);
        if (!result.hash.equals(said)) {
            throw bad(
                    steps.getLast(),
                    "comes to the documents " + result.hash.hash8() + "; expected " + said.hash8() + " as it says");
        }
        return result;
    }

    private static NamedValues<Sha256> apply(Changeset step, Listing.Difference difference, NamedValues<Sha256> before)
            throws MalformedException {
        for (String name : step.removed()) {
            if (!before.containsKey(name)) {
                throw bad(step, "removes document \"" + name + "\"; expected one that there was before");
            }
        }
        NamedValues<Sha256> documents = before.with(step.removed(), difference.changed());
        if (documents.size() != difference.documents()) {
            throw bad(
                    step,
                    "comes to " + documents.size() + " documents; expected " + difference.documents() + " as it says");
        }
        return documents;
    }

    private static MalformedException bad(Changeset step, String problem) {
        return new MalformedException("changeset " + step.id() + " of \"" + step.source() + "\" " + problem);
    }

    /** Name to hash of content. */
    public SortedMap<String, Sha256> documents() {
        return documents;
    }

    public Sha256 hash() {
        return hash;
    }

    public int size() {
        return documents.size();
    }

    private static Sha256 hashOf(SortedMap<String, Sha256> documents) {
        MessageDigest digest = Sha256.newDigest();
        DOMAIN.into(digest);
        number(digest, documents.size() >>> 16);
        number(digest, documents.size());
        documents.forEach((name, content) -> {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            number(digest, utf8.length);
            digest.update(utf8);
            content.value().into(digest);
        });
        return new Sha256(Bytes.wrap(digest.digest()));
    }

    private static void number(MessageDigest digest, int lower16) {
        digest.update((byte) (lower16 >>> 8));
        digest.update((byte) lower16);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Manifest that && hash.equals(that.hash) && documents.equals(that.documents);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(hash);
    }

    @Override
    public String toString() {
        return documents.size() + " documents " + hash.hash8();
    }
}

package io.bridgehead.cluster.api;

import java.time.Instant;
import java.util.List;

/**
 * A line of a source's history: a revision without its documents.
 *
 * @param source the source
 * @param id its name
 * @param parents what it was planned against
 * @param stamp when it was signed; the order of a history
 * @param origin the SPIFFE ID that signed it
 * @param author who made it, for people
 * @param time when it was made, for people
 * @param message why, for people
 * @param documents how many documents the source had then
 * @param step what it did to its parent's documents
 */
public record RevisionSummary(
        String source,
        RevisionId id,
        List<RevisionId> parents,
        Stamp stamp,
        String origin,
        String author,
        Instant time,
        String message,
        int documents,
        Step step) {
    public RevisionSummary {
        parents = List.copyOf(parents);
    }

    /**
     * How much a changeset differs from its parent.
     *
     * @param carried documents that are new or changed
     * @param removed documents that are gone
     */
    public record Step(int carried, int removed) {}

    public static RevisionSummary of(Revision revision) {
        return of(revision.id(), revision.changeset(), revision.record());
    }

    /** Of a changeset with this name, which came in this record. */
    public static RevisionSummary of(RevisionId id, Changeset changeset, EncodedRecord record) {
        return new RevisionSummary(
                changeset.source(),
                id,
                changeset.parents(),
                record.record().stamp(),
                record.record().origin(),
                changeset.author(),
                changeset.time(),
                changeset.message(),
                changeset.listing().documents(),
                new Step(changeset.contents().size(), changeset.removed().size()));
    }
}

package io.bridgehead.cluster.intake;

import io.bridgehead.cluster.api.Ancestry;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.CommitResult.Committed;
import io.bridgehead.cluster.api.CommitResult.Conflict;
import io.bridgehead.cluster.api.CommitResult.Refused;
import io.bridgehead.cluster.api.CommitResult.Unavailable;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Resolution;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.intake.Judge.Objection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Checks a changeset against what this node holds, before the cluster is asked to decide. */
final class Examiner {
    private final Store store;
    private final Judge judge;

    Examiner(Store store, Judge judge) {
        this.store = store;
        this.judge = judge;
    }

    Candidate examine(String source, Optional<RevisionId> expectedHead, SignedRecord signed) {
        if (!signed.kind().equals(Kind.CHANGESET) || !signed.subject().equals(source)) {
            return refused("record is a " + signed.kind() + " of \"" + signed.subject()
                    + "\"; expected a changeset of \"" + source + "\"");
        }
        try {
            Changeset changeset = ChangesetCodec.decode(signed.body());
            return examine(changeset, expectedHead, EncodedRecord.of(signed));
        } catch (MalformedException e) {
            return refused(String.valueOf(e.getMessage()));
        }
    }

    private Candidate examine(Changeset changeset, Optional<RevisionId> expectedHead, EncodedRecord record) {
        RevisionId id = changeset.id();
        Optional<Revision> head = Optional.ofNullable(store.heads().get(changeset.source()));
        if (head.isPresent() && head.get().record().id().equals(record.id())) {
            return new Candidate.Decided(new Committed(id));
        }
        if (!changeset.parent().equals(expectedHead)
                || !changeset.source().equals(record.record().subject())) {
            return refused("changeset " + id + " of \"" + changeset.source() + "\" follows " + changeset.parents()
                    + "; expected it to follow "
                    + expectedHead.map(RevisionId::toString).orElse("nothing"));
        }
        if (!head.map(Revision::id).equals(expectedHead)) {
            return decided(new Conflict(head.map(Revision::id)));
        }
        return switch (store.resolve(changeset)) {
            case Resolution.Contradicted(String reason) -> refused(reason);
            case Resolution.Resolved(Manifest manifest)
            when head.isEmpty() || head.get().known().isPresent() ->
                flaw(changeset, manifest, head, record)
                        .or(() -> judge.objection(record, "commit").map(Objection::reason))
                        .map(Examiner::refused)
                        .orElseGet(() -> new Candidate.Fit(record, id, head));
            default ->
                decided(new Unavailable(
                        "revision " + expectedHead.map(RevisionId::toString).orElse("?") + " of \""
                                + changeset.source() + "\" is a difference from one that this node has not got yet;"
                                + " try again, or at another node"));
        };
    }

    private Optional<String> flaw(
            Changeset changeset, Manifest manifest, Optional<Revision> head, EncodedRecord record) {
        if (head.isPresent() && !record.record().stamp().isAfter(head.get().stamp())) {
            return Optional.of("changeset is stamped " + record.record().stamp() + "; expected later than its parent's "
                    + head.get().stamp() + "; read the head again and sign anew");
        }
        Optional<String> hidden = hidden(changeset, head);
        if (hidden.isPresent()) {
            return hidden;
        }
        return wrongRemoval(changeset, manifest, head).or(() -> absent(changeset, manifest, head));
    }

    /** A difference that was applied has removed what it says and nothing else. */
    private static Optional<String> wrongRemoval(Changeset changeset, Manifest manifest, Optional<Revision> head) {
        if (changeset.listing() instanceof Listing.Difference) {
            return Optional.empty();
        }
        TreeSet<String> gone = new TreeSet<>(
                head.map(revision -> revision.documents().keySet()).orElseGet(Set::of));
        gone.removeAll(manifest.documents().keySet());
        return gone.equals(changeset.removed())
                ? Optional.empty()
                : Optional.of("changeset removes " + changeset.removed() + "; expected " + gone
                        + ", the names of its parent that its manifest lacks");
    }

    /** What a complete head has is here; so of a difference from it only what it changes is looked up. */
    private Optional<String> absent(Changeset changeset, Manifest manifest, Optional<Revision> head) {
        boolean restIsHere = head.map(Revision::complete).orElse(false);
        Map<String, Sha256> lookedUp = restIsHere && changeset.listing() instanceof Listing.Difference difference
                ? difference.changed()
                : manifest.documents();
        return lookedUp.entrySet().stream()
                .filter(named -> !changeset.contents().containsKey(named.getKey()))
                .filter(named ->
                        store.content(changeset.source(), named.getValue()).isEmpty())
                .map(Map.Entry::getKey)
                .filter(Objects::nonNull)
                .findFirst()
                .map(name -> "changeset does not carry document \"" + name
                        + "\", whose content this node does not hold; expected it to be carried");
    }

    /**
     * A changeset that leaves out an ancestor would call it lost; one that does not name any leaves it to the records.
     */
    private static Optional<String> hidden(Changeset changeset, Optional<Revision> head) {
        if (changeset.ancestors().isEmpty() || head.isEmpty()) {
            return Optional.empty();
        }
        SortedSet<RevisionId> expected =
                Ancestry.of(changeset.parents(), Ancestry.named(head.get().changeset()));
        return expected.stream()
                .filter(id -> !changeset.ancestors().contains(id))
                .findFirst()
                .map(id -> "changeset does not name " + id + " as an ancestor; expected all that its parent "
                        + head.get().id() + " descends from, within " + Ancestry.WINDOW
                        + " numbers; read the head again and sign anew");
    }

    private static Candidate refused(String reason) {
        return decided(new Refused(reason));
    }

    private static Candidate decided(CommitResult result) {
        return new Candidate.Decided(result);
    }
}

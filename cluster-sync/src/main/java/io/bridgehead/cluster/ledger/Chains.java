package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Resolution;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How held changesets that are differences build on each other: each on its first parent, down to one that lists all.
 * The depth of each is one more than that of the one below it, so no chain is longer than {@link
 * io.bridgehead.cluster.api.Limits#DIFFERENCES_MAX}. Immutable.
 */
final class Chains {
    private final Map<RevisionId, List<Entry>> held = new HashMap<>();
    private final Map<Sha256, Manifest> atHand;

    /**
     * @param entries what is held
     * @param atHand manifests that were put together before, by the names of their records
     */
    Chains(List<Entry> entries, Map<Sha256, Manifest> atHand) {
        this.atHand = Map.copyOf(atHand);
        entries.forEach(entry -> held.computeIfAbsent(entry.summary().id(), _ -> new ArrayList<>(1))
                .add(entry));
    }

    Resolution resolve(Entry entry) {
        Manifest manifest = atHand.get(entry.record().id());
        return manifest == null ? resolve(entry.changeset()) : new Resolution.Resolved(manifest);
    }

    Resolution resolve(Changeset changeset) {
        Deque<Changeset> steps = new ArrayDeque<>();
        Changeset step = changeset;
        while (step.listing() instanceof Listing.Difference difference) {
            steps.addFirst(step);
            RevisionId parent = step.parents().getFirst();
            if (!held.containsKey(parent)) {
                return new Resolution.Unresolved(parent);
            }
            Optional<Entry> base = base(parent, difference.base(), difference.depth());
            if (base.isEmpty()) {
                return new Resolution.Contradicted("changeset " + step.id() + " of \"" + step.source()
                        + "\" is a difference from documents "
                        + difference.base().hash8() + " of " + parent
                        + " at depth " + difference.depth() + "; expected what that revision says");
            }
            Manifest manifest = atHand.get(base.get().record().id());
            if (manifest != null) {
                return after(manifest, steps);
            }
            step = base.get().changeset();
        }
        return step.listing() instanceof Listing.Whole(Manifest manifest)
                ? after(manifest, steps)
                : new Resolution.Unresolved(step.id());
    }

    /** The entry and those that it builds on, as far as they are held. */
    List<Entry> under(Entry entry) {
        List<Entry> chain = new ArrayList<>();
        Optional<Entry> next = Optional.of(entry);
        while (next.isPresent()) {
            Entry here = next.get();
            chain.add(here);
            next = here.place()
                    .base()
                    .flatMap(documents -> base(
                            here.summary().parents().getFirst(),
                            documents,
                            here.place().depth()));
        }
        return chain;
    }

    /** Two may have one name when somebody has searched for that; what they say tells them apart. */
    private Optional<Entry> base(RevisionId parent, Sha256 documents, int depth) {
        return held.getOrDefault(parent, List.of()).stream()
                .filter(entry ->
                        entry.place().hash().equals(documents) && entry.place().depth() == depth - 1)
                .findFirst();
    }

    private static Resolution after(Manifest base, Deque<Changeset> steps) {
        try {
            return new Resolution.Resolved(steps.isEmpty() ? base : Manifest.after(base, List.copyOf(steps)));
        } catch (MalformedException e) {
            return new Resolution.Contradicted(String.valueOf(e.getMessage()));
        }
    }
}

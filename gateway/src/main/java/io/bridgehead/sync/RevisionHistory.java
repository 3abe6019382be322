package io.bridgehead.sync;

import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.cluster.api.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The revisions of each source that this node keeps: who made them, what each changed, and their documents. Threads: any that may compute. */
public final class RevisionHistory {
    private final Store store;
    private final RevisionTrust trusted;
    private final Supplier<SortedMap<String, Said>> staged;

    RevisionHistory(Store store) {
        this(store, _ -> true, TreeMap::new);
    }

    /**
     * @param trusted whether this node lets the signer of a revision publish it: what it does not is shown, and not served
     * @param staged what is tried on this node in place of heads, now
     */
    RevisionHistory(Store store, RevisionTrust trusted, Supplier<SortedMap<String, Said>> staged) {
        this.store = store;
        this.trusted = trusted;
        this.staged = staged;
    }

    /**
     * A revision as people look at it.
     *
     * @param summary who, when and why
     * @param counts what it changed; null when its parent is not kept here
     * @param standing where it stands today
     */
    public record Line(RevisionSummary summary, @Nullable Counts counts, Standing standing) {}

    /** How many documents a revision added, changed and removed. */
    public record Counts(int added, int changed, int removed) {}

    /** What became of a revision. */
    public enum Standing {
        /** What its source says now. */
        HEAD,
        /** Another one followed. */
        SUPERSEDED,
        /** Made at the same time as the one that won, while nodes were cut off from each other. */
        LOST
    }

    /** An answer to the question for one revision. */
    public sealed interface Found {}

    /** It is kept. */
    public record Kept(Revision revision, SortedMap<String, String> documents) implements Found {}

    /** It is not; the reason says what is. */
    public record Missing(String reason) implements Found {}

    /** Every source that was ever applied and is remembered, ended ones included. */
    public Set<String> sources() {
        return store.heads().keySet();
    }

    /** The head of a source, or null when nobody has applied it. */
    public @Nullable Revision head(String source) {
        return store.heads().get(source);
    }

    /** Revisions that lost against the head of a source although they say the same, as when two nodes published one folder. */
    public List<RevisionId> saidTwice(String source) {
        List<RevisionSummary> lost = store.conflicts(source);
        Revision head = head(source);
        if (lost.isEmpty() || head == null) {
            return List.of();
        }
        return lost.stream()
                .map(RevisionSummary::id)
                .filter(id -> store.revision(source, id)
                        .filter(one -> one.changeset()
                                .listing()
                                .hash()
                                .equals(head.changeset().listing().hash()))
                        .isPresent())
                .toList();
    }

    /** The kept revisions of a source, newest first. */
    public List<Line> lines(String source) {
        List<RevisionSummary> summaries = store.history(source);
        Map<RevisionId, RevisionSummary> known = new HashMap<>();
        summaries.forEach(summary -> known.put(summary.id(), summary));
        Set<RevisionId> lost =
                store.conflicts(source).stream().map(RevisionSummary::id).collect(Collectors.toSet());
        Revision head = head(source);
        List<Line> lines = new ArrayList<>(summaries.size());
        for (RevisionSummary summary : summaries) {
            boolean newest = head != null && head.id().equals(summary.id());
            Standing standing =
                    newest ? Standing.HEAD : lost.contains(summary.id()) ? Standing.LOST : Standing.SUPERSEDED;
            lines.add(new Line(summary, counts(summary, known), standing));
        }
        return lines;
    }

    /** The kept revisions of all sources, newest first. */
    public List<Line> lines() {
        return sources().stream()
                .flatMap(source -> lines(source).stream())
                .sorted(Comparator.comparing((Line line) -> line.summary().stamp())
                        .reversed())
                .toList();
    }

    private static @Nullable Counts counts(RevisionSummary summary, Map<RevisionId, RevisionSummary> known) {
        int before = 0;
        if (!summary.parents().isEmpty()) {
            RevisionSummary parent = known.get(summary.parents().getFirst());
            if (parent == null) {
                return null;
            }
            before = parent.documents();
        }
        int removed = summary.step().removed();
        int added = Math.max(0, summary.documents() - before + removed);
        return new Counts(added, Math.max(0, summary.step().carried() - added), removed);
    }

    /**
     * Finds a kept revision of a source.
     *
     * @param text its whole name, such as {@code 7-0c1d2e3f}, or its number alone where only one has it
     */
    public Found find(String source, String text) {
        List<RevisionSummary> all = store.history(source);
        if (all.isEmpty()) {
            return new Missing(unknown(source));
        }
        List<RevisionSummary> fitting = all.stream()
                .filter(summary -> summary.id().toString().equals(text)
                        || Long.toString(summary.id().number()).equals(text))
                .toList();
        if (fitting.size() > 1) {
            return new Missing("revision '" + text + "' of source '" + source + "' may be any of "
                    + fitting.stream().map(RevisionSummary::id).toList() + "; expected the whole name of one");
        }
        return fitting.isEmpty() ? new Missing(absent(source, text, all)) : contents(source, fitting.getFirst(), all);
    }

    /** The revision that a source's head was planned against. */
    public Found beforeHead(String source) {
        Revision head = head(source);
        if (head == null) {
            return new Missing(unknown(source));
        }
        return head.changeset()
                .parent()
                .map(parent -> find(source, parent.toString()))
                .orElseGet(() -> new Missing("source '" + source + "' has no revision before " + head.id()
                        + ", which is its first; expected at least two"));
    }

    /**
     * What a source says in one revision.
     *
     * @param texts its documents by name
     */
    public record Said(String revision, SortedMap<String, String> texts) {}

    /** Sources with an active revision; the one whose revision is oldest first, which is the same order on every node. */
    public List<String> seniority() {
        List<String> sources = new ArrayList<>(store.active().values().stream()
                .filter(trusted)
                .sorted(Comparator.comparing(Revision::stamp))
                .map(Revision::source)
                .toList());
        staged.get().keySet().stream()
                .filter(source -> !sources.contains(source))
                .forEach(sources::add);
        return sources;
    }

    /** What a source says now and said before, newest first, as far as it is kept in full; at most so many. */
    public List<Said> said(String source, int max) {
        List<Said> said = new ArrayList<>();
        Optional.ofNullable(staged.get().get(source)).ifPresent(said::add);
        Optional<Revision> revision = Optional.ofNullable(store.active().get(source));
        while (revision.isPresent() && said.size() < max) {
            Optional<SortedMap<String, String>> texts = texts(revision.get());
            if (texts.isEmpty()) {
                break;
            }
            if (!trusted.test(revision.get())) {
                break;
            }
            String signer = revision.get().record().record().origin();
            said.add(new Said(revision.get().id().toString(), trusted.allowed(signer, source, texts.get())));
            revision = revision.get().changeset().parent().flatMap(parent -> store.revision(source, parent));
        }
        return said;
    }

    private Optional<SortedMap<String, String>> texts(Revision revision) {
        return store.documents(revision).map(found -> {
            SortedMap<String, String> texts = new TreeMap<>();
            found.forEach((name, text) -> texts.put(name, text.toUtf8()));
            return texts;
        });
    }

    /** What is said when nobody has applied a source. */
    public String unknown(String source) {
        Set<String> known = new TreeSet<>(sources());
        return "source '" + source + "' has no revisions; expected "
                + (known.isEmpty() ? "one that was applied: none was yet" : "one of " + known);
    }

    private Found contents(String source, RevisionSummary summary, List<RevisionSummary> all) {
        Optional<Revision> revision = store.revision(source, summary.id());
        Optional<SortedMap<String, String>> documents = revision.flatMap(this::texts);
        if (revision.isEmpty() || documents.isEmpty()) {
            return new Missing("revision " + summary.id() + " of source '" + source
                    + "' is no longer kept in full on this node: some of its documents are gone; expected a newer one"
                    + kept(all));
        }
        return new Kept(revision.get(), documents.get());
    }

    private static String absent(String source, String text, List<RevisionSummary> all) {
        return "revision '" + text + "' of source '" + source
                + "' is unknown or no longer kept on this node; expected one that" + " 'bridgehead history --source "
                + source + "' shows" + kept(all);
    }

    private static String kept(List<RevisionSummary> all) {
        return ": " + all.getLast().id() + " to " + all.getFirst().id();
    }
}

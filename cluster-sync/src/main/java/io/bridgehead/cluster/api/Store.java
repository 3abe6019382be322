package io.bridgehead.cluster.api;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * What this node knows, and serves from: every record it accepted, the history of each source, and the contents.
 *
 * <p>Reading never waits and sees one consistent picture per call. Threads: any.
 */
public interface Store extends AutoCloseable {
    /**
     * Keeps a record that was verified. Returns after it is as durable as this store can make it, which can take the
     * time of an fsync; never call it on an event loop. A record that is known or older than what is held changes
     * nothing.
     *
     * @return true when the record was news
     * @throws IOException when it could not be made durable; it is not held then
     * @throws IllegalArgumentException for a record that is not stored, such as {@link Kind#HEALTH}, or a body that
     *     does not fit its kind, or one beyond {@link Retention#latestMax}
     */
    boolean append(EncodedRecord verified) throws IOException;

    /** True when exactly this record is held or was held and is superseded. */
    boolean knows(EncodedRecord record);

    /** The newest revision of each source by stamp, complete or not, by source; ended sources are included. */
    SortedMap<String, Revision> heads();

    /** The newest complete revision of each source, by source: what may be served. It never moves back. */
    SortedMap<String, Revision> active();

    /** The contents of a revision's documents by name; empty when the revision is not complete or no longer held. */
    Optional<SortedMap<String, Bytes>> documents(Revision revision);

    /** The content with this hash, when some held changeset of the source carried it; it need not be carried again. */
    Optional<Bytes> content(String source, Sha256 hash);

    /** The revisions of a source that are held, newest first; at most {@link Retention#historyMax}. */
    List<RevisionSummary> history(String source);

    /** One held revision of a source in full. */
    Optional<Revision> revision(String source, RevisionId id);

    /** Which documents a changeset means that need not be held itself: a difference starts from what is held. */
    Resolution resolve(Changeset changeset);

    /** Revisions of a source that lost against its head: not an ancestor of it, and without a successor. */
    List<RevisionSummary> conflicts(String source);

    /**
     * The newest record of each (origin, subject) of a kind that is kept that way, tombstones included; of orders
     * the newest
     * of each subject.
     */
    List<EncodedRecord> latest(Kind kind);

    /**
     * The records that another node needs to stand where this one stands: each head, what it is a difference from,
     * every changeset whose contents a head still names, and the newest of every other kind. By the hash that names
     * the record.
     */
    Map<Sha256, EncodedRecord> live();

    /** The newest stamp held, for {@link HybridClock#resumeAfter}. */
    Optional<Stamp> newestStamp();

    /** News of each swap of the active revision of a source, on the thread that appended; must not wait. */
    Subscription onSwap(Consumer<Revision> listener);

    /** News of each record that was appended as news, on the thread that appended; must not wait. */
    Subscription onAppend(Consumer<EncodedRecord> listener);

    /**
     * News of each changeset that was held and is not any more, because what it is a difference from came and is
     * something else; on the thread that appended; must not wait.
     */
    Subscription onContradiction(Consumer<Contradiction> listener);

    /** A changeset that is no difference from what it names. */
    record Contradiction(EncodedRecord record, String reason) {}

    @Override
    void close();
}

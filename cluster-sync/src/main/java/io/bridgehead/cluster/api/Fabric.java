package io.bridgehead.cluster.api;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The node's part in the cluster: spreads records, decides between concurrent commits, shows the members.
 *
 * <p>The {@link Store} stays the truth that the node serves from; whatever arrives is verified, then appended there,
 * and the store tells of it. No method waits for the network. Listeners are called on threads of the fabric, one at a
 * time per subscription; they must hand over and return.
 */
public interface Fabric extends AutoCloseable {
    /** Begins to start in the background; the node serves meanwhile. Follow {@link #onState}. */
    void start();

    /**
     * Makes {@code changeset} the head of its source if the head still is {@code expectedHead}. Exact while
     * connected; on both sides of a split both can win, and the newer stamp is the head after the merge. The
     * changeset's parent must be {@code expectedHead}, and its stamp later than the head's.
     *
     * @return completes within 4 s, on a thread of the fabric
     */
    CompletionStage<CommitResult> commit(String source, Optional<RevisionId> expectedHead, SignedRecord changeset);

    /**
     * Verifies, keeps and spreads a record of this node or of its operator that needs no comparison, such as an
     * order.
     */
    CompletionStage<Receipt> publish(SignedRecord record);

    /**
     * Takes a record that came by another way, such as a tunnel: verified, kept and spread when it is news.
     *
     * @param carrier who handed it over, for the bounds and for messages
     */
    CompletionStage<Receipt> receive(Bytes record, String carrier);

    /** Sends this node's newest health message to all; the last one is sent again to nodes that join. Never waits. */
    void publishHealth(SignedRecord health);

    /**
     * Sends a health message of another subject to all, once: it is not the last word to nodes that join. Never waits.
     */
    void tell(SignedRecord health);

    /** Health messages of other nodes: verified, each once, in order per origin and subject. */
    Subscription onHealth(Consumer<SignedRecord> listener);

    /** Changesets that this node accepted from elsewhere or committed. */
    Subscription onChangeset(Consumer<Revision> listener);

    /**
     * Judges every peer that a link is open to again, as after a quarantine, and closes the links of those that are
     * refused
     * now. Returns at once.
     */
    void recheckPeers();

    /**
     * Judges every peer that a link is open to by the certificate it has shown, as after new authorities or a list of
     * revoked certificates, and closes the links of those that are refused now. Such a peer may come back with another
     * certificate at once; one that has not is taken for lost within two seconds. Returns at once.
     */
    void trustChanged();

    ClusterState state();

    /** Tells the present state at once, then every change. */
    Subscription onState(Consumer<ClusterState> listener);

    /** Leaves within 5 s. The store stays open. */
    @Override
    void close();
}

package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.model.NodeName;
import io.bridgehead.sync.TrustQuestion.LeftOut;
import io.bridgehead.tunnel.ControlHandler;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.PeerState;
import io.bridgehead.tunnel.TunnelView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Tells before a change is applied what of it other nodes would leave out, because their own {@code trust} refuses where its endpoints lie or who
 * publishes it. The nodes are asked over their tunnels, and answer in their own words.
 *
 * <p><b>Limits</b>: {@value #NODES_MAX} nodes are asked, each has {@value #ASK_MILLIS} ms. Addresses that are names are judged by nobody before
 * they are resolved.
 *
 * <p><b>Threads</b>: any; answers are worked out on the blocking pool, {@value #ANSWERS_MAX} at a time.
 */
public final class TrustPoll {
    /** Where peers ask. */
    public static final String PATH = "/.bridgehead/trust";

    static final long ASK_MILLIS = 2_000;
    static final int NODES_MAX = 64;
    /** Reading what others send may cost a moment; more than this at once are turned away. */
    static final int ANSWERS_MAX = 2;

    private final Parts parts;
    private final Semaphore answering = new Semaphore(ANSWERS_MAX);

    /**
     * What it works with.
     *
     * @param places the documents whose endpoints lie where this node does not let them; a sentence each
     * @param tunnels the peers
     * @param heard the nodes that reports came from
     */
    public record Parts(
            SharedState state,
            TunnelExchange exchange,
            Function<TrustQuestion, List<String>> places,
            Supplier<TunnelView> tunnels,
            Supplier<Set<NodeName>> heard) {}

    public TrustPoll(Parts parts) {
        this.parts = parts;
    }

    /**
     * What a node said; of one that said nothing, why not.
     *
     * @param silence empty when it answered
     */
    public record Said(NodeName node, String site, LeftOut leftOut, String silence) {}

    /** Answers peers. */
    public ControlHandler handler() {
        return parts.exchange().answering(this::answer);
    }

    Bytes answer(Bytes question) {
        if (!answering.tryAcquire()) {
            throw new IllegalStateException("too many such questions at once");
        }
        try {
            return LeftOut.of(here(TrustQuestion.decode(question))).encode();
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        } finally {
            answering.release();
        }
    }

    /** What this node would leave out. */
    List<String> here(TrustQuestion question) {
        List<String> lines = new ArrayList<>(parts.state()
                .refusals(
                        question.signer(),
                        question.source(),
                        question.documents().keySet()));
        lines.addAll(parts.places().apply(question));
        return lines;
    }

    /** Asks every node that is known; completes soon after {@link #ASK_MILLIS} at the latest, with the nodes in the order of their names. */
    public CompletionStage<List<Said>> ask(TrustQuestion question) {
        Bytes bytes = question.encode();
        boolean tooLong = bytes.size() > Limits.RECORD_BYTES_MAX;
        Collection<PeerState> peers = parts.tunnels().get().all();
        Set<NodeName> unreached = new TreeSet<>(parts.heard().get());
        List<CompletableFuture<Said>> answers = new ArrayList<>();
        for (PeerState peer : peers) {
            unreached.remove(peer.node());
            String why = peer.liveness() != Liveness.UP
                    ? "its tunnel is " + peer.liveness().name().toLowerCase(Locale.ROOT)
                    : !peer.control()
                            ? "it can only dial out, and cannot be asked"
                            : tooLong ? "the change is too large to be asked about" : "";
            answers.add(
                    why.isEmpty() && answers.size() < NODES_MAX
                            ? ask(peer, bytes)
                            : CompletableFuture.completedFuture(
                                    silent(peer.node(), peer.site().value(), why.isEmpty() ? "too many nodes" : why)));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    List<Said> said = new ArrayList<>();
                    answers.forEach(answer -> said.add(answer.join()));
                    unreached.forEach(node -> said.add(silent(node, "", "there is no tunnel to it")));
                    said.sort((a, b) -> a.node().compareTo(b.node()));
                    return List.copyOf(said);
                });
    }

    private CompletableFuture<Said> ask(PeerState peer, Bytes question) {
        String site = peer.site().value();
        return parts.exchange()
                .ask(peer.node(), PATH, question, ASK_MILLIS)
                .thenApply(answer -> said(peer.node(), site, answer))
                .exceptionally(problem -> silent(peer.node(), site, reason(problem)))
                .toCompletableFuture();
    }

    private static Said said(NodeName node, String site, Bytes answer) {
        try {
            return new Said(node, site, LeftOut.decode(answer), "");
        } catch (MalformedException e) {
            return silent(node, site, String.valueOf(e.getMessage()));
        }
    }

    private static String reason(Throwable problem) {
        Throwable cause = problem.getCause();
        return String.valueOf(cause == null ? problem.getMessage() : cause.getMessage());
    }

    private static Said silent(NodeName node, String site, String why) {
        return new Said(node, site, new LeftOut(List.of(), 0), why);
    }
}

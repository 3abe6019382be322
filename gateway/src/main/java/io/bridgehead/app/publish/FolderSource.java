package io.bridgehead.app.publish;

import io.bridgehead.app.publish.FolderScan.Gone;
import io.bridgehead.app.publish.FolderScan.Seen;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.config.Document;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.Changesets;
import io.bridgehead.tls.RecordSigner;
import java.io.IOException;
import java.security.SignatureException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One folder as a source: what it says is published as one changeset, signed with this node's identity, when it was the same in two looks
 * and nobody else has changed the source since folder and source agreed.
 *
 * <pre>
 * look -> no files ----------------------------------------------> MISSING   the last published documents stay
 *      -> not as in the last look, or changed while it was read -> (waits for the next look)
 *      -> documents have problems -------------------------------> PROBLEMS
 *      -> {@link FolderStanding}: EQUAL -> PUBLISHED; BEHIND; CONFLICT; AHEAD -> sign, judge, compare and set:
 *             committed -> PUBLISHED; somebody was first -> (next look); problems -> PROBLEMS; WAITING; REFUSED
 * </pre>
 *
 * <p><b>Threads</b>: looks follow each other; {@link #status} and {@link #readAgain} may be called by any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class FolderSource {
    /** How long what was not taken waits for another try while folder and fabric stay as they are. */
    private static final long AGAIN_NANOS = 10_000_000_000L;

    private static final int DETAILS_MAX = 20;

    private final NodeConfig.Folder folder;
    private final Folders.Parts parts;
    private final FolderMemory memory;
    private volatile FolderStatus status;
    private volatile boolean readAgain;
    private @Nullable FolderScan last;
    private @Nullable Seen readAs;
    private @Nullable FolderContent content;
    private List<String> problems = List.of();
    private String tried = "";
    private long triedNanos;

    FolderSource(NodeConfig.Folder folder, Folders.Parts parts, FolderMemory memory) {
        this.folder = folder;
        this.parts = parts;
        this.memory = memory;
        this.status = new FolderStatus(folder.source(), folder.path(), FolderState.READING, null, null, List.of());
    }

    NodeConfig.Folder folder() {
        return folder;
    }

    FolderStatus status() {
        return status;
    }

    /** The next look reads the files whatever they look like, and tries what was not taken before. */
    void readAgain() {
        readAgain = true;
    }

    /** A look went wrong in a way that nobody foresaw. */
    void failed(Throwable failure) {
        stands(FolderState.WAITING, List.of("could not be looked at: " + failure));
    }

    CompletionStage<?> look() {
        FolderScan scan = FolderScan.of(folder.path());
        boolean quiet = scan.equals(last);
        last = scan;
        if (readAgain) {
            readAgain = false;
            readAs = null;
            tried = "";
        }
        if (!quiet) {
            return done();
        }
        return switch (scan) {
            case Gone gone -> {
                readAs = null;
                yield stands(
                        FolderState.MISSING,
                        List.of(
                                gone.reason()
                                        + "; what was published stays. To end the source leave a .yaml file with nothing but a comment"));
            }
            case Seen seen -> seen.equals(readAs) || read(seen) ? compare() : done();
        };
    }

    private boolean read(Seen seen) {
        Reading<List<Document>> reading = FolderScan.read(folder.path(), seen);
        if (reading == null) {
            return false;
        }
        readAs = seen;
        switch (reading) {
            case Reading.Done<List<Document>> done -> {
                content = FolderContent.of(folder.source(), done.value());
                problems = List.of();
            }
            case Reading.Refused<List<Document>> refused -> {
                content = null;
                problems = refused.problems().stream().map(Problem::toString).toList();
            }
        }
        return true;
    }

    private CompletionStage<?> compare() {
        FolderContent now = content;
        if (now == null) {
            return stands(FolderState.PROBLEMS, problems);
        }
        Revision head = parts.state().history().head(folder.source());
        Optional<Changesets.Base> known = parts.state().base(folder.source());
        return known.isPresent()
                ? compare(now, head, known.get())
                : stands(
                        FolderState.WAITING,
                        List.of("the head of the source is a difference from a revision that is not here yet"));
    }

    private CompletionStage<?> compare(FolderContent now, @Nullable Revision head, Changesets.Base base) {
        FolderStanding.Head known = head == null
                ? null
                : new FolderStanding.Head(
                        head.id().toString(), head.origin().equals(parts.self().toString()), base.hashes());
        return switch (FolderStanding.of(now, known, memory.base(folder.source()))) {
            case EQUAL -> {
                if (head != null) {
                    remember(head.id().toString(), now);
                }
                List<RevisionId> twice = parts.state().history().saidTwice(folder.source());
                yield twice.isEmpty()
                        ? stands(FolderState.PUBLISHED, List.of())
                        : publish(now, base, List.of(twice.getFirst().toString()));
            }
            case BEHIND -> stands(FolderState.BEHIND, List.of(changedBy(head) + " since; the folder has not changed"));
            case CONFLICT ->
                stands(
                        FolderState.CONFLICT,
                        List.of(changedBy(head)
                                + " and the folder says something else; nothing is overwritten. Let the folder say what the"
                                + " head says, or have an operator publish it: bridgehead apply -f " + folder.path()
                                + " --source " + folder.source() + " --prune"));
            case AHEAD -> publish(now, base, List.of());
        };
    }

    private static String changedBy(@Nullable Revision head) {
        return head == null ? "" : "revision " + head.id() + " was published by " + head.origin();
    }

    private CompletionStage<?> publish(FolderContent now, Changesets.Base base, List<String> settles) {
        String attempt = now.digest() + " " + base.head() + " " + settles + " "
                + parts.state().documents().revision();
        long nanos = parts.control().nanoTime();
        if (attempt.equals(tried) && nanos - triedNanos < AGAIN_NANOS) {
            return done();
        }
        tried = attempt;
        triedNanos = nanos;
        byte[] record;
        try {
            record = sign(now, base, settles);
        } catch (SignatureException | IllegalArgumentException e) {
            return stands(FolderState.REFUSED, List.of(String.valueOf(e.getMessage())));
        }
        return parts.admission().admit(record).thenAccept(outcome -> take(outcome, now));
    }

    private byte[] sign(FolderContent now, Changesets.Base base, List<String> settles) throws SignatureException {
        RecordSigner signer = parts.signer().get();
        TreeSet<String> removed = new TreeSet<>(base.hashes().keySet());
        removed.removeAll(now.texts().keySet());
        Changesets.Cause cause = new Changesets.Cause(
                folder.source(),
                parts.self().toString(),
                settles.isEmpty() ? "from a folder" : "from a folder, as " + settles.getFirst(),
                parts.clock().instant(),
                settles);
        return Changesets.sign(base, cause, now.texts(), removed, signer);
    }

    private void take(Admission.Outcome outcome, FolderContent now) {
        switch (outcome) {
            case Admission.Malformed malformed -> stands(FolderState.REFUSED, List.of(malformed.reason()));
            case Admission.Behind behind -> stands(FolderState.WAITING, List.of(behind.reason()));
            case Admission.Overtaken _, Admission.Unreadable _ -> tried = "";
            case Admission.Untrusted untrusted -> stands(FolderState.REFUSED, List.of(untrusted.reason()));
            case Admission.Claimed claimed -> stands(FolderState.PROBLEMS, inFiles(claimed.problems(), now));
            case Admission.Unfit unfit -> stands(FolderState.PROBLEMS, inFiles(unfit.problems(), now));
            case Admission.Decided decided -> take(decided.result(), now);
        }
    }

    private void take(CommitResult result, FolderContent now) {
        switch (result) {
            case CommitResult.Committed(RevisionId head) -> {
                remember(head.toString(), now);
                stands(FolderState.PUBLISHED, List.of());
            }
            case CommitResult.Conflict _ -> tried = "";
            case CommitResult.Unavailable(String reason) -> stands(FolderState.WAITING, List.of(reason));
            case CommitResult.Refused(String reason) -> stands(FolderState.REFUSED, List.of(reason));
        }
    }

    private static List<String> inFiles(List<String> problems, FolderContent now) {
        return problems.stream().map(now.places()::inFiles).toList();
    }

    private void remember(String revision, FolderContent now) {
        try {
            memory.remember(folder.source(), new FolderBase(revision, now.digest()));
        } catch (IOException e) {
            parts.observer().folderNotRemembered(folder.source(), e);
        }
    }

    private CompletionStage<?> stands(FolderState state, List<String> why) {
        List<String> details = why.size() <= DETAILS_MAX ? why : why.subList(0, DETAILS_MAX);
        Revision head = parts.state().history().head(folder.source());
        FolderStatus next = new FolderStatus(
                folder.source(),
                folder.path(),
                state,
                head == null ? null : head.id().toString(),
                head == null ? null : head.origin(),
                details);
        if (!next.equals(status)) {
            status = next;
            parts.observer().folderChanged(next);
        }
        return done();
    }

    private static CompletionStage<?> done() {
        return CompletableFuture.completedStage(null);
    }
}

package io.bridgehead.proxy;

import io.bridgehead.loop.Timer;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.retry.Failure;
import io.bridgehead.retry.RetryBudget;
import io.bridgehead.retry.RetryDecision;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptHistory;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.upstream.Selection;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A question to another service, asked until somebody answers it: again by the rules of retries of that service, in another place if that can be.
 * A question that nobody can have seen is asked again whatever its method, and a site that has not been reached yet is waited for.
 *
 * <p>Told once: one of {@link Verdicts}, or nothing after {@link #cancel}. What is left of an answer then is read to its end, so that its
 * connection can be used again.
 *
 * <p><b>Limits</b>: one timer bounds all of it, and goes with its end. Of an answer {@value #BODY_BYTES_MAX} bytes of body are read; when there is
 * more, the verdict has none, and the stream is reset.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class CheckQuestion {
    static final int BODY_BYTES_MAX = 16 * 1024;

    private static final long MOMENT_MILLIS = 25;
    private static final int OK = 200;
    private static final int FAILURES_FROM = 500;
    private static final byte[] NO_BODY = {};

    private final ProxyContext context;
    private final Asked asked;
    private final Verdicts verdicts;
    private final AttemptHistory history = new AttemptHistory();
    private final RetryBudget budget;
    private final long deadlineNanos;
    private @Nullable Timer timer;
    private @Nullable Timer pause;
    private @Nullable Destination chosen;
    private @Nullable HopWord hopWord;
    private @Nullable Try current;
    private boolean told;

    /**
     * What is asked.
     *
     * @param head without what only nodes tell each other
     * @param checker who is asked
     * @param table where the checker stands
     * @param about the exchange
     * @param timeout for the head of the answer
     */
    record Asked(RequestHead head, ServiceRoute checker, RoutingTable table, ExchangeRecord about, Duration timeout) {}

    /** What comes of a question. */
    interface Verdicts {
        /** The answer is 200, with these fields. */
        void allowed(HeaderFields said);

        /** It is another one below 500; the body is whole, or there is none. */
        void denied(ResponseHead said, byte[] body);

        /** Policies of the service that is asked, at the node of another site, do not let the question through. */
        void refused(String why);

        /** There is none in time, or one from 500 on. */
        void failed(String why);
    }

    CheckQuestion(ProxyContext context, Asked asked, Verdicts verdicts) {
        this.context = context;
        this.asked = asked;
        this.verdicts = verdicts;
        this.budget = context.retryBudget(asked.table(), asked.checker());
        this.deadlineNanos = context.now() + asked.timeout().toNanos();
    }

    void ask() {
        budget.requestStarted(ProxyContext.millis(context.now()));
        if (asked.checker().hashes()) {
            history.hash(asked.checker(), asked.head().fields(), asked.about().caller);
        }
        timer = context.loop().clock().after(millisUp(asked.timeout()), this::late);
        next(null);
    }

    /** No timer is over before its time. */
    private static long millisUp(Duration time) {
        return time.plusNanos(999_999).toMillis();
    }

    /** Nobody wants to know any more. */
    void cancel() {
        Try running = current;
        told = true;
        rest();
        if (running != null) {
            running.giveUp(AttemptOutcome.CANCELLED);
        }
    }

    /** @param last why it is not the first time */
    private void next(@Nullable String last) {
        pause = null;
        switch (context.upstreams().select(asked.checker(), history, false)) {
            case Selection.To(Destination destination) -> openAfterWait(destination);
            case Selection.NotYet() -> pause = context.loop().clock().after(MOMENT_MILLIS, () -> next(last));
            case Selection.None none ->
                fail(last == null ? "no site can serve it now: " + none.detail() : last + "; then " + none.detail());
        }
    }

    private void openAfterWait(Destination destination) {
        long millis = RetryDecision.waitMillis(
                history.count(),
                history.has(destination),
                policy(),
                context.loop().random());
        if (millis == 0) {
            open(destination);
        } else {
            chosen = destination;
            pause = context.loop().clock().after(millis, () -> open(destination));
        }
    }

    private void open(Destination destination) {
        pause = null;
        chosen = null;
        history.add(destination);
        Try before = current;
        if (before != null) {
            // of a refusal that came from there, only its head counts
            before.breakOff();
        }
        Try made = new Try(destination);
        current = made;
        made.opened(destination.openRequest(headFor(destination), true, made));
    }

    private RequestHead headFor(Destination destination) {
        HeaderFields fields = asked.head().fields().copy();
        context.traces().put(fields, asked.about(), destination.node() != null);
        if (destination.node() != null) {
            hopWord().addTo(fields, destination.site());
            // one attempt stays here, for another site
            HopFields.addLeft(fields, Math.max(1, policy().attemptsMax() - history.count()), Math.max(1, millisLeft()));
        } else if (asked.checker().tellsOrigin()) {
            hopWord().addStatement(fields, destination.site());
        }
        return asked.head().with(fields);
    }

    private HopWord hopWord() {
        HopWord word = hopWord;
        if (word == null) {
            ExchangeRecord about = asked.about();
            word = new HopWord(context, asked.checker(), about.revision, about.caller);
            hopWord = word;
        }
        return word;
    }

    private RetryPolicy policy() {
        return asked.checker().resilience().retry();
    }

    private long millisLeft() {
        return ProxyContext.millis(deadlineNanos - context.now());
    }

    /** @param seen whether somebody can have seen the question */
    private void attemptFailed(AttemptFailure failure, Failure seen) {
        if (told) {
            return;
        }
        RetryDecision.Attempt facts =
                new RetryDecision.Attempt(asked.head().method(), seen, history.count(), false, true, millisLeft());
        boolean again = !failure.isFinal()
                && RetryDecision.decide(facts, policy(), budget, ProxyContext.millis(context.now()))
                        .isRetry();
        if (again) {
            next(failure.detail());
        } else if (failure.refusal() == Refusal.NOT_AUTHORIZED) {
            told = true;
            rest(current);
            verdicts.refused(failure.detail());
        } else {
            fail(failure.detail());
        }
    }

    private void late() {
        Try running = current;
        timer = null;
        if (told) {
            // what is left of the answer is not waited for any longer
            if (running != null) {
                running.breakOff();
            }
        } else if (running != null && running.answer != null) {
            running.denied(NO_BODY);
            running.breakOff();
        } else {
            if (running != null) {
                running.giveUp(AttemptOutcome.TIMEOUT);
            }
            fail("no answer within " + millisUp(asked.timeout()) + " ms");
        }
    }

    private void fail(String why) {
        told = true;
        rest(current);
        verdicts.failed(why);
    }

    /** Nothing is waited for but the rest of an answer, if there is more of it. */
    private void rest(@Nullable Try last) {
        if (last == null || last.isOver()) {
            rest();
        }
    }

    private void rest() {
        Timer bound = timer;
        Timer wait = pause;
        timer = null;
        pause = null;
        if (bound != null) {
            bound.cancel();
        }
        if (wait != null) {
            wait.cancel();
        }
        Destination unused = chosen;
        chosen = null;
        if (unused != null) {
            unused.ended(AttemptOutcome.CANCELLED);
        }
    }

    /** The question on its way to one place. */
    @OwnedBy(Owner.EVENT_LOOP)
    private final class Try implements ResponseEvents {
        private final Destination destination;
        private @Nullable ByteArrayOutputStream body;
        private @Nullable ClientStream stream;
        private @Nullable ResponseHead answer;
        private int read;
        private boolean judged;
        private boolean over;

        Try(Destination destination) {
            this.destination = destination;
        }

        void opened(ClientStream itsStream) {
            if (!over) {
                stream = itsStream;
            }
        }

        boolean isOver() {
            return over;
        }

        /** What is said of the place where it was made. */
        private void judge(AttemptOutcome outcome) {
            judged = true;
            destination.ended(outcome);
        }

        void giveUp(AttemptOutcome outcome) {
            if (!judged) {
                judge(outcome);
            }
            breakOff();
        }

        void breakOff() {
            ClientStream from = stream;
            if (!over) {
                over = true;
                if (from != null) {
                    from.reset(StreamReset.CANCEL);
                }
            }
        }

        @Override
        public void onInformational(ResponseHead informational) {
            // the final answer counts
        }

        @Override
        public void onResponse(ResponseHead head, boolean end) {
            if (over) {
                return;
            }
            over = end;
            HopFields.FarRefusal far = destination.node() == null ? null : HopFields.refusal(head.fields());
            int status = head.status();
            if (far != null) {
                AttemptFailure failure = AttemptFailure.of(far, destination);
                judge(failure.outcome());
                attemptFailed(failure, failure.failure());
            } else if (status == OK) {
                judge(AttemptOutcome.ANSWERED);
                told = true;
                rest(this);
                verdicts.allowed(head.fields());
            } else if (status < OK || status >= FAILURES_FROM) {
                judge(AttemptOutcome.ofStatus(status));
                fail("it answered " + status);
            } else {
                answer = head;
                body = new ByteArrayOutputStream();
                if (end) {
                    denied(NO_BODY);
                }
            }
        }

        private void denied(byte[] text) {
            ResponseHead said = answer;
            if (said != null && !told) {
                judge(AttemptOutcome.ANSWERED);
                told = true;
                rest(this);
                verdicts.denied(said, text);
            }
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            int size = chunk.size();
            ClientStream from = stream;
            ByteArrayOutputStream kept = body;
            read += size;
            boolean tooMuch = read > BODY_BYTES_MAX;
            if (kept != null && !tooMuch && !told) {
                kept.writeBytes(chunk.toBytes());
            }
            chunk.release();
            if (over) {
                return;
            }
            if (tooMuch && !end) {
                denied(NO_BODY);
                breakOff();
                restIfTold();
            } else if (end) {
                endOfAnswer(tooMuch || kept == null ? NO_BODY : kept.toByteArray());
            } else if (from != null) {
                from.consumed(size);
            }
        }

        @Override
        public void onTrailers(HeaderFields last) {
            ByteArrayOutputStream kept = body;
            if (!over) {
                endOfAnswer(kept == null ? NO_BODY : kept.toByteArray());
            }
        }

        private void endOfAnswer(byte[] text) {
            over = true;
            denied(text);
            restIfTold();
        }

        /** While another place is asked, the timer is its. */
        private void restIfTold() {
            if (told && current == this) {
                rest();
            }
        }

        @Override
        public void onReset(StreamReset reset) {
            if (over) {
                return;
            }
            over = true;
            if (answer != null) {
                // its status is a verdict, whatever becomes of its body
                denied(NO_BODY);
            }
            if (judged) {
                restIfTold();
                return;
            }
            AttemptFailure failure = AttemptFailure.of(reset, destination);
            judge(failure.outcome());
            attemptFailed(failure, reset == StreamReset.STALE ? Failure.NOT_PROCESSED : failure.failure());
        }

        @Override
        public void onWritable() {
            // a question has no body
        }
    }
}

package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.retry.Failure;
import io.bridgehead.retry.RetryAnswer;
import io.bridgehead.retry.RetryBudget;
import io.bridgehead.retry.RetryDecision;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.upstream.AttemptHistory;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.upstream.Selection;
import io.bridgehead.wire.ClientStream;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one exchange: what was tried, what runs, whether there may be more. At most two run at once, and that only
 * when the first waits on a suspect tunnel, or has not answered in its time where a service says so (a hedge); after it there is
 * no other hedge.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Attempts {
    private static final long MOMENT_MILLIS = 25;

    private final ProxyContext context;
    private final Exchange exchange;
    private final Terms terms;
    private final RequestHead head;
    private final ExchangeRecord record;
    private final RetryBudget budget;
    private final AttemptHistory history = new AttemptHistory();
    private @Nullable Attempt first;
    private @Nullable Attempt hedge;
    private boolean hedged;
    private boolean perhapsProcessed;
    private int madeFarAway;

    Attempts(ProxyContext context, Exchange exchange, Terms terms, RequestHead head, ExchangeRecord record) {
        this.context = context;
        this.exchange = exchange;
        this.terms = terms;
        this.head = head;
        this.record = record;
        this.budget = context.retryBudget(terms.table(), terms.route());
        if (terms.ruling() != null) {
            terms.ruling().prefer(history);
        }
        if (terms.route().hashes()) {
            history.hash(terms.route(), head.fields(), record.caller());
        }
    }

    void requestStarted() {
        budget.requestStarted(ProxyContext.millis(context.now()));
    }

    /** Attempts made here and, as far as they told, by far nodes. */
    int made() {
        return history.count() + madeFarAway;
    }

    /** Whether an endpoint may have acted on the request. */
    boolean perhapsProcessed() {
        return perhapsProcessed;
    }

    Selection select() {
        return context.upstreams().select(terms.route(), history, terms.localOnly());
    }

    /** Opens an attempt here; where one was made before, after a while. */
    void openAfterWait(Destination destination) {
        long millis = waitMillis(destination);
        if (millis == 0) {
            open(destination, false);
            return;
        }
        context.loop().clock().after(millis, () -> {
            if (exchange.isTrying()) {
                open(destination, false);
            } else {
                destination.ended(AttemptOutcome.CANCELLED);
            }
        });
    }

    private long waitMillis(Destination destination) {
        Ruling ruling = terms.ruling();
        long told = ruling == null
                ? -1
                : ruling.waitMillis(history.count(), context.loop().random());
        return told >= 0
                ? told
                : RetryDecision.waitMillis(
                        history.count(),
                        history.has(destination),
                        policy(),
                        context.loop().random());
    }

    /** Asks again after a moment, unless the exchange has ended by then. */
    void afterMoment(Runnable again) {
        context.loop().clock().after(MOMENT_MILLIS, () -> {
            if (exchange.isTrying()) {
                again.run();
            }
        });
    }

    private void open(Destination destination, boolean asHedge) {
        history.add(destination);
        long now = context.now();
        long spanId = context.mintSpanId();
        AttemptRecord itsRecord = new AttemptRecord(destination, now, spanId, asHedge);
        record.add(itsRecord);
        Attempt attempt = new Attempt(exchange, itsRecord);
        if (asHedge) {
            hedge = attempt;
        } else {
            first = attempt;
        }
        RequestHead itsHead = headFor(destination, spanId);
        if (terms.bytes()) {
            attempt.sentWhole(now);
            attempt.openBytes(terms.route(), itsHead);
        } else if (exchange.isUpgrade()) {
            attempt.sentWhole(now);
            attempt.openRequest(itsHead, false);
        } else {
            RequestBody body = exchange.body();
            boolean end = body.isEmpty();
            attempt.openRequest(itsHead, end);
            ClientStream stream = attempt.stream();
            if (stream != null) {
                attempt.giveBody(body, stream, end);
                if (body.isEnded()) {
                    attempt.sentWhole(now);
                }
            }
        }
    }

    /** The fields of the first attempt are the request's own; another one may still be sending those, so it gets a copy. */
    private RequestHead headFor(Destination destination, long spanId) {
        HeaderFields fields = head.fields();
        if (history.count() > 1) {
            fields = fields.copy();
            RequestFields.stripHopFields(fields);
        }
        context.traces().putAttempt(fields, record, spanId, destination.node() != null);
        if (destination.node() != null) {
            addHopFields(fields, destination);
        } else if (terms.route().tellsOrigin() && !terms.bytes()) {
            addStatement(fields, destination);
        }
        return head.with(fields);
    }

    /** An endpoint gets what the node of entry has signed, which is perhaps this one. */
    private void addStatement(HeaderFields fields, Destination destination) {
        byte[] told = record.statement;
        HopWord word = terms.hopWord();
        if (told != null) {
            fields.add(HeaderName.BRIDGEHEAD_ORIGIN, told);
        } else if (word != null) {
            word.addStatement(fields, destination.site());
        }
    }

    private void addHopFields(HeaderFields fields, Destination destination) {
        HopWord word = terms.hopWord();
        if (word != null) {
            word.addTo(fields, destination.site());
        }
        Approach approach = record.approach;
        if (approach != null) {
            approach.addTo(fields);
        }
        long millis = exchange.millisLeft();
        if (millis == Long.MAX_VALUE) {
            millis = terms.headMillis();
        }
        Ruling ruling = terms.ruling();
        if (ruling != null) {
            ruling.addTo(fields, destination.site());
        }
        // one attempt stays here, for another site
        HopFields.addLeft(fields, Math.max(1, attemptsMax() - made()), millis);
    }

    private RetryPolicy policy() {
        return terms.retry();
    }

    private int attemptsMax() {
        return Math.min(policy().attemptsMax(), terms.attemptsMax());
    }

    /** The client has sent everything: what runs has it all. */
    void requestEnded() {
        if (first != null) {
            first.sentWhole(context.now());
        }
    }

    /** @return whether another attempt runs */
    boolean failed(Attempt attempt, AttemptFailure failure, int attemptsThere) {
        perhapsProcessed |= !terms.bytes() && failure.failure() != Failure.NOT_PROCESSED;
        madeFarAway += Math.max(0, attemptsThere - 1);
        return remove(attempt);
    }

    void failedWithStatus(Attempt attempt) {
        perhapsProcessed = true;
        remove(attempt);
    }

    private boolean remove(Attempt attempt) {
        if (first == attempt) {
            first = hedge;
        }
        hedge = null;
        return first != null;
    }

    /** Whether this status counts as a failure and nothing else runs that may do better. */
    boolean isFailure(int status) {
        return !terms.bytes() && hedge == null && terms.isFailure(status);
    }

    RetryAnswer decide(Failure failure, boolean bodyKept) {
        // before a stream of bytes is connected no byte of it was sent
        Failure effective = terms.bytes() ? Failure.NOT_PROCESSED : failure;
        int unusable = policy().attemptsMax() - attemptsMax();
        RetryDecision.Attempt facts = new RetryDecision.Attempt(
                head.method(), effective, made() + unusable, false, bodyKept, exchange.millisLeft());
        RetryAnswer answer = RetryDecision.decide(facts, policy(), budget, ProxyContext.millis(context.now()));
        record.retryBudgetSpent |= answer == RetryAnswer.BUDGET_SPENT;
        return answer;
    }

    /** This one's answer is taken; nobody waits for another. */
    void won(Attempt attempt) {
        Attempt loser = attempt == first ? hedge : first;
        first = attempt;
        hedge = null;
        if (loser != null) {
            loser.cancel(AttemptOutcome.CANCELLED);
        }
    }

    void cancelAll(AttemptOutcome outcome) {
        Attempt one = first;
        Attempt other = hedge;
        first = null;
        hedge = null;
        if (one != null) {
            perhapsProcessed |= !terms.bytes();
            one.cancel(outcome);
        }
        if (other != null) {
            other.cancel(outcome);
        }
    }

    /** Looks at what runs: too slow, or on a tunnel that has become suspect. */
    void look(long now) {
        Attempt other = hedge;
        if (other != null) {
            checkTime(other, now);
        }
        Attempt one = first;
        if (one == null || !exchange.isTrying() || (policy().hedgesOnTimeout() && goesOn(one, now))) {
            return;
        }
        if (!checkTime(one, now) && isOnSuspectTunnel(one) && mayHedge()) {
            openHedge();
        }
    }

    /** Whether the first attempt, though its time is over, runs on beside another one. */
    private boolean goesOn(Attempt attempt, long now) {
        if (hedge == null && terms.isOverdue(attempt, now) && mayHedge()) {
            openHedge();
        }
        return hedge != null;
    }

    private boolean isOnSuspectTunnel(Attempt attempt) {
        NodeName node = attempt.node();
        return node != null && !terms.localOnly() && context.suspects(node);
    }

    private boolean checkTime(Attempt attempt, long now) {
        if (!terms.isOverdue(attempt, now)) {
            return false;
        }
        long millis = ProxyContext.millis(now - attempt.record().startNanos());
        attempt.cancel(AttemptOutcome.TIMEOUT);
        exchange.attemptFailed(attempt, AttemptFailure.timeout(attempt.destination(), millis), 0);
        return true;
    }

    private boolean mayHedge() {
        RequestBody body = exchange.body();
        return !hedged
                && !terms.bytes()
                && body.isEnded()
                && body.isKept()
                && made() < attemptsMax()
                && RetryDecision.isIdempotent(head.method());
    }

    private void openHedge() {
        if (!(select() instanceof Selection.To(Destination destination))) {
            return;
        }
        if (history.has(destination) || !budget.tryTake(ProxyContext.millis(context.now()))) {
            destination.ended(AttemptOutcome.CANCELLED);
            return;
        }
        hedged = true;
        open(destination, true);
    }
}

package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.retry.Failure;
import io.bridgehead.retry.RetryAnswer;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.upstream.Selection;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.RefusalResponse;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import org.jspecify.annotations.Nullable;

/**
 * One exchange after it was admitted: a request, or a stream of bytes, between a client and the attempts made for it.
 *
 * <p><b>State</b>
 *
 * <pre>
 *              an attempt failed, another is made; one more beside it when its tunnel is suspect
 *              +--+
 *              v  |
 *   start --> TRYING --- nowhere to go, no retry, no time, client gone ---> ENDED
 *                |                                                            ^
 *                | the first answer that is taken; other attempts are reset   |
 *                v                                                            |
 *            ANSWERING --- both halves done; reset by either side; idle ------+
 * </pre>
 *
 * In TRYING nothing has been said to the client but 1xx, so that everything can be tried again. In ANSWERING there is one attempt,
 * and what goes wrong with it goes wrong with the exchange: it is passed on as a reset, never as a clean end.
 *
 * <p>A stream of bytes differs in one way: its bytes are sent only when the far end is connected. Until then no byte of it can
 * have been processed, and every failure may be tried again.
 *
 * <p>A request to upgrade is tried like a GET without a body. When its answer is 101 it goes on as a stream of bytes does;
 * after any other answer it has been a request.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Exchange implements StreamEvents {
    private enum State {
        TRYING,
        ANSWERING,
        ENDED
    }

    private static final int OK = 200;
    /** Longer than any pause of a client that still reads, shorter than the patience of endpoints. */
    private static final long HELD_UP_NANOS = 5_000_000_000L;

    private final ProxyContext context;
    private final ServerStream client;
    private final RequestHead head;
    private final Terms terms;
    private final ExchangeRecord record;
    private final Attempts attempts;
    private final RequestBody body;
    private final ExchangeWatch watch = new ExchangeWatch(this);
    private State state = State.TRYING;
    private @Nullable Attempt winner;
    private boolean bytes;
    private boolean answerDone;
    private int unconsumed;

    Exchange(ProxyContext context, ServerStream client, RequestHead head, Terms terms, ExchangeRecord record) {
        this.context = context;
        this.client = client;
        this.head = head;
        this.terms = terms;
        this.record = record;
        this.bytes = terms.bytes();
        this.body =
                new RequestBody(client, context.replayBudget(), context.limits().replayBytesMax());
        this.attempts = new Attempts(context, this, terms, head, record);
    }

    ExchangeWatch watch() {
        return watch;
    }

    /** Makes the first attempt. */
    void start(boolean end) {
        context.active().waits(this);
        record.started = true;
        context.observer().started(record);
        attempts.requestStarted();
        if (end) {
            body.endedWithHead();
        }
        if (end || isHeadWhole()) {
            startDeadline();
        }
        terms.boundWhole(watch, record.startNanos);
        tryNext(null);
    }

    private void startDeadline() {
        long millis = terms.answerMillis();
        if (millis >= 0) {
            watch.bound(context.now() + millis * 1_000_000);
        }
    }

    /** Milliseconds left for the head of an answer; {@link Long#MAX_VALUE} when nothing bounds it yet. */
    long millisLeft() {
        return watch.millisLeft(context.now());
    }

    RequestBody body() {
        return body;
    }

    /** Whether a change of protocol is asked for. */
    boolean isUpgrade() {
        return head.isWebSocket();
    }

    /** Whether the head is all that an answer needs, though more may come behind it. */
    private boolean isHeadWhole() {
        return terms.bytes() || isUpgrade();
    }

    boolean isTrying() {
        return state == State.TRYING;
    }

    private void tryNext(@Nullable AttemptFailure last) {
        switch (attempts.select()) {
            case Selection.To(Destination destination) -> attempts.openAfterWait(destination);
            case Selection.NotYet() -> attempts.afterMoment(() -> tryNext(last));
            case Selection.None(Refusal refusal, String detail) -> {
                if (last == null) {
                    refuse(refusal, detail);
                } else {
                    refuse(last.refusal(), last.detail() + "; then " + refusal.text() + ": " + detail);
                }
            }
        }
    }

    void attemptEnded(Attempt attempt, AttemptOutcome outcome) {
        attempt.destination().ended(outcome);
        attempt.close(outcome, context.now(), attempt == winner ? record.bytesOut : 0);
        context.observer().attemptEnded(record, attempt.record());
    }

    void attemptReset(Attempt attempt, AttemptFailure failure, StreamReset reset) {
        // the far node looks on its own for what is allowed no longer, and may be first
        AttemptFailure why = attempt == winner ? failure.unlessDenied(denied()) : failure;
        if (attempt != winner) {
            attemptFailed(attempt, failure, 0);
        } else if (reset == StreamReset.CANCEL) {
            record.refused(why.refusal(), why.detail());
            client.reset(reset);
            ended();
        } else {
            fail(why.refusal(), why.detail(), reset == StreamReset.PEER_RESET ? StreamReset.CANCEL : reset);
        }
    }

    /** @param attemptsThere how many attempts the far node says it made; 0 when it says nothing */
    void attemptFailed(Attempt attempt, AttemptFailure failure, int attemptsThere) {
        if (state != State.TRYING) {
            return;
        }
        boolean anotherRuns = attempts.failed(attempt, failure, attemptsThere);
        if (failure.isFinal()) {
            refuse(failure.refusal(), failure.detail());
        } else if (!anotherRuns) {
            body.detach();
            RetryAnswer answer = attempts.decide(failure.failure(), body.isKept());
            if (answer.isRetry()) {
                tryNext(failure);
            } else {
                giveUp(answer, failure);
            }
        }
    }

    private void giveUp(RetryAnswer answer, AttemptFailure failure) {
        String detail = failure.detail() + "; no retry: " + answer;
        // a client that hears of a time that was over may wait longer; one that hears 503 would only ask again
        boolean exhausted = answer == RetryAnswer.ATTEMPTS_USED
                && !terms.localOnly()
                && attempts.made() > 1
                && failure.refusal() != Refusal.RESPONSE_TIMEOUT;
        if (answer == RetryAnswer.DEADLINE_PASSED) {
            refuse(Refusal.DEADLINE_EXCEEDED, detail);
        } else {
            refuse(exhausted ? Refusal.ATTEMPTS_EXHAUSTED : failure.refusal(), detail);
        }
    }

    void attemptWritable() {
        watch.stirred();
        body.passOn();
    }

    void lookWhileWaiting(long now) {
        if (watch.isLate(now)) {
            refuse(Refusal.DEADLINE_EXCEEDED, "no answer in time; attempts: " + attempts.made());
        } else if (!watch.isBounded() && isIdle(now)) {
            refuse(
                    body.isEnded() || body.isHeldUp() ? Refusal.STREAM_IDLE : Refusal.BODY_TIMEOUT,
                    "no byte either way for too long, and nothing has been answered");
        } else {
            attempts.look(now);
        }
    }

    void lookWhileStreaming(long now) {
        if (watch.isLate(now)) {
            breakOff(Refusal.DEADLINE_EXCEEDED, "the time for the whole answer is over", StreamReset.TIMEOUT);
        } else if (isIdle(now)) {
            Refusal why = isUnread() ? Refusal.CLIENT_STALLED : Refusal.STREAM_IDLE;
            breakOff(why, "no byte either way for too long", StreamReset.TIMEOUT);
        }
    }

    private void breakOff(Refusal why, String detail, StreamReset reset) {
        cancelWinner(AttemptOutcome.CANCELLED);
        fail(why, detail, reset);
    }

    /** Whether more of the answer is here than the client takes. */
    private boolean isUnread() {
        return unconsumed > 0 && !client.writable();
    }

    /** Whether this attempt stands still, and has for a while, because the client takes nothing: its end is then not the endpoint's fault. */
    boolean isHeldUp(Attempt attempt) {
        return attempt == winner && watch.isQuietFor(HELD_UP_NANOS, context.now()) && isUnread();
    }

    private boolean isIdle(long now) {
        return terms.isIdle(head, isUpgrade() && bytes, watch.quietNanos(now));
    }

    /** Why its caller may have it no longer; null while it may. */
    @Nullable
    String denied() {
        return record.recheck(context.table(), head);
    }

    /** The node does not wait any longer. */
    void abort(Refusal why, String detail) {
        if (state == State.TRYING) {
            refuse(why, detail);
        } else {
            breakOff(why, detail, StreamReset.CANCEL);
        }
    }

    // --- the answer ---

    void informational(ResponseHead informational) {
        if (state == State.TRYING) {
            RequestFields.stripHopFields(informational.fields());
            client.sendInformational(informational);
        }
    }

    void answered(Attempt attempt, ResponseHead answer, boolean end) {
        assert state == State.TRYING : "the first answer ends the trying";
        if (attempts.isFailure(answer.status()) && triedElsewhere(attempt, answer.status())) {
            return;
        }
        terms.answered(attempt.record(), answer.fields());
        ResponseHead told = isUpgrade() ? answerToUpgrade(attempt, answer) : answer;
        if (told == null) {
            return;
        }
        state = State.ANSWERING;
        winner = attempt;
        attempts.won(attempt);
        watch.answered();
        terms.boundWhole(watch, record.startNanos);
        terms.boundServing(watch, attempt.record());
        context.active().streams(this);
        record.served = attempt.record();
        record.answered(statusFor(answer), answer.fields(), context.limits().noted());
        record.firstByteNanos = context.now() - record.startNanos;
        client.sendResponse(told, end);
        if (state == State.ENDED) {
            return; // the client was lost with it
        }
        ClientStream stream = attempt.stream();
        if (bytes && stream != null) {
            Chunk greeting = Greeting.of(terms.route(), attempt.destination(), record);
            if (greeting != null) {
                stream.sendData(greeting, false);
            }
            attempt.giveBody(body, stream, false);
        }
        body.forget();
        if (end) {
            answerEnded(answer.fields());
        }
    }

    /** The answer as the client can be told of it; null when it cannot. */
    private @Nullable ResponseHead answerToUpgrade(Attempt attempt, ResponseHead answer) {
        bytes = answer.switchesProtocol();
        if (bytes || answer.status() / 100 != 2 || !record.entry.isHttp2()) {
            return answer;
        }
        if (record.entry.isTunnel()) {
            return HopFields.hidden(answer);
        }
        attempt.cancel(AttemptOutcome.ANSWERED);
        String detail = "answered " + answer.status() + " to an upgrade, which would mean yes in HTTP/2";
        refuse(Refusal.ENDPOINT_PROTOCOL, detail);
        return null;
    }

    private int statusFor(ResponseHead answer) {
        return answer.switchesProtocol() && record.entry.isHttp2() ? OK : answer.status();
    }

    /** An idempotent request whose answer says that it failed goes to another place while there is one; else this answer stands. */
    private boolean triedElsewhere(Attempt attempt, int status) {
        if (!attempts.decide(Failure.STATUS, body.isKept()).isRetry()) {
            return false;
        }
        if (!(attempts.select() instanceof Selection.To(Destination destination))) {
            return false;
        }
        body.detach();
        attempt.cancel(AttemptOutcome.ofStatus(status));
        attempts.failedWithStatus(attempt);
        attempts.openAfterWait(destination);
        return true;
    }

    void answerData(Attempt attempt, Chunk chunk, boolean end) {
        assert attempt == winner : "only the winner has a body";
        watch.stirred();
        int size = chunk.size();
        record.bytesOut += size;
        client.sendData(chunk, end);
        if (state == State.ENDED) {
            return; // the client was lost with it
        }
        if (end) {
            answerEnded(null);
        } else if (client.writable()) {
            attempt.consumed(size + unconsumed);
            unconsumed = 0;
        } else {
            unconsumed += size;
        }
    }

    void answerTrailers(Attempt attempt, HeaderFields trailers) {
        assert attempt == winner : "only the winner has trailers";
        RequestFields.stripHopFields(trailers);
        client.sendTrailers(trailers);
        if (state != State.ENDED) {
            answerEnded(trailers);
        }
    }

    /** An HTTP exchange is over with its answer, even if the client still sends; a stream of bytes only when both halves are. */
    private void answerEnded(@Nullable HeaderFields last) {
        answerDone = true;
        if (terms.grpc() != null && last != null) {
            record.callSays(last);
        }
        if (body.isEnded()) {
            bothHalvesDone();
        } else if (!bytes) {
            cancelWinner(terms.outcome(record));
            ended();
        } else {
            record.endpointFirst = true;
        }
    }

    // --- the client ---

    @Override
    public void onData(Chunk chunk, boolean end) {
        int size = chunk.size();
        if (state == State.ENDED) {
            chunk.release();
            client.consumed(size);
            return;
        }
        watch.stirred();
        record.bytesIn += size;
        terms.arrived(chunk, end);
        body.add(chunk, end);
        if (end) {
            requestEnded();
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        if (state != State.ENDED) {
            record.stripClaims(trailers);
            terms.arrived(trailers);
            body.addTrailers(trailers);
            requestEnded();
        }
    }

    private void requestEnded() {
        if (state == State.TRYING) {
            if (!isHeadWhole()) {
                startDeadline();
                attempts.requestEnded();
            }
        } else if (answerDone && state == State.ANSWERING) {
            bothHalvesDone();
        }
    }

    @Override
    public void onReset(StreamReset reset) {
        if (state == State.ENDED) {
            return;
        }
        record.clientReset(reset, state == State.TRYING && !body.isEnded());
        state = State.ENDED;
        attempts.cancelAll(AttemptOutcome.CANCELLED);
        ended();
    }

    @Override
    public void onWritable() {
        watch.stirred();
        Attempt serving = winner;
        if (serving != null && unconsumed > 0 && client.writable()) {
            int bytes = unconsumed;
            unconsumed = 0;
            serving.consumed(bytes);
        }
    }

    // --- the end ---

    void refuse(Refusal refusal, String detail) {
        assert state == State.TRYING : "a refusal is an answer of its own";
        state = State.ENDED;
        // a bound that the client has chosen says nothing of the endpoint
        boolean late = refusal == Refusal.DEADLINE_EXCEEDED && !terms.isTimed();
        attempts.cancelAll(late ? AttemptOutcome.TIMEOUT : AttemptOutcome.CANCELLED);
        Refusals.send(
                client, head, record, new Refusals.Why(refusal, detail, attempts.perhapsProcessed(), attempts.made()));
        ended();
    }

    private void bothHalvesDone() {
        Attempt serving = winner;
        if (serving != null) {
            serving.end(terms.outcome(record));
        }
        ended();
    }

    private void cancelWinner(AttemptOutcome outcome) {
        Attempt serving = winner;
        if (serving != null) {
            serving.cancel(outcome);
        }
    }

    /** The head of an answer has gone out: all that can be said now is that it breaks off, and to a gRPC client why. */
    private void fail(Refusal refusal, String detail, StreamReset reset) {
        record.refused(refusal, detail);
        if (terms.grpc() != null && !record.entry.isTunnel() && client.writable()) {
            client.sendTrailers(RefusalResponse.grpcTrailers(refusal));
        } else {
            client.reset(reset);
        }
        ended();
    }

    private void ended() {
        state = State.ENDED;
        body.detach();
        body.forget();
        terms.ended();
        context.active().ended(this);
        record.durationNanos = context.now() - record.startNanos;
        if (terms.grpc() != null) {
            record.callEnded();
        }
        context.observer().ended(record);
    }
}

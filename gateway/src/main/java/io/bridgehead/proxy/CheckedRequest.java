package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.TraceContext;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.policy.ExternalCheck.Outcome;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptHistory;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.upstream.Selection;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.RefusalResponse;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that somebody else is asked about before its exchange begins. The question is the head of the request without a body, sent as an
 * attempt of its own that nobody is asked about in turn.
 *
 * <p><b>State</b>
 *
 * <pre>
 *   ASKING --- answer 200; none, and requests pass then -------> PASSED: the exchange gets all that comes
 *      |------ another answer below 500 --> TOLD: the client gets it
 *      |------ no answer in time, none, or from 500 on; the client is gone ---> ENDED
 * </pre>
 *
 * <p><b>Limits</b>: what comes of the body in ASKING is kept, and not given back to the client's window, so that it is no more than the window. Of a
 * refusing answer's body {@value #BODY_BYTES_MAX} bytes are passed on, or none.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class CheckedRequest implements StreamEvents {
    private static final int BODY_BYTES_MAX = 16 * 1024;
    private static final int OK = 200;
    private static final int FAILURES_FROM = 500;
    private static final HeaderName AUTHORIZATION = HeaderName.of("authorization");
    /** What every question has of its request. */
    private static final List<HeaderName> ALWAYS = List.of(
            AUTHORIZATION,
            HeaderName.X_FORWARDED_FOR,
            HeaderName.X_FORWARDED_PROTO,
            HeaderName.X_FORWARDED_CLIENT_CERT,
            HeaderName.X_REQUEST_ID,
            HeaderName.VIA);

    /** Of other methods a request says that it has no body (RFC 9110, section 8.6). */
    private static final Set<String> BODILESS = Set.of("GET", RequestHead.HEAD, "OPTIONS", "DELETE");

    private final ProxyContext context;
    private final ServerStream client;
    private final RequestHead head;
    private final ExchangeRecord record;
    private final ExternalCheck check;
    private final Supplier<StreamEvents> exchange;
    private final List<Chunk> kept = new ArrayList<>();
    private @Nullable HeaderFields trailers;
    private boolean ended;
    private boolean over;
    private @Nullable StreamEvents passed;
    private @Nullable Question question;

    /** @param exchange begins the exchange; it is told then what has come of the body */
    CheckedRequest(
            ProxyContext context,
            ServerStream client,
            RequestHead head,
            ExchangeRecord record,
            ExternalCheck check,
            Supplier<StreamEvents> exchange) {
        this.context = context;
        this.client = client;
        this.head = head;
        this.record = record;
        this.check = check;
        this.exchange = exchange;
    }

    /** Asks. */
    StreamEvents start(RoutingTable table) {
        ServiceRoute checker = table.byName(check.checker());
        if (checker == null
                || checker.protocol().isBytes()
                || checker.protocol().isDatagrams()) {
            failed("there is no such service for requests");
        } else if (!checker.allow()
                .authorize(record.caller, head, record.entry.arrival())
                .allowed()) {
            failed("it does not let the caller in");
        } else if (context.upstreams().select(checker, new AttemptHistory(), false) instanceof Selection.To to) {
            Question asked = new Question(to.destination());
            question = asked;
            asked.stream = to.destination().openRequest(question(checker, to.destination()), true, asked);
            context.loop().clock().after(check.timeout().toMillis(), asked::late);
        } else {
            failed("no site can serve it now");
        }
        StreamEvents at = passed;
        return at == null ? this : at;
    }

    private RequestHead question(ServiceRoute checker, Destination to) {
        HeaderFields fields = new HeaderFields();
        ALWAYS.forEach(name -> copy(name, head.fields(), fields));
        check.sent().forEach(name -> copy(name, head.fields(), fields));
        if (!BODILESS.contains(head.method())) {
            fields.set(HeaderName.CONTENT_LENGTH, "0");
        }
        TraceContext trace = record.trace;
        if (trace != null) {
            fields.set(HeaderName.TRACEPARENT, trace.traceparent(trace.spanId()));
        }
        if (to.node() != null) {
            new HopWord(context, checker, record.revision, record.caller).addTo(fields, to.site());
            HopFields.addLeft(fields, 1, check.timeout().toMillis());
        }
        return new RequestHead(
                head.method(), head.scheme(), record.authority, check.pathPrefix() + record.path, fields);
    }

    private static void copy(HeaderName name, HeaderFields from, HeaderFields to) {
        for (int i = from.indexOf(name, 0); i >= 0; i = from.indexOf(name, i + 1)) {
            to.add(name, from.value(i));
        }
    }

    // --- verdicts ---

    private void failed(String why) {
        String detail = "service " + check.checker() + " was asked: " + why;
        if (check.allowOnFailure()) {
            pass(Outcome.FAILED_ALLOWED, detail, null);
        } else {
            over = true;
            record.checked(Outcome.FAILED_DENIED, detail);
            refuse(Refusal.CHECK_FAILED, detail);
        }
    }

    /** The fields that the checker sets are its word alone: what the client says in them goes, whatever the checker says. */
    private void pass(Outcome outcome, String detail, @Nullable HeaderFields said) {
        over = true;
        record.checked(outcome, detail);
        for (HeaderName name : check.toRequest()) {
            head.fields().removeAll(name);
            if (said != null) {
                copy(name, said, head.fields());
            }
        }
        StreamEvents begun = exchange.get();
        passed = begun;
        for (int i = 0; i < kept.size(); i++) {
            begun.onData(kept.get(i), ended && trailers == null && i == kept.size() - 1);
        }
        kept.clear();
        HeaderFields last = trailers;
        if (last != null) {
            begun.onTrailers(last);
        }
    }

    private void refuse(Refusal refusal, String detail) {
        drop();
        Refusals.send(client, head, record, Refusals.Why.atOnce(refusal, detail));
        end();
    }

    /** The client gets what the checker has said; a client of gRPC, and one of an answer that would mean yes, what there is for it. */
    private void deny(int status, HeaderFields said, byte[] body) {
        String detail = "service " + check.checker() + " was asked: it answered " + status;
        record.checked(Outcome.DENIED, detail);
        if (status < 300 || head.isWebSocket() || RefusalResponse.wantsGrpc(head.fields())) {
            refuse(Refusal.NOT_AUTHORIZED, detail);
            return;
        }
        drop();
        HeaderFields fields = new HeaderFields();
        check.toAnswer().forEach(name -> copy(name, said, fields));
        if (body.length > 0 && !fields.contains(HeaderName.CONTENT_TYPE)) {
            copy(HeaderName.CONTENT_TYPE, said, fields);
        }
        fields.removeAll(HeaderName.CONTENT_LENGTH);
        fields.add(HeaderName.CONTENT_LENGTH, Integer.toString(body.length));
        record.refused(Refusal.NOT_AUTHORIZED, detail);
        record.status = status;
        client.sendResponse(new ResponseHead(status, fields), body.length == 0);
        if (body.length > 0) {
            client.sendData(Chunk.of(body), true);
        }
        end();
    }

    private void end() {
        record.durationNanos = context.now() - record.startNanos;
        record.firstByteNanos = record.durationNanos;
        context.observer().ended(record);
    }

    private void drop() {
        for (Chunk chunk : kept) {
            int size = chunk.size();
            chunk.release();
            client.consumed(size);
        }
        kept.clear();
    }

    // --- the client ---

    @Override
    public void onData(Chunk chunk, boolean end) {
        StreamEvents to = passed;
        if (to != null) {
            to.onData(chunk, end);
        } else if (over) {
            int size = chunk.size();
            chunk.release();
            client.consumed(size);
        } else {
            kept.add(chunk);
            ended = end;
        }
    }

    @Override
    public void onTrailers(HeaderFields last) {
        StreamEvents to = passed;
        if (to != null) {
            to.onTrailers(last);
        } else {
            trailers = last;
            ended = true;
        }
    }

    @Override
    public void onReset(StreamReset reset) {
        StreamEvents to = passed;
        Question asked = question;
        if (to != null) {
            to.onReset(reset);
        } else if (!over) {
            over = true;
            kept.forEach(Chunk::release);
            kept.clear();
            if (asked != null) {
                asked.giveUp(AttemptOutcome.CANCELLED);
            }
            record.clientReset(reset, !ended);
            end();
        }
    }

    @Override
    public void onWritable() {
        StreamEvents to = passed;
        if (to != null) {
            to.onWritable();
        }
    }

    /** The question on its way. */
    @OwnedBy(Owner.EVENT_LOOP)
    private final class Question implements ResponseEvents {
        private final Destination destination;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable ClientStream stream;
        private @Nullable ResponseHead answer;
        private boolean tooLong;
        private boolean done;

        Question(Destination destination) {
            this.destination = destination;
        }

        void late() {
            if (!done && answer != null) {
                tooLong = true;
                ended(false);
            } else if (!done) {
                giveUp(AttemptOutcome.TIMEOUT);
                failed("no answer within " + check.timeout().toMillis() + " ms");
            }
        }

        void giveUp(AttemptOutcome outcome) {
            ClientStream to = stream;
            if (!done) {
                done = true;
                destination.ended(outcome);
                if (to != null) {
                    to.reset(StreamReset.CANCEL);
                }
            }
        }

        @Override
        public void onInformational(ResponseHead informational) {
            // the final answer counts
        }

        @Override
        public void onResponse(ResponseHead head, boolean end) {
            if (done) {
                return;
            }
            int status = head.status();
            if (status == OK || status >= FAILURES_FROM || status < OK) {
                settle(status, end);
                if (status == OK) {
                    pass(Outcome.ALLOWED, "", head.fields());
                } else {
                    failed("it answered " + status);
                }
                return;
            }
            answer = head;
            if (end) {
                ended(true);
            }
        }

        private void settle(int status, boolean end) {
            done = true;
            destination.ended(AttemptOutcome.ofStatus(status));
            ClientStream to = stream;
            if (!end && to != null) {
                to.reset(StreamReset.CANCEL);
            }
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            int size = chunk.size();
            ClientStream from = stream;
            tooLong |= body.size() + size > BODY_BYTES_MAX;
            if (!tooLong && !done) {
                body.writeBytes(chunk.toBytes());
            }
            chunk.release();
            if (from != null && !done && !end) {
                from.consumed(size);
            }
            if (!done && (end || tooLong)) {
                ended(end);
            }
        }

        /** As much of the answer is here as the client gets. */
        private void ended(boolean end) {
            ResponseHead said = answer;
            if (said != null) {
                settle(said.status(), end);
                over = true;
                deny(said.status(), said.fields(), tooLong ? new byte[0] : body.toByteArray());
            }
        }

        @Override
        public void onTrailers(HeaderFields last) {
            if (!done) {
                ended(true);
            }
        }

        @Override
        public void onReset(StreamReset reset) {
            if (!done) {
                done = true;
                destination.ended(AttemptOutcome.of(reset));
                failed("its stream ended: " + reset);
            }
        }

        @Override
        public void onWritable() {
            // a question has no body
        }
    }
}

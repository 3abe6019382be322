package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.policy.ExternalCheck.Outcome;
import io.bridgehead.policy.Verdict;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.RefusalResponse;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that somebody else is asked about before its exchange begins, while its client waits: {@link HeldRequest}. The question is the head of
 * what the client asked for, without a body; {@link CheckQuestion} asks it.
 *
 * <p><b>State</b>
 *
 * <pre>
 *   ASKING --- answer 200; none, and requests pass then ---> the exchange begins
 *      |------ another answer below 500 --> the client gets it
 *      |------ none, or one from 500 on --> refused
 *      |------ a policy forbids to ask ---> refused, whatever passes otherwise
 *      |------ the exchange's time is over -> refused
 *      +------ the client is gone ---> nothing more
 * </pre>
 */
@OwnedBy(Owner.EVENT_LOOP)
final class CheckedRequest implements CheckQuestion.Verdicts {
    private static final int REDIRECTS_FROM = 300;
    private static final int NOT_MODIFIED = 304;
    private static final HeaderName CONTENT_ENCODING = HeaderName.of("content-encoding");

    /** What says how a body is to be read goes with it. */
    private static final List<HeaderName> OF_BODIES = List.of(HeaderName.CONTENT_TYPE, CONTENT_ENCODING);

    /** Of other methods a request says that it has no body (RFC 9110, section 8.6). */
    private static final Set<String> BODILESS = Set.of("GET", RequestHead.HEAD, "OPTIONS", "DELETE");

    private final ProxyContext context;
    private final ServerStream client;
    private final RequestHead head;
    private final ExchangeRecord record;
    private final CheckRecord check;
    private final HeldRequest held;
    private final long startNanos;
    private long endNanos = Long.MAX_VALUE;
    private @Nullable CheckQuestion question;
    private Supplier<StreamEvents> exchange = () -> {
        throw new IllegalStateException("not asked yet");
    };

    /** @param head as it goes on when it may */
    CheckedRequest(
            ProxyContext context, ServerStream client, RequestHead head, ExchangeRecord record, CheckRecord check) {
        this.context = context;
        this.client = client;
        this.head = head;
        this.record = record;
        this.check = check;
        this.startNanos = context.now();
        this.held = new HeldRequest(context, record, this::gone);
    }

    /**
     * Asks.
     *
     * @param terms of the exchange, with the table where the checker stands, and the bound of the whole
     * @param begin begins the exchange
     */
    StreamEvents ask(Terms terms, Supplier<StreamEvents> begin) {
        exchange = begin;
        endNanos = terms.wholeEndNanos(record.startNanos);
        long left = endNanos - startNanos;
        if (left <= 0) {
            late("the time for the whole answer is over");
            return held;
        }
        RoutingTable table = terms.table();
        ServiceRoute checker = table.byName(check.terms().checker());
        if (checker == null
                || checker.protocol().isBytes()
                || checker.protocol().isDatagrams()) {
            failed("there is no such service for requests");
            return held;
        }
        RequestHead asked = asked();
        Verdict verdict = record.authorizeQuestion(checker, asked);
        if (verdict.allowed()) {
            Duration own = check.terms().timeout();
            Duration timeout = left < own.toNanos() ? Duration.ofNanos(left) : own;
            CheckQuestion.Asked what = new CheckQuestion.Asked(asked, checker, table, record, timeout);
            CheckQuestion made = new CheckQuestion(context, what, this);
            question = made;
            made.ask();
        } else {
            refused("it does not let the caller in: " + verdict.reason());
        }
        return held;
    }

    private RequestHead asked() {
        HeaderFields fields = check.question();
        ExternalCheck.copy(HeaderName.VIA, head.fields(), fields);
        if (!BODILESS.contains(head.method())) {
            fields.set(HeaderName.CONTENT_LENGTH, "0");
        }
        String path = check.terms().path(record.path);
        return new RequestHead(head.method(), head.scheme(), record.authority, path, fields);
    }

    private String about(String why) {
        return "service " + check.terms().checker() + " was asked: " + why;
    }

    private void ended(Outcome outcome, String detail) {
        check.ended(outcome, detail, context.now() - startNanos);
    }

    private void gone() {
        CheckQuestion asked = question;
        ended(Outcome.CANCELLED, about("the client has gone"));
        if (asked != null) {
            asked.cancel();
        }
    }

    @Override
    public void allowed(HeaderFields said) {
        ended(Outcome.ALLOWED, "");
        pass(said);
    }

    @Override
    public void failed(String why) {
        String detail = about(why);
        if (context.now() >= endNanos) {
            late(detail);
        } else if (check.terms().allowOnFailure()) {
            ended(Outcome.FAILED_ALLOWED, detail);
            pass(null);
        } else {
            ended(Outcome.FAILED_DENIED, detail);
            refuse(Refusal.CHECK_FAILED, detail);
        }
    }

    /** A policy is no failure: whom it does not let ask, nothing lets in. */
    @Override
    public void refused(String why) {
        String detail = about(why);
        ended(Outcome.DENIED, detail);
        refuse(Refusal.NOT_AUTHORIZED, detail);
    }

    /** The exchange would be over before it began. */
    private void late(String detail) {
        ended(Outcome.FAILED_DENIED, detail);
        refuse(Refusal.DEADLINE_EXCEEDED, detail);
    }

    /** The fields that the checker sets are its word alone, whatever a rule has put there; who may call may have changed meanwhile. */
    private void pass(@Nullable HeaderFields said) {
        ExternalCheck terms = check.terms();
        terms.strip(head.fields());
        if (said != null) {
            terms.addTo(head.fields(), said);
        }
        String denied = record.recheck(context.table(), head);
        if (denied == null) {
            held.goOn(exchange);
        } else {
            refuse(Refusal.NOT_AUTHORIZED, denied);
        }
    }

    private void refuse(Refusal refusal, String detail) {
        answer(() -> Refusals.send(client, head, record, Refusals.Why.atOnce(refusal, detail)));
    }

    /** The client gets what the checker has said; one of gRPC, and one of an answer that would mean yes, what there is for it. */
    @Override
    public void denied(ResponseHead said, byte[] body) {
        int status = said.status();
        String detail = about("it answered " + status);
        ended(Outcome.DENIED, detail);
        boolean unfit = status < REDIRECTS_FROM || status == NOT_MODIFIED;
        if (unfit || head.isWebSocket() || RefusalResponse.wantsGrpc(head.fields())) {
            refuse(Refusal.NOT_AUTHORIZED, detail);
            return;
        }
        HeaderFields fields = check.terms().shown(said.fields());
        for (HeaderName name : OF_BODIES) {
            String value = body.length == 0 || fields.contains(name)
                    ? null
                    : said.fields().first(name);
            if (value != null) {
                fields.add(name, value);
            }
        }
        fields.add(HeaderName.CONTENT_LENGTH, Integer.toString(body.length));
        Refusals.decorate(record, fields);
        record.refused(Refusal.NOT_AUTHORIZED, detail);
        record.status = status;
        record.bytesOut = head.isHead() ? 0 : body.length;
        answer(() -> {
            client.sendResponse(new ResponseHead(status, fields), body.length == 0);
            if (body.length > 0) {
                client.sendData(Chunk.of(body), true);
            }
        });
    }

    /** The client is answered here, and what it still sends is dropped. */
    private void answer(Runnable send) {
        held.goOn(() -> {
            send.run();
            return new Discarded(client);
        });
        record.durationNanos = context.now() - record.startNanos;
        record.firstByteNanos = record.durationNanos;
        context.observer().ended(record);
    }
}

package io.bridgehead.proxy;

import io.bridgehead.limit.RateLimit;
import io.bridgehead.limit.ServiceRates;
import io.bridgehead.model.Caller;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TraceContext;
import io.bridgehead.policy.AuthorizationRemark;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.policy.Verdict;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.StreamReset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of one exchange; filled while it runs, unchanged once {@link ExchangeObserver#ended} was told. It is the
 * only object that is made for observers, besides one {@link AttemptRecord} an attempt.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class ExchangeRecord {
    private static final byte[] NOTHING = new byte[0];

    final EntryPoint entry;
    final long startNanos;
    Caller caller;
    String method = "";
    String scheme = "";
    String authority = "";
    String path = "";
    private byte[] requestId = NOTHING;
    String revision = "";

    @Nullable
    ServiceRoute route;

    @Nullable
    RouteRule rule;

    /** The origin that the request named when it came, where its rule says who may call from elsewhere. */
    @Nullable
    String origin;

    @Nullable
    TraceContext trace;

    @Nullable
    Approach approach;

    /** What a gateway of another site has signed of the caller; null for what entered here. */
    byte @Nullable [] statement;

    long parentSpanId;
    /** Whether the client wants everybody to record the trace, as B3 can say. */
    boolean debug;

    int status;

    @Nullable
    GrpcStatus grpcStatus;

    @Nullable
    Refusal refusal;

    /** The rate limit that it was above; null for none. */
    ServiceRates.@Nullable Excess excess;

    private @Nullable CheckRecord check;

    String detail = "";
    private List<AuthorizationRemark> remarks = List.of();
    private @Nullable RoutingTable judgedBy;
    private @Nullable Authorizer judge;
    long bytesIn;
    long bytesOut;
    long durationNanos;
    long firstByteNanos;
    boolean started;
    boolean retryBudgetSpent;
    private boolean withdrawn;
    private @Nullable Verdict verdict;
    boolean endpointFirst;
    private final List<AttemptRecord> attempts = new ArrayList<>(1);

    @Nullable
    AttemptRecord served;

    private @Nullable String @Nullable [] requestNotes;
    private @Nullable String @Nullable [] answerNotes;

    ExchangeRecord(EntryPoint entry, long startNanos) {
        this.entry = entry;
        this.startNanos = startNanos;
        this.caller = entry.caller();
    }

    /** Keeps what the access log wants of the request as it is passed on. */
    void noteRequest(HeaderFields fields, NotedFields wanted) {
        requestNotes = NotedFields.of(fields, wanted.request(), NotedFields.ALL_CHARACTERS_MAX);
    }

    /** The client gets this answer, of which what the access log wants is kept. */
    void answered(int code, HeaderFields fields, NotedFields wanted) {
        status = code;
        answerNotes = NotedFields.of(
                fields, wanted.answer(), NotedFields.ALL_CHARACTERS_MAX - NotedFields.characters(requestNotes));
    }

    /** The value of the request's field in this place of {@link NotedFields#request}; null when it was not there. */
    public @Nullable String notedOfRequest(int place) {
        return requestNotes == null || place < 0 ? null : requestNotes[place];
    }

    /** The value of the answer's field in this place of {@link NotedFields#answer}; null when it was not there. */
    public @Nullable String notedOfAnswer(int place) {
        return answerNotes == null || place < 0 ? null : answerNotes[place];
    }

    void add(AttemptRecord attempt) {
        attempts.add(attempt);
    }

    void refused(Refusal why, String explanation) {
        refusal = why;
        detail = explanation;
    }

    /** The end of a gRPC call's answer, where its status stands: the trailers, or the head of an answer without more. */
    void callSays(HeaderFields last) {
        grpcStatus = GrpcStatus.in(last);
    }

    /**
     * Why the caller may have this no longer, now that another table is in force; null while it may. Asked again only when who may call the
     * service has changed.
     *
     * @param head the request as it was sent on; its fields are judged with what the client asked for
     */
    @SuppressWarnings("ReferenceEquality") // a table is replaced, never changed
    @Nullable
    String recheck(RoutingTable now, RequestHead head) {
        ServiceRoute before = route;
        if (now == judgedBy || before == null) {
            return null;
        }
        judgedBy = now;
        ServiceRoute after = now.byName(before.name());
        Authorizer last = judge == null ? before.allow() : judge;
        if (after == null || after.allow().equals(last)) {
            return null;
        }
        judge = after.allow();
        RequestHead asked = head.isConnect() ? null : new RequestHead(method, scheme, authority, path, head.fields());
        Verdict verdict = after.allow().authorize(caller, asked, entry.arrival());
        if (verdict.allowed() && asked != null && after.allow().hasPolicies()) {
            verdict = after.allow().authorize(caller, head, entry.arrival());
        }
        withdrawn = !verdict.allowed();
        return withdrawn ? caller.identity() + ": not any longer: " + verdict.reason() : null;
    }

    /** Asks whether the caller may have this from a service, and keeps what policies remark on it. */
    Verdict authorize(ServiceRoute service, @Nullable RequestHead head) {
        Verdict said = service.allow().authorize(caller, head, entry.arrival());
        verdict = said;
        if (service.allow().hasRemarks()) {
            List<AuthorizationRemark> more = service.allow().remarks(caller, head, entry.arrival(), said);
            remarks = more.isEmpty() ? remarks : more;
        }
        return said;
    }

    /** Asks whether the caller may have a question put to the service that is asked about this, and keeps what policies remark on that too. */
    Verdict authorizeQuestion(ServiceRoute checker, RequestHead question) {
        Authorizer authorizer = checker.allow();
        Verdict said = authorizer.authorize(caller, question, entry.arrival());
        if (!said.allowed()) {
            verdict = said;
        }
        if (authorizer.hasRemarks()) {
            List<AuthorizationRemark> both = new ArrayList<>(remarks);
            both.addAll(authorizer.remarks(caller, question, entry.arrival(), said));
            remarks = both;
        }
        return said;
    }

    /** A gRPC call is over: what its answer did not say is what clients make of that. */
    void callEnded() {
        Refusal why = refusal;
        if (grpcStatus == null) {
            grpcStatus = why == null ? GrpcStatus.ofAnswer(status) : GrpcStatus.of(why);
        }
    }

    /**
     * The client's stream has ended, and not in order.
     *
     * @param waiting whether its request was still being waited for, and nothing had been answered
     */
    void clientReset(StreamReset reset, boolean waiting) {
        if (reset == StreamReset.TIMEOUT && waiting) {
            refused(Refusal.BODY_TIMEOUT, "the body of the request came too slowly");
            status = Refusal.BODY_TIMEOUT.status();
        } else if (reset == StreamReset.PROTOCOL_ERROR) {
            refused(Refusal.BAD_REQUEST, "the body of the request is not what was announced");
            status = waiting && !entry.isHttp2() ? Refusal.BAD_REQUEST.status() : status;
        } else if (reset == StreamReset.REFUSED) {
            refused(Refusal.NOT_READY, "the listener was closed");
        } else {
            refused(Refusal.CLIENT_GONE, "the client's stream ended: " + reset);
        }
    }

    /** Why a client's raw connection ended, and by whom; null for anything but a raw connection at a listener. */
    public @Nullable CloseReason closeReason() {
        if (entry.kind() != EntryPoint.Kind.TCP) {
            return null;
        }
        Refusal why = refusal;
        if (why == null) {
            return endpointFirst ? CloseReason.ENDPOINT : CloseReason.PEER;
        }
        return switch (why) {
            case CLIENT_GONE -> CloseReason.PEER;
            case STREAM_IDLE -> CloseReason.IDLE;
            case CLIENT_STALLED -> CloseReason.UNREAD;
            case NOT_READY -> CloseReason.DRAINED;
            case OVERLOADED -> CloseReason.OVERLOADED;
            default -> served == null ? unserved(why) : whileServed(why);
        };
    }

    private static CloseReason unserved(Refusal why) {
        return switch (why.culprit()) {
            case ENDPOINT, TUNNEL -> CloseReason.CONNECT_FAILED;
            case CLIENT, POLICY, NODE -> CloseReason.REFUSED;
        };
    }

    private static CloseReason whileServed(Refusal why) {
        return why.culprit() == Refusal.Culprit.TUNNEL ? CloseReason.TUNNEL_LOST : CloseReason.ENDPOINT;
    }

    /** What authorization said last before it went on, or was refused; null when nothing was asked. */
    public @Nullable Verdict verdict() {
        return verdict;
    }

    /** Whether it was ended while it ran because its caller may have it no longer. */
    public boolean isWithdrawn() {
        return withdrawn;
    }

    /** Where it came in. */
    public EntryPoint entry() {
        return entry;
    }

    /** Whether observers were told of its start: it was matched and admitted. */
    public boolean wasStarted() {
        return started;
    }

    /** Whether an attempt would have been made again, had the retry budget of its service not been spent. */
    public boolean wasRetryBudgetSpent() {
        return retryBudgetSpent;
    }

    /** When its head was complete, on the loop's monotone clock. */
    public long startNanos() {
        return startNanos;
    }

    /** From the head to the last byte; 0 while it runs. */
    public long durationNanos() {
        return durationNanos;
    }

    /** From the head of the request to the head of the answer; 0 when none was given. */
    public long firstByteNanos() {
        return firstByteNanos;
    }

    /** Who called, how that was proved, from which site and address. */
    public Caller caller() {
        return caller;
    }

    /** The site where it entered the fabric. */
    public SiteName sourceSite() {
        return caller.site();
    }

    /** The site that answered, or was tried last; null when none was. */
    public @Nullable SiteName destinationSite() {
        AttemptRecord decisive = decisive();
        return decisive == null ? null : decisive.site();
    }

    /** The attempt whose answer the client got, or the last one made; null when none was made. */
    public @Nullable AttemptRecord decisive() {
        if (served != null) {
            return served;
        }
        return attempts.isEmpty() ? null : attempts.getLast();
    }

    /** The method; {@code CONNECT} for streams of bytes; empty when the head could not be read. */
    public String method() {
        return method;
    }

    /** {@code http}, {@code https}, or {@code tcp}. */
    public String scheme() {
        return scheme;
    }

    /** The effective host as sent; for streams of bytes the service. */
    public String authority() {
        return authority;
    }

    /** The path with its query; empty for streams of bytes. */
    public String path() {
        return path;
    }

    /** The request id, kept from the client or made here. */
    public String requestId() {
        return new String(requestId, StandardCharsets.ISO_8859_1);
    }

    /** The id's text, which few will want to see as a string. */
    void requestId(byte[] text) {
        requestId = text;
    }

    /** The revision of the routing table that served it. */
    public String revision() {
        return revision;
    }

    /** The service it was matched to; null when there was none. */
    public @Nullable ServiceRoute route() {
        return route;
    }

    /** The rule of a Gateway's route that took it; null when none did. */
    public @Nullable RouteRule rule() {
        return rule;
    }

    /** The exchange's own span; null when the head could not be read. */
    public @Nullable TraceContext trace() {
        return trace;
    }

    /** The span that the caller named as parent; 0 when there is none. */
    public long parentSpanId() {
        return parentSpanId;
    }

    /** The status that the client got; 0 when it got none. */
    public int status() {
        return status;
    }

    /** How the call ended as far as its client can tell; null for anything but a gRPC call. */
    public @Nullable GrpcStatus grpcStatus() {
        return grpcStatus;
    }

    /** Why this node ended it by itself; null when the endpoint's answer was passed on whole. */
    public @Nullable Refusal refusal() {
        return refusal;
    }

    /**
     * Notes who else is asked about it, if anybody is, where it enters the fabric. What the client says in fields of the checker is gone from then
     * on, so that no policy and no rate limit judges by it. A rule of a route has been found before that, with its persistence: they still see
     * what the client sent.
     */
    void guard(ServiceRoute service, HeaderFields fields) {
        ExternalCheck asked = service.allow().check();
        if (asked != null && !entry.isTunnel()) {
            check = new CheckRecord(asked, fields);
        }
    }

    /** Removes from the client's trailers what only this node, or who was asked about it, may say. */
    void stripClaims(HeaderFields trailers) {
        entry.stripClaims(trailers);
        if (check != null) {
            check.terms().strip(trailers);
        }
    }

    /** What somebody else was asked about it; null when nobody is. */
    public @Nullable CheckRecord check() {
        return check;
    }

    /** The rate limit that it was above; null unless it was refused for that. */
    public @Nullable RateLimit limit() {
        ServiceRates.Excess above = excess;
        return above == null ? null : above.limit();
    }

    /** More about the refusal, for people who run this node; never for clients. Empty without a refusal. */
    public String detail() {
        return detail;
    }

    /** What policies have to say of it beside whether it may go on; mostly nothing. Not to be changed. */
    public List<AuthorizationRemark> remarks() {
        return remarks;
    }

    /** Bytes of the request's body that arrived. */
    public long bytesIn() {
        return bytesIn;
    }

    /** Bytes of the answer's body that were passed on. */
    public long bytesOut() {
        return bytesOut;
    }

    /** All attempts in the order they were begun; not to be changed. */
    public List<AttemptRecord> attempts() {
        return Collections.unmodifiableList(attempts);
    }
}

package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.policy.Cors;
import io.bridgehead.policy.Rewrite;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Mirror;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.upstream.AttemptHistory;
import io.bridgehead.wire.Chunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a rule has to say to one exchange while it runs, beside its service. Most rules have nothing to say, and their exchanges have no ruling.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Ruling {
    /** As the service says. */
    static final long UNSAID = -1;
    /** No bound. */
    static final long UNBOUNDED = 0;
    /** Longest wait between attempts, as a multiple of the least. */
    private static final int BACKOFF_GROWTH_MAX = 8;

    private static final int ATTEMPTS_MAX = 10;

    private final @Nullable RouteRule rule;
    private final Backend.Edits edits;
    private final long wholeNanos;
    private final long attemptNanos;
    private final @Nullable String origin;
    private final @Nullable Session session;
    private List<MirrorCopy> copies = List.of();

    private Ruling(
            @Nullable RouteRule rule,
            Backend.Edits edits,
            long wholeNanos,
            long attemptNanos,
            @Nullable String origin,
            @Nullable Session session) {
        this.rule = rule;
        this.edits = edits;
        this.wholeNanos = wholeNanos;
        this.attemptNanos = attemptNanos;
        this.origin = origin;
        this.session = session;
    }

    /** The ruling for a request, not changed yet, that goes to this place; null when there is nothing to say. */
    static @Nullable Ruling of(RouteRule rule, Backend backend, RequestHead head, @Nullable Session session) {
        if (rule.isPlain() && backend.edits().isPlain()) {
            return null;
        }
        RouteRule.RuleTimeouts timeouts = rule.timeouts();
        long whole = nanos(timeouts.request());
        long attempt = nanos(timeouts.backendRequest());
        // who bounds the whole otherwise wants no shorter bound inside of it
        return new Ruling(
                rule,
                backend.edits(),
                whole,
                whole != UNSAID && attempt == UNSAID ? UNBOUNDED : attempt,
                rule.cors() == null ? null : Cors.origin(head),
                session);
    }

    /** What the first node says of an exchange that goes on here; null when it says nothing. */
    static @Nullable Ruling told(long attemptMillis, @Nullable Session session) {
        if (attemptMillis < 0 && session == null) {
            return null;
        }
        long nanos = attemptMillis < 0 ? UNSAID : attemptMillis * 1_000_000;
        return new Ruling(null, Backend.Edits.NONE, UNSAID, nanos, null, session);
    }

    /** Opens the copies of the request that the rule, or the place, asks for. */
    void mirror(ProxyContext context, RequestHead head, boolean end, ExchangeRecord record) {
        List<Mirror> ofRule = rule == null ? List.of() : rule.edits().mirrors();
        if (head.isWebSocket() || (ofRule.isEmpty() && edits.mirrors().isEmpty())) {
            return;
        }
        copies = new ArrayList<>(ofRule.size() + edits.mirrors().size());
        copies.addAll(context.mirrors().open(ofRule, head, end, record));
        copies.addAll(context.mirrors().open(edits.mirrors(), head, end, record));
    }

    /** A part of the request's body has come, for copies too. */
    void arrived(Chunk chunk, boolean end) {
        for (MirrorCopy copy : copies) {
            copy.arrived(chunk, end);
        }
    }

    /** The request's body has ended with these. */
    void arrived(HeaderFields trailers) {
        for (MirrorCopy copy : copies) {
            copy.arrived(trailers);
        }
    }

    /** The exchange is over. */
    void ended() {
        for (MirrorCopy copy : copies) {
            copy.requestEnded();
        }
    }

    private static long nanos(@Nullable Duration bound) {
        return bound == null ? UNSAID : bound.toNanos();
    }

    /** From the head of the request to the last byte of the answer; {@link #UNSAID} or {@link #UNBOUNDED}. */
    long wholeNanos() {
        return wholeNanos;
    }

    /** From the beginning of an attempt to the last byte of its answer; {@link #UNSAID} or {@link #UNBOUNDED}. */
    long attemptNanos() {
        return attemptNanos;
    }

    /** Whether the service's bounds of what comes before the answer are not those of this exchange. */
    boolean isTimed() {
        return wholeNanos != UNSAID || attemptNanos != UNSAID;
    }

    /** How failed attempts are made again. */
    RetryPolicy retry(RetryPolicy ofService) {
        RouteRule.RuleRetry retry = rule == null ? null : rule.retry();
        return retry == null || retry.attempts() == null
                ? ofService
                : ofService.withAttemptsMax(Math.clamp(retry.attempts() + 1L, 1, ATTEMPTS_MAX));
    }

    /** Whether an answer of this status is a failed attempt. */
    boolean isFailure(int status, RetryPolicy ofService) {
        RouteRule.RuleRetry retry = rule == null ? null : rule.retry();
        if (retry == null || retry.codes().isEmpty()) {
            return ofService.statuses().contains(status);
        }
        for (int code : retry.codes()) {
            if (code == status) {
                return true;
            }
        }
        return false;
    }

    /**
     * The wait before a retry in milliseconds, wherever it goes: never below what the rule says, growing from retry to retry; negative when the
     * rule says nothing.
     *
     * @param made attempts so far
     */
    long waitMillis(int made, RandomGenerator random) {
        RouteRule.RuleRetry retry = rule == null ? null : rule.retry();
        Duration least = retry == null ? null : retry.backoff();
        if (least == null || made == 0) {
            return -1;
        }
        long millis = least.toMillis() * Math.min(BACKOFF_GROWTH_MAX, 1L << Math.min(made - 1, BACKOFF_GROWTH_MAX));
        return millis + random.nextLong(millis / 4 + 1);
    }

    /** Says where attempts should go if they can. */
    void prefer(AttemptHistory history) {
        if (session != null) {
            session.prefer(history);
        }
    }

    /** Tells a far node how long its attempts may take, and which endpoint is wanted. */
    void addTo(HeaderFields fields, SiteName site) {
        if (session != null) {
            session.addTo(fields, site);
        }
        if (isTimed()) {
            fields.add(HeaderName.BRIDGEHEAD_ATTEMPT_TIME, (Math.max(0, attemptNanos) + 999_999) / 1_000_000);
        }
    }

    /** The request as the rule, then the place, want it: its fields are changed as they are, the rest in a copy if at all. */
    static RequestHead changed(RequestHead head, RouteRule rule, Backend backend) {
        rule.edits().request().apply(head.fields());
        backend.edits().request().apply(head.fields());
        return rewritten(
                rewritten(head, rule.edits().rewrite()), backend.edits().rewrite());
    }

    private static RequestHead rewritten(RequestHead head, @Nullable Rewrite rewrite) {
        if (rewrite == null) {
            return head;
        }
        return new RequestHead(
                head.method(),
                head.scheme(),
                rewrite.authority(head.authority()),
                rewrite.path(head.path()),
                head.fields(),
                head.marks());
    }

    /** The key of the endpoint that serves, for a session; null without one. */
    @Nullable
    String servedBy(AttemptRecord attempt, HeaderFields answer) {
        return session == null ? null : session.servedBy(attempt, answer);
    }

    /**
     * Changes the fields of the endpoint's answer as the place, then the rule, want them.
     *
     * @param key as {@link #servedBy} gave it
     */
    void answered(HeaderFields fields, @Nullable String key) {
        edits.response().apply(fields);
        if (rule != null) {
            rule.edits().response().apply(fields);
        }
        if (session != null && key != null) {
            session.tell(fields, key);
        }
        Cors cors = rule == null ? null : rule.cors();
        if (cors != null) {
            cors.decorate(origin, fields);
        }
    }
}

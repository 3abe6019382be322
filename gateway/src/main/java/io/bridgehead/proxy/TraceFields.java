package io.bridgehead.proxy;

import io.bridgehead.model.B3Fields;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.TraceContext;
import io.bridgehead.model.TraceFormat;
import org.jspecify.annotations.Nullable;

/**
 * The trace of a request in its fields: read where it comes in, written where it goes on. Between nodes it is {@code traceparent}, whatever
 * clients and endpoints speak; only the wish for debugging, which that cannot say, goes beside it in {@code b3}.
 */
final class TraceFields {
    private final ProxyContext context;
    private final TraceFormat[] formats;
    private final boolean w3c;
    private final boolean b3Single;
    private final boolean b3Several;

    TraceFields(ProxyContext context, TraceTerms terms) {
        this.context = context;
        this.formats = terms.formats().toArray(TraceFormat[]::new);
        this.w3c = terms.formats().contains(TraceFormat.TRACECONTEXT);
        this.b3Single = terms.formats().contains(TraceFormat.B3);
        this.b3Several = terms.formats().contains(TraceFormat.B3MULTI);
    }

    /** Notes the exchange's own span, below what a client says, or in a trace that begins here. */
    void fromClient(HeaderFields fields, ExchangeRecord record) {
        for (TraceFormat format : formats) {
            if (format.isB3() ? takeB3(fields, record) : takeW3c(fields, record)) {
                return;
            }
        }
        begin(fields, record);
    }

    /** The same for what another node passes on. */
    void fromNode(HeaderFields fields, ExchangeRecord record) {
        boolean b3 = b3Single || b3Several;
        if (!takeW3c(fields, record)) {
            if (!b3 || !takeB3(fields, record)) {
                begin(fields, record);
            }
        } else if (b3) {
            B3Fields.Received received = B3Fields.read(fields);
            record.debug = received != null && received.decision() == B3Fields.Decision.DEBUG;
        }
        // what the other node says there is for this one
        removeB3(fields);
    }

    private void begin(HeaderFields fields, ExchangeRecord record) {
        // tracestate without a valid traceparent means nothing (Trace Context, section 3.3)
        fields.removeAll(HeaderName.TRACESTATE);
        record.trace = context.mintTrace();
    }

    private boolean takeW3c(HeaderFields fields, ExchangeRecord record) {
        int at = fields.indexOf(HeaderName.TRACEPARENT, 0);
        TraceContext parent =
                at < 0 ? null : TraceContext.parse(fields.array(), fields.valueStart(at), fields.valueLength(at));
        if (parent == null) {
            return false;
        }
        TraceLists.boundState(fields);
        follow(parent, record);
        return true;
    }

    private boolean takeB3(HeaderFields fields, ExchangeRecord record) {
        B3Fields.Received received = B3Fields.read(fields);
        if (received == null) {
            return false;
        }
        // it belongs to a traceparent that does not count here
        fields.removeAll(HeaderName.TRACESTATE);
        B3Fields.Decision decision = received.decision();
        record.debug = decision == B3Fields.Decision.DEBUG;
        boolean sampled = decision == B3Fields.Decision.LEFT ? context.samples() : decision != B3Fields.Decision.DENY;
        TraceContext parent = received.parent();
        if (parent == null) {
            record.trace = context.mintTrace().withSampled(sampled);
        } else {
            follow(parent.withSampled(sampled), record);
        }
        return true;
    }

    private void follow(TraceContext parent, ExchangeRecord record) {
        record.parentSpanId = parent.spanId();
        record.trace = parent.withSpan(context.mintSpanId());
    }

    /** Says that a request belongs to the exchange's own span: copies of it, and questions about it. */
    void put(HeaderFields fields, ExchangeRecord record, boolean toNode) {
        TraceContext trace = record.trace;
        if (trace != null) {
            put(fields, record, trace, trace.spanId(), record.parentSpanId, toNode);
        }
    }

    /** Says that a request belongs to the span of an attempt, below the exchange's own. */
    void putAttempt(HeaderFields fields, ExchangeRecord record, long spanId, boolean toNode) {
        TraceContext trace = record.trace;
        if (trace != null) {
            put(fields, record, trace, spanId, trace.spanId(), toNode);
        }
    }

    private void put(
            HeaderFields fields, ExchangeRecord record, TraceContext trace, long span, long parent, boolean toNode) {
        if (w3c || toNode) {
            fields.set(HeaderName.TRACEPARENT, trace.traceparent(span));
        } else {
            fields.removeAll(HeaderName.TRACEPARENT);
            fields.removeAll(HeaderName.TRACESTATE);
        }
        if (toNode) {
            // of clients' B3 nothing passes between sites, whether this node knows it or not
            B3Fields.removeSeveral(fields);
            putSingle(fields, record, trace, span, parent, record.debug);
        } else if (b3Single || b3Several) {
            putSingle(fields, record, trace, span, parent, b3Single);
            if (b3Several) {
                B3Fields.putSeveral(fields, trace, span, parent, record.debug);
            } else {
                B3Fields.removeSeveral(fields);
            }
        }
    }

    private static void putSingle(
            HeaderFields fields, ExchangeRecord record, TraceContext trace, long span, long parent, boolean wanted) {
        if (wanted) {
            B3Fields.putSingle(fields, trace, span, parent, record.debug);
        } else {
            fields.removeAll(B3Fields.SINGLE);
        }
    }

    private static void removeB3(HeaderFields fields) {
        fields.removeAll(B3Fields.SINGLE);
        B3Fields.removeSeveral(fields);
    }

    /** What of a client's baggage does not go on is removed. */
    static void boundBaggage(HeaderFields fields, TraceTerms.@Nullable Baggage rule) {
        if (rule != null && fields.contains(HeaderName.BAGGAGE)) {
            TraceLists.keepBaggage(fields, rule.keys());
        }
    }
}

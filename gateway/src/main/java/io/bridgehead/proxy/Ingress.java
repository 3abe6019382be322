package io.bridgehead.proxy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TraceContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The first step of an exchange on one connection: who calls, from where, under which request id and trace; and the fields put
 * in order so that what follows can believe them. Keeps what stays the same from request to request.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Ingress {
    private final ProxyContext context;
    private final EntryPoint entry;
    private final String certificate;
    private final String via;
    private final @Nullable TrustedForwarding forwarding;
    private Caller caller;
    private @Nullable String callerText;
    private @Nullable String siteText;

    Ingress(ProxyContext context, EntryPoint entry) {
        this.context = context;
        this.entry = entry;
        this.caller = entry.caller();
        this.certificate = "By=" + context.local().identity() + ";URI=" + entry.peer();
        ForwardingTrust trust = entry.forwarding();
        this.forwarding = trust == null ? null : new TrustedForwarding(trust, entry.caller());
        this.via = entry.protocol() + " " + context.pseudonym();
    }

    /**
     * Fills the record and puts the fields in order.
     *
     * @return null, or why the caller's word cannot be taken
     */
    @Nullable
    String admit(RequestHead head, ExchangeRecord record) {
        HeaderFields fields = head.fields();
        record.method = head.isWebSocket() && entry.isHttp2() ? RequestHead.CONNECT : head.method();
        record.scheme = head.scheme();
        record.authority = head.authority();
        record.path = head.path();
        nameRequest(fields, record);
        trace(fields, record);
        String problem = null;
        if (entry.isTunnel()) {
            problem = believePeer(fields, record);
            RequestFields.stripHopFields(fields);
            RequestFields.appendCertificate(fields, certificate);
        } else {
            if (forwarding == null) {
                RequestFields.stripClaims(fields);
                RequestFields.introduce(head, record.caller, certificate);
            } else {
                record.caller = forwarding.client(fields);
                forwarding.extend(head);
                fields.add(HeaderName.X_FORWARDED_CLIENT_CERT, certificate);
            }
        }
        return problem;
    }

    /** Adds this node to {@code Via}, after the loop guard has looked at it. */
    void sign(HeaderFields fields) {
        fields.add(HeaderName.VIA, via);
    }

    private void nameRequest(HeaderFields fields, ExchangeRecord record) {
        String id = RequestFields.requestId(fields);
        if (id == null) {
            id = context.mintRequestId();
            fields.set(HeaderName.X_REQUEST_ID, id);
        }
        record.requestId = id;
    }

    private void trace(HeaderFields fields, ExchangeRecord record) {
        TraceContext parent = TraceContext.parse(fields.first(HeaderName.TRACEPARENT));
        if (parent == null) {
            // tracestate without a valid traceparent means nothing (Trace Context, section 3.3)
            fields.removeAll(HeaderName.TRACESTATE);
            record.trace = context.mintTrace();
        } else {
            record.parentSpanId = parent.spanId();
            record.trace = parent.withSpan(context.mintSpanId());
        }
    }

    /** A gateway speaks for its own site only: neither another entry site nor an identity of another site is believed. */
    private @Nullable String believePeer(HeaderFields fields, ExchangeRecord record) {
        String who = fields.first(HeaderName.BRIDGEHEAD_CALLER);
        String where = fields.first(HeaderName.BRIDGEHEAD_SITE);
        String address = fields.first(HeaderName.BRIDGEHEAD_CLIENT);
        String problem = null;
        if (who != null && !(who.equals(callerText) && Objects.equals(where, siteText))) {
            problem = learn(who, where);
        } else if (who == null) {
            caller = entry.caller();
            callerText = null;
        }
        record.caller = caller.at(address);
        return problem;
    }

    private @Nullable String learn(String who, @Nullable String where) {
        SiteName site = entry.caller().site();
        callerText = null;
        caller = entry.caller();
        if (where != null && !where.equals(site.value())) {
            return "gateway " + entry.peer() + " says that the request entered at site '" + where + "': expected '"
                    + site + "', the site it speaks for";
        }
        SpiffeId id;
        try {
            id = SpiffeId.parse(who);
        } catch (IllegalArgumentException e) {
            return "gateway " + entry.peer() + " vouches for a caller that cannot be read: " + e.getMessage();
        }
        SiteName home = id.site();
        if (home != null && !home.equals(site)) {
            return "gateway " + entry.peer() + " of site '" + site + "' vouches for " + id
                    + ": expected no identity of another site";
        }
        caller = new Caller(id, Caller.Proof.TUNNEL, site, entry.caller().address());
        callerText = who;
        siteText = where;
        return null;
    }
}

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
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first step of an exchange on one connection: who calls, from where, under which request id and trace; and the fields put
 * in order so that what follows can believe them. Keeps what stays the same from request to request.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Ingress {
    private static final byte[] NOTHING = {};

    private final ProxyContext context;
    private final EntryPoint entry;
    private final @Nullable String certificate;
    private final boolean keepsClaimedCertificate;
    private final byte[] via;
    private final @Nullable TrustedForwarding forwarding;
    private Caller caller;
    private byte[] callerText = NOTHING;
    private byte[] siteText = NOTHING;
    private byte[] addressText = NOTHING;
    private Caller callerThere;
    private @Nullable HeaderFields introduction;
    private @Nullable String introducedAuthority;
    private @Nullable String introducedScheme;

    Ingress(ProxyContext context, EntryPoint entry) {
        this.context = context;
        this.entry = entry;
        this.caller = entry.caller();
        String by = context.local().identity().toString();
        this.certificate = entry.isTunnel()
                ? "By=" + by + ";URI=" + entry.peer()
                : entry.edge().certificate().element(by);
        this.keepsClaimedCertificate = entry.edge().certificate().keepsClaims();
        ForwardingTrust trust = entry.forwarding();
        this.forwarding = trust == null ? null : new TrustedForwarding(trust, entry.caller());
        this.via = (entry.protocol() + " " + context.pseudonym()).getBytes(StandardCharsets.ISO_8859_1);
        this.callerThere = caller;
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
            // the first node says nothing of a client without certificate, and then a gateway must not pass for the
            // client
            if (certificate != null && fields.contains(HeaderName.X_FORWARDED_CLIENT_CERT)) {
                RequestFields.appendCertificate(fields, certificate);
            }
        } else {
            introduceClient(head, record);
        }
        return problem;
    }

    private void introduceClient(RequestHead head, ExchangeRecord record) {
        HeaderFields fields = head.fields();
        String claimed = keepsClaimedCertificate ? RequestFields.claimedCertificate(fields) : null;
        if (forwarding == null) {
            RequestFields.stripClaims(fields);
            fields.addAll(introduction(head, record.caller));
        } else {
            record.caller = forwarding.client(fields);
            forwarding.extend(head);
        }
        if (claimed != null) {
            RequestFields.appendCertificate(fields, claimed);
        }
        if (certificate != null) {
            RequestFields.appendCertificate(fields, certificate);
        }
    }

    /** The same for all requests of a connection to one host, so that the last one mostly serves. */
    @SuppressWarnings({"ReferenceEquality", "StringEquality"
    }) // the guard gives the same string again for the same host
    private HeaderFields introduction(RequestHead head, Caller who) {
        HeaderFields known = introduction;
        if (known == null || head.authority() != introducedAuthority || head.scheme() != introducedScheme) {
            known = RequestFields.introduction(head, who);
            introduction = known;
            introducedAuthority = head.authority();
            introducedScheme = head.scheme();
        }
        return known;
    }

    /** Adds this node to {@code Via}, after the loop guard has looked at it. */
    void sign(HeaderFields fields) {
        fields.add(HeaderName.VIA, via);
    }

    private void nameRequest(HeaderFields fields, ExchangeRecord record) {
        byte[] id = RequestFields.requestId(fields);
        if (id == null) {
            id = context.mintRequestIdText();
            fields.set(HeaderName.X_REQUEST_ID, id);
        }
        record.requestId(id);
    }

    private void trace(HeaderFields fields, ExchangeRecord record) {
        int at = fields.indexOf(HeaderName.TRACEPARENT, 0);
        TraceContext parent =
                at < 0 ? null : TraceContext.parse(fields.array(), fields.valueStart(at), fields.valueLength(at));
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
        int who = fields.indexOf(HeaderName.BRIDGEHEAD_CALLER, 0);
        int where = fields.indexOf(HeaderName.BRIDGEHEAD_SITE, 0);
        String problem = null;
        if (who < 0) {
            forget();
        } else if (callerText.length == 0 || !fields.valueIs(who, callerText) || !is(fields, where, siteText)) {
            problem = learn(fields.value(who), where < 0 ? null : fields.value(where));
        }
        int address = fields.indexOf(HeaderName.BRIDGEHEAD_CLIENT, 0);
        if (!is(fields, address, addressText)) {
            String text = address < 0 ? null : fields.value(address);
            addressText = latin1(text);
            callerThere = caller.at(text);
        }
        record.caller = callerThere;
        return problem;
    }

    private static boolean is(HeaderFields fields, int i, byte[] text) {
        return i < 0 ? text.length == 0 : fields.valueIs(i, text);
    }

    private static byte[] latin1(@Nullable String text) {
        return text == null ? NOTHING : text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void forget() {
        caller = entry.caller();
        callerText = NOTHING;
        siteText = NOTHING;
        addressText = NOTHING;
        callerThere = caller;
    }

    private @Nullable String learn(String who, @Nullable String where) {
        SiteName site = entry.caller().site();
        forget();
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
        callerThere = caller;
        callerText = latin1(who);
        siteText = latin1(where);
        return null;
    }
}

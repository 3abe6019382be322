package io.bridgehead.proxy;

import io.bridgehead.authn.OriginIntake;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.routing.ServiceRoute;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first step of an exchange on one connection: who calls, from where, under which request id and trace; and the fields put
 * in order so that what follows can believe them. Keeps what stays the same from request to request.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Ingress {
    private final ProxyContext context;
    private final EntryPoint entry;
    private final @Nullable String certificate;
    private final boolean keepsClaimedCertificate;
    private final byte[] via;
    private final @Nullable TrustedForwarding forwarding;
    private final @Nullable FarCallers farCallers;
    private final TraceTerms.@Nullable Baggage baggage;
    private @Nullable HeaderFields introduction;
    private @Nullable String introducedAuthority;
    private @Nullable String introducedScheme;

    /** @param peer the other end of a tunnel's connection; null for a client's */
    Ingress(ProxyContext context, EntryPoint entry, OriginIntake.@Nullable Peer peer) {
        this.context = context;
        this.entry = entry;
        this.farCallers = peer == null ? null : new FarCallers(peer, entry.caller());
        TraceTerms.Baggage rule = context.limits().traces().baggage();
        this.baggage = peer != null || rule.isKeptAt(entry) ? null : rule;
        String by = context.local().identity().toString();
        this.certificate = entry.isTunnel()
                ? "By=" + by + ";URI=" + entry.peer()
                : entry.edge().certificate().element(by);
        this.keepsClaimedCertificate = entry.edge().certificate().keepsClaims();
        ForwardingTrust trust = entry.forwarding();
        this.forwarding = trust == null ? null : new TrustedForwarding(trust, entry.caller());
        this.via = (entry.protocol() + " " + context.pseudonym()).getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Fills the record and puts the fields in order.
     *
     * @param route what the request is for; null where that is not known yet, or nothing
     * @return null, or why the word of the tunnel's other end cannot be taken
     */
    Refusals.@Nullable Why admit(RequestHead head, ExchangeRecord record, @Nullable ServiceRoute route) {
        HeaderFields fields = head.fields();
        record.method = head.isWebSocket() && entry.isHttp2() ? RequestHead.CONNECT : head.method();
        record.scheme = head.scheme();
        record.authority = head.authority();
        record.path = head.path();
        nameRequest(fields, record);
        trace(fields, record);
        Refusals.Why problem = null;
        FarCallers far = farCallers;
        if (far != null) {
            problem = far.believe(fields, record, route);
            RequestFields.stripHopFields(fields);
            // the first node says nothing of a client without certificate, and then a gateway must not pass for the
            // client
            if (certificate != null && fields.contains(HeaderName.X_FORWARDED_CLIENT_CERT)) {
                RequestFields.appendCertificate(fields, certificate);
            }
        } else {
            introduceClient(head, record);
        }
        record.noteRequest(fields, context.limits().noted());
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
        if (farCallers != null) {
            context.traces().fromNode(fields, record);
            return;
        }
        TraceFields.boundBaggage(fields, baggage);
        context.traces().fromClient(fields, record);
    }
}

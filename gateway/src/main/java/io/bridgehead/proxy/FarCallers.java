package io.bridgehead.proxy;

import io.bridgehead.authn.OriginFault;
import io.bridgehead.authn.OriginIntake;
import io.bridgehead.authn.OriginStatement;
import io.bridgehead.authn.OriginVerdict;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.routing.ServiceRoute;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who the first callers of the requests of one tunnel connection are, as the gateway at its other end has signed. The one of the last request is
 * mostly that of the next, whose statement is then the same text.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class FarCallers {
    private static final byte[] NOTHING = {};

    private final OriginIntake.Peer peer;
    private final Caller gateway;
    private byte[] address = NOTHING;
    private Caller first;
    private Caller firstThere;

    FarCallers(OriginIntake.Peer peer, Caller gateway) {
        this.peer = peer;
        this.gateway = gateway;
        this.first = gateway;
        this.firstThere = gateway;
    }

    /**
     * Notes who calls.
     *
     * @param route what the request is for, as far as this node knows it
     * @return why what the gateway says is not taken, or null
     */
    Refusals.@Nullable Why believe(HeaderFields fields, ExchangeRecord record, @Nullable ServiceRoute route) {
        int at = fields.indexOf(HeaderName.BRIDGEHEAD_ORIGIN, 0);
        if (at < 0) {
            return refused(peer.refused(OriginFault.MISSING, "says nothing of the caller: expected a statement"));
        }
        if (fields.indexOf(HeaderName.BRIDGEHEAD_ORIGIN, at + 1) >= 0) {
            return refused(peer.refused(OriginFault.MALFORMED, "more than one statement: expected one"));
        }
        OriginStatement statement = fields.valueIs(at, peer.lastText()) ? peer.last() : null;
        if (statement == null) {
            int start = fields.valueStart(at);
            byte[] text = Arrays.copyOfRange(fields.array(), start, start + fields.valueLength(at));
            switch (peer.take(text)) {
                case OriginVerdict.Good(OriginStatement said) -> statement = learn(said);
                case OriginVerdict.Refused refused -> {
                    return refused(refused);
                }
            }
        }
        if (route != null && !statement.service().equals(route.name().value())) {
            return refused(peer.refused(
                    OriginFault.AUDIENCE,
                    "aud names service '" + statement.service() + "': expected '" + route.name() + "'"));
        }
        int client = fields.indexOf(HeaderName.BRIDGEHEAD_CLIENT, 0);
        if (client < 0 ? address.length != 0 : !fields.valueIs(client, address)) {
            at(client < 0 ? null : fields.value(client));
        }
        record.caller = firstThere;
        record.statement = peer.lastText();
        return null;
    }

    private OriginStatement learn(OriginStatement statement) {
        first = new Caller(statement.caller(), Caller.Proof.TUNNEL, gateway.site(), gateway.address());
        address = NOTHING;
        firstThere = first;
        return statement;
    }

    /** The address is a gateway's word that nobody signs: it serves limits and logs only. */
    private void at(@Nullable String text) {
        address = text == null ? NOTHING : text.getBytes(StandardCharsets.ISO_8859_1);
        firstThere = first.at(text);
    }

    private static Refusals.Why refused(OriginVerdict.Refused refused) {
        boolean caller = refused.fault() == OriginFault.CALLER;
        return Refusals.Why.atOnce(caller ? Refusal.NOT_AUTHORIZED : Refusal.ORIGIN_REFUSED, refused.detail());
    }
}

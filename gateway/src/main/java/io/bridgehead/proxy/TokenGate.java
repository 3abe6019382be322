package io.bridgehead.proxy;

import io.bridgehead.authn.JwtFault;
import io.bridgehead.authn.JwtFound;
import io.bridgehead.authn.JwtPlace;
import io.bridgehead.authn.JwtTerms;
import io.bridgehead.authn.JwtVerdict;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Web Tokens of the requests of one connection: finds each, has it judged, and makes the caller and the fields of what it says. As Istio
 * does it, a token that is there and not good is refused whether tokens are required or not.
 *
 * <p>Clients mostly send one token again and again, so the last one is kept at hand.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class TokenGate {
    private static final String CHALLENGE = "Bearer realm=\"bridgehead\"";
    private static final Map<JwtFault, String> CHALLENGES = challenges();
    private static final String NO_ISSUER = "none";

    private final ProxyContext context;
    private final JwtTerms terms;
    private String lastToken = "";
    private @Nullable JwtPlace lastPlace;
    private JwtVerdict.@Nullable Accepted last;
    private @Nullable Caller lastBefore;
    private @Nullable Caller lastCaller;

    TokenGate(ProxyContext context, JwtTerms terms) {
        this.context = context;
        this.terms = terms;
    }

    private static Map<JwtFault, String> challenges() {
        Map<JwtFault, String> challenges = new EnumMap<>(JwtFault.class);
        for (JwtFault fault : JwtFault.values()) {
            String error = fault == JwtFault.SEVERAL ? "invalid_request" : "invalid_token";
            challenges.put(
                    fault,
                    fault == JwtFault.MISSING
                            ? CHALLENGE
                            : CHALLENGE + ", error=\"" + error + "\", error_description=\"" + fault.words() + "\"");
        }
        return challenges;
    }

    /** Looks for tokens, and removes what only this node may say. No log gets to see a token in a query. */
    JwtFound find(RequestHead head, ExchangeRecord record) {
        JwtFound found = terms.find(head);
        terms.strip(head.fields());
        List<JwtPlace> places = terms.places();
        for (int i = 0; i < places.size() && found.place() != null; i++) {
            if (places.get(i) instanceof JwtPlace.Query query) {
                record.path = query.without(head).path();
            }
        }
        return found;
    }

    /** Why there is nothing to judge; null when there is, or when nothing needs to be. */
    Refusals.@Nullable Why refusal(JwtFound found) {
        if (found.isAmbiguous()) {
            return why(new JwtVerdict.Refused(null, JwtFault.SEVERAL, "expected one"));
        }
        if (found.place() == null && terms.required()) {
            context.loop().tokens().observer().tokenRefused(NO_ISSUER, JwtFault.MISSING);
            return Refusals.Why.challenged(
                    Refusal.TOKEN_MISSING,
                    "expected one in "
                            + terms.places().stream().map(JwtPlace::words).toList(),
                    CHALLENGE);
        }
        return null;
    }

    /** The verdict on the last token, if this is the same and the verdict holds. */
    JwtVerdict.@Nullable Accepted known(JwtFound found) {
        JwtVerdict.Accepted before = last;
        return before != null
                        && found.token().equals(lastToken)
                        && Objects.equals(found.place(), lastPlace)
                        && context.loop().tokens().holds(before)
                ? before
                : null;
    }

    /** The verdict, or null when {@code later} gets it. */
    @Nullable
    JwtVerdict judge(JwtFound found, Consumer<JwtVerdict> later) {
        JwtPlace place = found.place();
        if (place == null) {
            throw new IllegalStateException("asked to judge a token that is not there");
        }
        return context.loop().tokens().judge(terms, place, found.token(), later);
    }

    /** What is said of a token that is not good. */
    Refusals.Why why(JwtVerdict.Refused refused) {
        context.loop().tokens().observer().tokenRefused(refused.issuerName(), refused.fault());
        String detail = refused.fault().text() + ": " + refused.detail();
        return switch (refused.fault()) {
            case BUSY -> Refusals.Why.atOnce(Refusal.OVERLOADED, detail);
            case NO_KEYS -> Refusals.Why.atOnce(Refusal.TOKEN_KEYS_UNKNOWN, detail);
            case SEVERAL -> Refusals.Why.challenged(Refusal.BAD_REQUEST, detail, challenge(refused));
            default -> Refusals.Why.challenged(Refusal.TOKEN_INVALID, detail, challenge(refused));
        };
    }

    private static String challenge(JwtVerdict.Refused refused) {
        return CHALLENGES.getOrDefault(refused.fault(), CHALLENGE);
    }

    /** Takes a good token: it says who calls and what endpoints are told; the request as it goes on. */
    RequestHead accepted(JwtFound found, JwtVerdict.Accepted accepted, RequestHead head, ExchangeRecord record) {
        context.loop().tokens().observer().tokenAccepted(accepted.issuerName());
        record.caller = caller(found, accepted, record.caller);
        HeaderFields fields = head.fields();
        for (int i = 0; i < accepted.fields().size(); i++) {
            fields.add(accepted.fields().get(i).name(), accepted.fields().get(i).value());
        }
        JwtPlace place = found.place();
        return accepted.forwarded() || place == null ? head : place.without(head);
    }

    /** The same object for the same token of the same client, which others compare by. */
    @SuppressWarnings("ReferenceEquality") // a caller and a verdict are replaced, never changed
    private Caller caller(JwtFound found, JwtVerdict.Accepted accepted, Caller before) {
        Caller known = lastCaller;
        if (known == null || accepted != last || before != lastBefore) {
            known = before.with(accepted.claims(), accepted.identity());
            lastCaller = known;
            lastBefore = before;
            last = accepted;
        }
        lastToken = found.token();
        lastPlace = found.place();
        return known;
    }
}

package io.bridgehead.authn;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a listener takes of tokens. Two are equal when they take the same of the same issuers.
 *
 * @param issuers whose tokens are taken
 * @param required whether a request without a token is refused
 * @param places where tokens may stand, for any of the issuers
 * @param fields header fields that only this node may set, because endpoints take them for claims
 */
public record JwtTerms(List<JwtIssuer> issuers, boolean required, List<JwtPlace> places, List<HeaderName> fields) {
    public JwtTerms {
        issuers = List.copyOf(issuers);
        places = List.copyOf(places);
        fields = List.copyOf(fields);
    }

    JwtTerms(List<JwtIssuer> issuers, boolean required) {
        this(issuers, required, places(issuers), fields(issuers));
    }

    private static List<JwtPlace> places(List<JwtIssuer> issuers) {
        Set<JwtPlace> places = new LinkedHashSet<>();
        issuers.forEach(issuer -> places.addAll(issuer.rules().places()));
        return List.copyOf(places);
    }

    private static List<HeaderName> fields(List<JwtIssuer> issuers) {
        Set<HeaderName> fields = new LinkedHashSet<>();
        issuers.forEach(issuer -> issuer.rules().claims().forEach(claim -> fields.add(claim.field())));
        return List.copyOf(fields);
    }

    /** Looks for tokens everywhere where one may stand. */
    public JwtFound find(RequestHead head) {
        JwtFound found = new JwtFound();
        for (int i = 0; i < places.size(); i++) {
            places.get(i).find(head, found);
        }
        return found;
    }

    /** Removes the fields that nobody but this node may set; of heads and of trailers. */
    public void strip(HeaderFields sent) {
        for (int i = 0; i < fields.size(); i++) {
            sent.removeAll(fields.get(i));
        }
    }

    /** Judges a token as if it stood where its issuer's may; takes some hundred microseconds. */
    public JwtVerdict judge(String token, long nowMillis) {
        return JwtCheck.judge(token, issuers, nowMillis);
    }

    /** Those whose tokens may stand here. */
    List<JwtIssuer> at(JwtPlace place) {
        return issuers.stream()
                .filter(issuer -> issuer.rules().places().contains(place))
                .toList();
    }

    /** Whether tokens of this issuer may stand here. */
    boolean takes(JwtIssuer issuer, JwtPlace place) {
        return issuers.contains(issuer) && issuer.rules().places().contains(place);
    }
}

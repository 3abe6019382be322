package io.bridgehead.app;

import io.bridgehead.authn.JwtIssuer;
import io.bridgehead.authn.JwtTerms;
import io.bridgehead.authn.JwtVerdict;
import io.bridgehead.compile.Explain;
import io.bridgehead.compile.Question;
import io.bridgehead.compile.SupposedToken;
import io.bridgehead.model.Caller;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What a question says of a token: its claims as JSON, which are supposed to be signed, or a real one, which is judged. */
final class TokenQuestions {
    private final TokenIssuers issuers;
    private final GatewayPorts ports;

    TokenQuestions(TokenIssuers issuers, GatewayPorts ports) {
        this.issuers = issuers;
        this.ports = ports;
    }

    /** The question as it is asked, or what the listener says at once. */
    sealed interface Asked {
        record As(Question question) implements Asked {}

        record Refused(Question question, String why, String outcome) implements Asked {}
    }

    /**
     * Puts the token into the question.
     *
     * @throws IllegalArgumentException if no token can be given there
     */
    Asked of(JsonObject asked, Question question) {
        JwtTerms taken = ports.taken(question.listener());
        String token = asked.getString("jwt");
        if (token == null) {
            return taken != null && taken.required()
                    ? new Asked.Refused(
                            question,
                            "listener " + question.listener() + " needs a token of " + taken.issuers()
                                    + "; --jwt takes its claims",
                            "answered 401 by this node (token-missing)")
                    : new Asked.As(question);
        }
        if (taken == null) {
            throw new IllegalArgumentException("--jwt: listener " + question.listener() + " looks at no tokens");
        }
        return token.startsWith("{") ? supposed(question, taken, token) : judged(question, taken, token);
    }

    private static Asked supposed(Question question, JwtTerms taken, String claims) {
        List<SupposedToken.Issuer> known = taken.issuers().stream()
                .map(JwtIssuer::rules)
                .map(rules -> new SupposedToken.Issuer(rules.issuer(), rules.svids(), rules.identity()))
                .toList();
        Caller caller = question.caller();
        try {
            caller = SupposedToken.caller(known, new JsonObject(claims).getMap(), caller);
        } catch (IllegalArgumentException e) {
            return refused(question, String.valueOf(e.getMessage()));
        }
        return new Asked.As(question.by(caller));
    }

    private Asked judged(Question question, JwtTerms taken, String token) {
        return switch (issuers.judge(taken, token)) {
            case JwtVerdict.Refused no -> refused(question, no.fault().text() + ": " + no.detail());
            case JwtVerdict.Accepted yes ->
                new Asked.As(question.by(question.caller().with(yes.claims(), yes.identity())));
        };
    }

    private static Asked refused(Question question, String why) {
        return new Asked.Refused(question, "token: " + why, "answered 401 by this node (token-invalid)");
    }

    /** The answer of the admin API. */
    static JsonObject answer(Explain explain, Asked asked) {
        return switch (asked) {
            case Asked.As as -> GatewayQuestions.answer(explain.explain(as.question()));
            case Asked.Refused no ->
                GatewayQuestions.answer(explain.refusedAtListener(no.question(), no.why(), no.outcome()));
        };
    }
}

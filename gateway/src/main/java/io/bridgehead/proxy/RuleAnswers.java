package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.policy.Cors;
import io.bridgehead.policy.Redirection;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.RouteRule;
import org.jspecify.annotations.Nullable;

/** What requests are answered whose rule leads to no endpoint. */
final class RuleAnswers {
    private static final int OK = 200;
    private static final HeaderName LOCATION = HeaderName.of("location");

    private RuleAnswers() {}

    /** The answer to a request that its rule alone answers: to a browser that asks beforehand, or elsewhere; null for any other. */
    static @Nullable ResponseHead atOnce(RouteRule rule, RequestHead head, int listenerPort) {
        Cors cors = rule.cors();
        Redirection redirect = rule.edits().redirect();
        if (rule.refusal() != null) {
            return null;
        }
        HeaderFields preflight = cors == null ? null : cors.preflight(head);
        if (preflight != null) {
            return bodiless(OK, preflight);
        }
        return redirect == null ? null : redirected(rule, redirect, head, listenerPort);
    }

    /** Sends the client elsewhere. */
    static ResponseHead redirected(RouteRule rule, Redirection redirect, RequestHead head, int listenerPort) {
        Cors cors = rule.cors();
        HeaderFields fields = new HeaderFields();
        fields.add(LOCATION, redirect.location(head, listenerPort));
        if (cors != null) {
            cors.decorate(Cors.origin(head), fields);
        }
        return bodiless(redirect.status(), fields);
    }

    private static ResponseHead bodiless(int status, HeaderFields fields) {
        fields.add(HeaderName.CONTENT_LENGTH, "0");
        return new ResponseHead(status, fields);
    }

    /** Says that there is no service behind a rule, or behind the place chosen. */
    static Refusals.Why leadsNowhere(RouteRule rule, @Nullable Backend backend) {
        return Refusals.Why.atOnce(Refusal.NO_BACKEND, rule.shown() + ": " + reason(rule, backend));
    }

    private static String reason(RouteRule rule, @Nullable Backend backend) {
        String refusal = rule.refusal();
        if (refusal != null) {
            return refusal;
        }
        if (backend != null) {
            return backend.shown() + " leads nowhere";
        }
        return rule.backends().all().isEmpty() ? "it names no place" : "all its places have the weight 0";
    }
}

package io.bridgehead.proxy;

import io.bridgehead.routing.Backend;
import io.bridgehead.routing.RouteRule;
import org.jspecify.annotations.Nullable;

/** What requests are answered whose rule leads to no endpoint. */
final class RuleAnswers {
    private RuleAnswers() {}

    /** Why there is no service behind a rule, or behind the place chosen, for the log. */
    static String leadsNowhere(RouteRule rule, @Nullable Backend backend) {
        String refusal = rule.refusal();
        if (refusal != null) {
            return rule.shown() + ": " + refusal;
        }
        if (backend != null) {
            return rule.shown() + ": " + backend.shown() + " leads nowhere";
        }
        return rule.shown() + ": "
                + (rule.backends().all().isEmpty() ? "it names no place" : "all its places have the weight 0");
    }
}

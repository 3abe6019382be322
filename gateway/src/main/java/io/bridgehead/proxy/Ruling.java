package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.policy.Rewrite;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.RouteRule;
import org.jspecify.annotations.Nullable;

/**
 * What a rule has to say to one exchange while it runs, beside its service. Most rules have nothing to say, and their exchanges have no ruling.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Ruling {
    private final RouteRule rule;
    private final Backend backend;

    private Ruling(RouteRule rule, Backend backend) {
        this.rule = rule;
        this.backend = backend;
    }

    /** The ruling for an exchange with this place; null when there is nothing to say. */
    static @Nullable Ruling of(RouteRule rule, Backend backend) {
        return rule.isPlain() && backend.edits().isPlain() ? null : new Ruling(rule, backend);
    }

    /** The request as the rule, then the place, want it: its fields are changed as they are, the rest in a copy if at all. */
    static RequestHead changed(RequestHead head, RouteRule rule, Backend backend) {
        rule.edits().request().apply(head.fields());
        backend.edits().request().apply(head.fields());
        return rewritten(
                rewritten(head, rule.edits().rewrite()), backend.edits().rewrite());
    }

    private static RequestHead rewritten(RequestHead head, @Nullable Rewrite rewrite) {
        if (rewrite == null) {
            return head;
        }
        String hostname = rewrite.hostname();
        return new RequestHead(
                head.method(),
                head.scheme(),
                hostname == null ? head.authority() : hostname,
                head.path(),
                head.fields(),
                head.marks());
    }

    /** Changes the fields of the endpoint's answer as the place, then the rule, want them. */
    void answered(HeaderFields fields) {
        backend.edits().response().apply(fields);
        rule.edits().response().apply(fields);
    }
}

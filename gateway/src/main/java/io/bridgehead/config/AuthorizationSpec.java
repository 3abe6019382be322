package io.bridgehead.config;

import io.bridgehead.config.TrafficPolicyDocument.Selector;
import java.util.List;

/**
 * What an AuthorizationPolicy says, as written; in the shape of Istio's.
 *
 * @param services which it holds for
 * @param dryRun whether it is only said what it would do
 * @param rules one that fits is enough; none means nothing fits
 */
public record AuthorizationSpec(Selector services, Action action, boolean dryRun, List<Rule> rules) {
    public AuthorizationSpec {
        rules = List.copyOf(rules);
    }

    /** What is done with what fits. */
    public enum Action {
        ALLOW,
        DENY,
        AUDIT
    }

    /** Fits when one of {@code from}, one of {@code to} and all of {@code when} do; an empty list asks nothing. */
    public record Rule(List<Source> from, List<Operation> to, List<Condition> when) {
        public Rule {
            from = List.copyOf(from);
            to = List.copyOf(to);
            when = List.copyOf(when);
        }
    }

    /** Callers. */
    public record Source(
            Values principals, Values requestPrincipals, Values namespaces, Values sites, Values trustDomains) {}

    /** Requests. */
    public record Operation(Values hosts, Values ports, Values methods, Values paths) {}

    /** What a value must be. */
    public record Condition(String key, Values values) {}

    /** Patterns of which one must fit, if there are any, and of which none may. */
    public record Values(List<String> values, List<String> notValues) {
        public Values {
            values = List.copyOf(values);
            notValues = List.copyOf(notValues);
        }

        /** Whether anything is asked. */
        public boolean asks() {
            return !values.isEmpty() || !notValues.isEmpty();
        }
    }
}

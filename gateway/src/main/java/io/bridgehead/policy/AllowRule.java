package io.bridgehead.policy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.TrustDomain;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a service's {@code allow}: these callers, with these methods.
 *
 * @param from whom it means; a caller that any of them names fits
 * @param methods HTTP methods in their exact (upper) case; empty for every method and for connections without one
 */
public record AllowRule(List<SourcePattern> from, Set<String> methods) {
    /** @throws IllegalArgumentException if nobody is meant */
    public AllowRule {
        from = List.copyOf(from);
        methods = Set.copyOf(methods);
        if (from.isEmpty()) {
            throw new IllegalArgumentException("allow rule: expected at least one entry in 'from'");
        }
    }

    boolean names(Caller caller, TrustDomain home) {
        for (int i = 0; i < from.size(); i++) {
            if (from.get(i).names(caller, home)) {
                return true;
            }
        }
        return false;
    }

    /** @param method null for a connection without methods, which only a rule without methods fits */
    boolean permits(@Nullable String method) {
        return methods.isEmpty() || (method != null && methods.contains(method));
    }

    @Override
    public String toString() {
        return "from " + from
                + (methods.isEmpty()
                        ? ""
                        : " methods " + methods.stream().sorted().toList());
    }
}

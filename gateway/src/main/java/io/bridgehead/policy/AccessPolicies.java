package io.bridgehead.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All policies that hold for one service. Immutable; what is decided needs no allocation, for every outcome is made beforehand.
 *
 * @param policies in the order in which they are asked
 */
record AccessPolicies(List<AccessPolicy> policies, List<List<Verdict>> verdicts) {
    static final AccessPolicies NONE = new AccessPolicies(List.of(), List.of());

    static AccessPolicies of(List<AccessPolicy> policies) {
        if (policies.isEmpty()) {
            return NONE;
        }
        List<List<Verdict>> verdicts = new ArrayList<>();
        for (AccessPolicy policy : policies) {
            List<Verdict> ofRules = new ArrayList<>();
            for (int i = 0; i < policy.rules().size(); i++) {
                ofRules.add(verdict(policy, i));
            }
            verdicts.add(List.copyOf(ofRules));
        }
        return new AccessPolicies(List.copyOf(policies), List.copyOf(verdicts));
    }

    private static Verdict verdict(AccessPolicy policy, int rule) {
        return policy.action() == AccessPolicy.Action.DENY
                ? new Verdict.Denied(Verdict.Cause.DENIED_BY_POLICY, rule, policy.words(rule), policy.name())
                : new Verdict.Allowed(rule, policy.words(rule), policy.name());
    }

    boolean isEmpty() {
        return policies.isEmpty();
    }

    /** Those that are enforced, or with the others as if they were, too. */
    AccessPolicies inForce(boolean rehearsed) {
        return of(policies.stream()
                .filter(policy -> policy.action() != AccessPolicy.Action.AUDIT && (rehearsed || !policy.dryRun()))
                .toList());
    }

    boolean has(AccessPolicy.Action action) {
        return policies.stream().anyMatch(policy -> policy.action() == action);
    }

    boolean hasDryRun() {
        return policies.stream().anyMatch(AccessPolicy::dryRun);
    }

    /** What the first policy of an action says that fits, or null. */
    @Nullable
    Verdict first(AccessPolicy.Action action, Access access) {
        for (int i = 0; i < policies.size(); i++) {
            AccessPolicy policy = policies.get(i);
            int rule = policy.action() == action ? policy.fitting(access) : AccessPolicy.NONE;
            if (rule >= 0) {
                return verdicts.get(i).get(rule);
            }
        }
        return null;
    }

    /** What audits have to say. */
    void audit(Access access, List<AuthorizationRemark> remarks) {
        for (AccessPolicy policy : policies) {
            int rule = policy.action() == AccessPolicy.Action.AUDIT ? policy.fitting(access) : AccessPolicy.NONE;
            if (rule >= 0) {
                remarks.add(new AuthorizationRemark(policy.name(), AuthorizationRemark.Kind.AUDIT, policy.words(rule)));
            }
        }
    }

    /** The names of policies of an action, for people. */
    String names(AccessPolicy.Action action) {
        return String.join(
                ", ",
                policies.stream()
                        .filter(policy -> policy.action() == action)
                        .map(AccessPolicy::name)
                        .toList());
    }

    @Override
    public String toString() {
        return policies.stream()
                .map(policy -> policy.action().name().toLowerCase(Locale.ROOT) + " " + policy.name()
                        + (policy.dryRun() ? " (dry run)" : ""))
                .toList()
                .toString();
    }
}

package io.bridgehead.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All policies that hold for one service. Immutable; what is decided needs no allocation, for every outcome is made beforehand.
 *
 * @param policies in the order in which they are asked
 * @param verdicts of each policy, by its rules
 * @param audits what each AUDIT policy has to say, by its rules; nothing of others
 */
record AccessPolicies(
        List<AccessPolicy> policies, List<List<Verdict>> verdicts, List<List<List<AuthorizationRemark>>> audits) {
    static final AccessPolicies NONE = new AccessPolicies(List.of(), List.of(), List.of());

    static AccessPolicies of(List<AccessPolicy> policies) {
        if (policies.isEmpty()) {
            return NONE;
        }
        List<List<Verdict>> verdicts = new ArrayList<>();
        List<List<List<AuthorizationRemark>>> audits = new ArrayList<>();
        for (AccessPolicy policy : policies) {
            List<Verdict> ofRules = new ArrayList<>();
            List<List<AuthorizationRemark>> said = new ArrayList<>();
            for (int i = 0; i < policy.rules().size(); i++) {
                ofRules.add(verdict(policy, i));
                said.add(audit(policy, i));
            }
            verdicts.add(List.copyOf(ofRules));
            audits.add(List.copyOf(said));
        }
        return new AccessPolicies(List.copyOf(policies), List.copyOf(verdicts), List.copyOf(audits));
    }

    private static Verdict verdict(AccessPolicy policy, int rule) {
        return policy.action() == AccessPolicy.Action.DENY
                ? new Verdict.Denied(Verdict.Cause.DENIED_BY_POLICY, rule, policy.words(rule), policy.name())
                : new Verdict.Allowed(rule, policy.words(rule), policy.name());
    }

    private static List<AuthorizationRemark> audit(AccessPolicy policy, int rule) {
        return policy.action() == AccessPolicy.Action.AUDIT
                ? List.of(AuthorizationRemark.of(
                        List.of(policy.name()), AuthorizationRemark.Kind.AUDIT, policy.words(rule)))
                : List.of();
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

    /** What audits have to say. Made beforehand unless it is said by more than one. */
    List<AuthorizationRemark> audit(Access access) {
        List<AuthorizationRemark> said = List.of();
        for (int i = 0; i < policies.size(); i++) {
            AccessPolicy policy = policies.get(i);
            int rule = policy.action() == AccessPolicy.Action.AUDIT ? policy.fitting(access) : AccessPolicy.NONE;
            if (rule >= 0) {
                said = both(said, audits.get(i).get(rule));
            }
        }
        return said;
    }

    /** One after the other. */
    static List<AuthorizationRemark> both(List<AuthorizationRemark> some, List<AuthorizationRemark> more) {
        if (some.isEmpty() || more.isEmpty()) {
            return some.isEmpty() ? more : some;
        }
        List<AuthorizationRemark> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /** The names of those in a dry run. */
    List<String> dryRuns() {
        return policies.stream()
                .filter(AccessPolicy::dryRun)
                .map(AccessPolicy::name)
                .toList();
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

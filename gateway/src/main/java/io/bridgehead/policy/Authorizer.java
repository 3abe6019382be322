package io.bridgehead.policy;

import io.bridgehead.model.Arrival;
import io.bridgehead.model.Caller;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.TrustDomain;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who may call a service: its {@code allow} rules and the AuthorizationPolicies that hold for it, or their absence.
 *
 * <p>A DENY policy that fits refuses, whatever else allows. Then one {@code allow} rule or ALLOW policy must fit. <b>Without any of these</b>
 * every caller may that entered at an authenticated site of the fabric's trust domain: the site is what is authenticated, by the identity of its
 * gateway, and it answers for what it lets in. So a caller at a plaintext listener may, too. Only an identity of another trust domain is refused.
 *
 * <p><b>With rules</b> one of them must name the caller and its method. {@code site:X} and {@code site:*} name the
 * identities of the trust domain that entered there, proved by a certificate or declared by the operator at the listener,
 * but never {@code spiffe://<trust domain>/site/<site>/unauthenticated}, the identity that callers have at a plaintext
 * listener without a declaration: that one is named by its SPIFFE ID or by a pattern over it. A SPIFFE ID or pattern names
 * whoever bears it, at whatever site it entered, and is the only way to name an identity of another trust domain. An empty
 * list of rules names nobody.
 *
 * <p>Who is let in so may be asked about elsewhere: {@link #check}, which is not part of these verdicts.
 *
 * <p>AUDIT policies and those in a dry run change no verdict; {@link #remarks} says what they have to say.
 *
 * <p>Immutable; free of allocation on {@link #authorize} where there are no policies. What is decided or remarked is made beforehand.
 */
public final class Authorizer {
    private static final Verdict FOREIGN = new Verdict.Denied(
            Verdict.Cause.FOREIGN_TRUST_DOMAIN,
            Verdict.Denied.NO_RULE,
            "the caller's identity is of another trust domain");
    private static final Verdict NOT_NAMED = new Verdict.Denied(
            Verdict.Cause.CALLER_NOT_NAMED, Verdict.Denied.NO_RULE, "no allow rule names the caller");
    private static final Verdict OPEN = new Verdict.Allowed(
            Verdict.Allowed.NO_RULES, "no allow rules: every authenticated site of the trust domain may call");

    private final TrustDomain trustDomain;
    private final @Nullable List<AllowRule> rules;
    private final AccessPolicies policies;
    private final AccessPolicies enforced;
    private final boolean allowsByPolicy;
    private final Verdict notAllowed;
    private final @Nullable Authorizer rehearsal;
    private final boolean remarking;
    private final @Nullable ExternalCheck check;
    private final List<Verdict> allowed = new ArrayList<>();
    private final List<Verdict> methodDenied = new ArrayList<>();
    /** What is remarked where the rehearsal decides otherwise, by what it decides; null without one. */
    private final @Nullable IdentityHashMap<Verdict, List<AuthorizationRemark>> otherwise;

    private Authorizer(
            TrustDomain trustDomain,
            @Nullable List<AllowRule> rules,
            AccessPolicies policies,
            boolean rehearsed,
            @Nullable ExternalCheck check) {
        this.check = check;
        this.trustDomain = trustDomain;
        this.rules = rules == null ? null : List.copyOf(rules);
        this.policies = policies;
        this.enforced = policies.inForce(rehearsed);
        this.allowsByPolicy = enforced.has(AccessPolicy.Action.ALLOW);
        this.notAllowed = new Verdict.Denied(
                Verdict.Cause.NO_POLICY_ALLOWS,
                Verdict.Denied.NO_RULE,
                (rules == null ? "no rule" : "no allow rule and no rule") + " of the ALLOW policies fits ("
                        + enforced.names(AccessPolicy.Action.ALLOW) + ")");
        this.rehearsal =
                !rehearsed && policies.hasDryRun() ? new Authorizer(trustDomain, rules, policies, true, null) : null;
        this.remarking = rehearsal != null || policies.has(AccessPolicy.Action.AUDIT);
        for (int i = 0; rules != null && i < rules.size(); i++) {
            String rule = "allow[" + i + "] (" + rules.get(i) + ")";
            allowed.add(new Verdict.Allowed(i, rule));
            methodDenied.add(new Verdict.Denied(
                    Verdict.Cause.METHOD_NOT_NAMED, i, rule + " names the caller, but not the method"));
        }
        this.otherwise = rehearsal == null ? null : remarks(rehearsal);
    }

    private IdentityHashMap<Verdict, List<AuthorizationRemark>> remarks(Authorizer rehearsed) {
        IdentityHashMap<Verdict, List<AuthorizationRemark>> remarks = new IdentityHashMap<>();
        rehearsed.outcomes().forEach(other -> remarks.put(other, List.of(remark(other))));
        return remarks;
    }

    /** Everything that it may decide. */
    private List<Verdict> outcomes() {
        List<Verdict> all = new ArrayList<>(List.of(FOREIGN, NOT_NAMED, OPEN, notAllowed));
        all.addAll(allowed);
        all.addAll(methodDenied);
        enforced.verdicts().forEach(all::addAll);
        return all;
    }

    private AuthorizationRemark remark(Verdict rehearsed) {
        return AuthorizationRemark.of(
                policies.dryRuns(),
                rehearsed.allowed() ? AuthorizationRemark.Kind.WOULD_ALLOW : AuthorizationRemark.Kind.WOULD_DENY,
                rehearsed.reason());
    }

    /** For a service without {@code allow}. */
    public static Authorizer everySite(TrustDomain trustDomain) {
        return new Authorizer(trustDomain, null, AccessPolicies.NONE, false, null);
    }

    /** For a service with these rules; none of them admits nobody. */
    public static Authorizer of(TrustDomain trustDomain, List<AllowRule> rules) {
        return new Authorizer(trustDomain, rules, AccessPolicies.NONE, false, null);
    }

    /** The same where these policies hold, too. */
    public Authorizer with(List<AccessPolicy> others) {
        return others.equals(policies.policies())
                ? this
                : new Authorizer(trustDomain, rules, AccessPolicies.of(others), false, check);
    }

    /** The same where somebody else is asked, too; null for nobody. */
    public Authorizer asking(@Nullable ExternalCheck other) {
        return Objects.equals(other, check) ? this : new Authorizer(trustDomain, rules, policies, false, other);
    }

    /** Who else is asked about a request that is let in here, where it enters the fabric; null for nobody. */
    public @Nullable ExternalCheck check() {
        return check;
    }

    /** The rules as given, or null when the service has no {@code allow}. */
    public @Nullable List<AllowRule> rules() {
        return rules;
    }

    /** The policies that hold for the service. */
    public List<AccessPolicy> policies() {
        return policies.policies();
    }

    /** Whether any policy is in force, so that more than the caller and the method may matter. */
    public boolean hasPolicies() {
        return !enforced.isEmpty();
    }

    /**
     * Judges a request or a connection.
     *
     * @param head the request; null for a connection, which has no method
     * @param arrival where the client connected
     */
    public Verdict authorize(Caller caller, @Nullable RequestHead head, Arrival arrival) {
        if (enforced.isEmpty()) {
            return byRules(caller, head);
        }
        return byPolicies(new Access(caller, head, arrival, trustDomain));
    }

    private Verdict byPolicies(Access access) {
        Verdict denied = enforced.first(AccessPolicy.Action.DENY, access);
        if (denied != null) {
            return denied;
        }
        if (!allowsByPolicy) {
            return byRules(access.caller(), access.head());
        }
        Verdict byPolicy = enforced.first(AccessPolicy.Action.ALLOW, access);
        if (byPolicy != null) {
            return byPolicy;
        }
        Verdict byRules = rules == null || rules.isEmpty() ? notAllowed : byRules(access.caller(), access.head());
        return byRules.allowed() ? byRules : notAllowed;
    }

    private Verdict byRules(Caller caller, @Nullable RequestHead head) {
        boolean home = caller.identity().trustDomain().equals(trustDomain);
        if (rules == null) {
            return home ? OPEN : FOREIGN;
        }
        String method = head == null ? null : head.method();
        Verdict denied = home ? NOT_NAMED : FOREIGN;
        for (int i = 0; i < rules.size(); i++) {
            AllowRule rule = rules.get(i);
            if (rule.names(caller, trustDomain)) {
                if (rule.permits(method)) {
                    return allowed.get(i);
                }
                denied = methodDenied.get(i);
            }
        }
        return denied;
    }

    /** Whether any policy may have something to say beside the verdict. */
    public boolean hasRemarks() {
        return remarking;
    }

    /** What policies that audit or are in their dry run say of what {@code verdict} was given to; mostly nothing. Not to be changed. */
    public List<AuthorizationRemark> remarks(
            Caller caller, @Nullable RequestHead head, Arrival arrival, Verdict verdict) {
        List<AuthorizationRemark> said = policies.audit(new Access(caller, head, arrival, trustDomain));
        if (rehearsal == null || otherwise == null) {
            return said;
        }
        Verdict other = rehearsal.authorize(caller, head, arrival);
        return other.allowed() == verdict.allowed()
                ? said
                : AccessPolicies.both(said, otherwise.getOrDefault(other, List.of()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Authorizer that
                && trustDomain.equals(that.trustDomain)
                && Objects.equals(rules, that.rules)
                && policies.policies().equals(that.policies.policies())
                && Objects.equals(check, that.check);
    }

    @Override
    public int hashCode() {
        return Objects.hash(trustDomain, rules, policies.policies(), check);
    }

    @Override
    public String toString() {
        String base = rules == null ? "every authenticated site of " + trustDomain : rules.toString();
        return policies.isEmpty() ? base : base + " " + policies;
    }
}

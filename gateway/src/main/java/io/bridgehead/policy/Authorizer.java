package io.bridgehead.policy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.TrustDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who may call a service: its {@code allow} rules, or their absence.
 *
 * <p><b>Without rules</b> every caller may that entered at an authenticated site of the fabric's trust domain: the site is
 * what is authenticated, by the identity of its gateway, and it answers for what it lets in. So a caller at a plaintext
 * listener may, too. Only an identity of another trust domain is refused.
 *
 * <p><b>With rules</b> one of them must name the caller and its method. {@code site:X} and {@code site:*} name the
 * identities of the trust domain that entered there, proved by a certificate or declared by the operator at the listener,
 * but never {@code spiffe://<trust domain>/site/<site>/unauthenticated}, the identity that callers have at a plaintext
 * listener without a declaration: that one is named by its SPIFFE ID or by a pattern over it. A SPIFFE ID or pattern names
 * whoever bears it, at whatever site it entered, and is the only way to name an identity of another trust domain. An empty
 * list of rules names nobody.
 *
 * <p>Immutable and free of allocation on {@link #authorize}.
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
    private final List<Verdict> allowed = new ArrayList<>();
    private final List<Verdict> methodDenied = new ArrayList<>();

    private Authorizer(TrustDomain trustDomain, @Nullable List<AllowRule> rules) {
        this.trustDomain = trustDomain;
        this.rules = rules == null ? null : List.copyOf(rules);
        for (int i = 0; rules != null && i < rules.size(); i++) {
            String rule = "allow[" + i + "] (" + rules.get(i) + ")";
            allowed.add(new Verdict.Allowed(i, rule));
            methodDenied.add(new Verdict.Denied(
                    Verdict.Cause.METHOD_NOT_NAMED, i, rule + " names the caller, but not the method"));
        }
    }

    /** For a service without {@code allow}. */
    public static Authorizer everySite(TrustDomain trustDomain) {
        return new Authorizer(trustDomain, null);
    }

    /** For a service with these rules; none of them admits nobody. */
    public static Authorizer of(TrustDomain trustDomain, List<AllowRule> rules) {
        return new Authorizer(trustDomain, rules);
    }

    /** The rules as given, or null when the service has no {@code allow}. */
    public @Nullable List<AllowRule> rules() {
        return rules;
    }

    /** @param method the request's method, or null for a connection that has none, such as TCP */
    public Verdict authorize(Caller caller, @Nullable String method) {
        boolean home = caller.identity().trustDomain().equals(trustDomain);
        if (rules == null) {
            return home ? OPEN : FOREIGN;
        }
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Authorizer that
                && trustDomain.equals(that.trustDomain)
                && Objects.equals(rules, that.rules);
    }

    @Override
    public int hashCode() {
        return Objects.hash(trustDomain, rules);
    }

    @Override
    public String toString() {
        return rules == null ? "every authenticated site of " + trustDomain : rules.toString();
    }
}

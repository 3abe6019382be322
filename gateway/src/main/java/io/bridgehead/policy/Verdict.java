package io.bridgehead.policy;

/** What authorization says of one request or connection, and by which rule. */
public sealed interface Verdict {
    /** Whether the request may go on. */
    boolean allowed();

    /** One sentence for people who ask why. */
    String reason();

    /** The AuthorizationPolicy that decided; empty when none did. */
    String policy();

    /**
     * The request may go on.
     *
     * @param rule index of the first rule that fits, of the {@code allow} or policy that the reason names, or {@link #NO_RULES} when the service has neither
     * @param policy the AuthorizationPolicy that allows it, or empty
     */
    record Allowed(int rule, String reason, String policy) implements Verdict {
        /** The service has no {@code allow}: every authenticated site of the trust domain may call. */
        public static final int NO_RULES = -1;

        /** By no policy. */
        public Allowed(int rule, String reason) {
            this(rule, reason, "");
        }

        @Override
        public boolean allowed() {
            return true;
        }
    }

    /**
     * The request is refused.
     *
     * @param rule index of the rule that names the caller but not the method, or of the policy's that denies, else {@link #NO_RULE}
     * @param policy the AuthorizationPolicy that denies it, or empty
     */
    record Denied(Cause cause, int rule, String reason, String policy) implements Verdict {
        /** No rule names the caller. */
        public static final int NO_RULE = -1;

        /** By no policy. */
        public Denied(Cause cause, int rule, String reason) {
            this(cause, rule, reason, "");
        }

        @Override
        public boolean allowed() {
            return false;
        }
    }

    /** Why a request is refused. */
    enum Cause {
        /** The identity is of another trust domain, and no rule names it. */
        FOREIGN_TRUST_DOMAIN,
        /** No rule names the caller. */
        CALLER_NOT_NAMED,
        /** A rule names the caller, but none of those has this method. */
        METHOD_NOT_NAMED,
        /** A DENY policy fits. */
        DENIED_BY_POLICY,
        /** There are ALLOW policies, and none of them fits. */
        NO_POLICY_ALLOWS
    }
}

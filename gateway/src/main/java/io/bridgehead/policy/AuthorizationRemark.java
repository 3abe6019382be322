package io.bridgehead.policy;

import java.util.List;

/**
 * What policies have to say of a request or connection beside whether it may go on.
 *
 * @param policies the policy's name; of several in a dry run those that decide
 * @param policy these names with commas between them
 * @param detail one sentence for people
 */
public record AuthorizationRemark(List<String> policies, String policy, Kind kind, String detail) {
    public AuthorizationRemark {
        policies = List.copyOf(policies);
    }

    /** What is made beforehand, once for each outcome: observers find names ready. */
    public static AuthorizationRemark of(List<String> policies, Kind kind, String detail) {
        return new AuthorizationRemark(policies, String.join(",", policies), kind, detail);
    }

    /** What is said. */
    public enum Kind {
        /** An AUDIT policy fits. */
        AUDIT("audit"),
        /** It went on, and would have been refused if policies in their dry run were in force. */
        WOULD_DENY("would-deny"),
        /** It was refused, and would have gone on if policies in their dry run were in force. */
        WOULD_ALLOW("would-allow");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The word for it in logs and metrics. */
        public String text() {
            return text;
        }
    }
}

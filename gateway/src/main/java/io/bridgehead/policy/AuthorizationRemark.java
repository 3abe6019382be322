package io.bridgehead.policy;

/**
 * What policies have to say of a request or connection beside whether it may go on.
 *
 * @param policy the policy's name; of several in a dry run those that decide
 * @param detail one sentence for people
 */
public record AuthorizationRemark(String policy, Kind kind, String detail) {
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

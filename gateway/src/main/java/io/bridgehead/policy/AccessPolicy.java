package io.bridgehead.policy;

import java.util.List;

/**
 * An AuthorizationPolicy as it holds for one service.
 *
 * @param name the document's
 * @param dryRun whether it is only said what it would do
 * @param rules one that fits is enough; none fits nothing
 */
public record AccessPolicy(String name, Action action, boolean dryRun, List<AccessRule> rules) {
    /** Fits nothing. */
    static final int NONE = -1;

    /** What is done with what fits. */
    public enum Action {
        /** It may go on, if no other policy denies it. */
        ALLOW,
        /** It is refused, whatever else allows it. */
        DENY,
        /** It is logged and counted. */
        AUDIT
    }

    public AccessPolicy {
        rules = List.copyOf(rules);
    }

    /** The first rule that fits, or {@link #NONE}. */
    int fitting(Access access) {
        Grounds grounds = action == Action.ALLOW ? Grounds.GRANT : Grounds.CATCH;
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).fits(access, grounds)) {
                return i;
            }
        }
        return NONE;
    }

    /** What is said of a rule of it. */
    String words(int rule) {
        return "AuthorizationPolicy " + name + " (" + action + "), rule " + rule;
    }
}

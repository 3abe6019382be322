package io.bridgehead.policy;

import java.util.List;

/**
 * One rule of an AuthorizationPolicy: it fits when one of {@code from}, one of {@code to} and all of {@code when} do. Of an empty list nothing
 * is asked.
 */
public record AccessRule(List<CallerTerms> from, List<OperationTerms> to, List<ConditionTerms> when) {
    public AccessRule {
        from = List.copyOf(from);
        to = List.copyOf(to);
        when = List.copyOf(when);
    }

    boolean fits(Access access, Grounds grounds) {
        return fitsCaller(access, grounds) && fitsOperation(access, grounds) && fitsConditions(access, grounds);
    }

    /** A rule that names nobody means everybody, and where it grants all of the fabric's own. */
    private boolean fitsCaller(Access access, Grounds grounds) {
        if (from.isEmpty()) {
            return !grounds.grants() || !access.isForeign();
        }
        for (int i = 0; i < from.size(); i++) {
            if (from.get(i).fits(access, grounds)) {
                return true;
            }
        }
        return false;
    }

    private boolean fitsOperation(Access access, Grounds grounds) {
        for (int i = 0; i < to.size(); i++) {
            if (to.get(i).fits(access, grounds)) {
                return true;
            }
        }
        return to.isEmpty();
    }

    private boolean fitsConditions(Access access, Grounds grounds) {
        for (int i = 0; i < when.size(); i++) {
            if (!when.get(i).fits(access, grounds)) {
                return false;
            }
        }
        return true;
    }
}

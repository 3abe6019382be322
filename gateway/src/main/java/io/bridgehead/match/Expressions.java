package io.bridgehead.match;

import io.bridgehead.model.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Expressions that begin with the same elements, tried one after the other.
 *
 * @param tried in order of rank
 * @param outer those that begin with fewer of these elements
 */
record Expressions<T>(List<ByExpression<T>> tried, @Nullable Expressions<T> outer) {
    /** The fitting candidate of least rank, or null. */
    @Nullable
    Candidate<T> find(RequestHead head) {
        Candidate<T> best = findHere(head, null);
        for (Expressions<T> at = outer; at != null; at = at.outer) {
            best = at.findHere(head, best);
        }
        return best;
    }

    private @Nullable Candidate<T> findHere(RequestHead head, @Nullable Candidate<T> best) {
        Expression last = null;
        boolean lastFits = false;
        for (int i = 0; i < tried.size(); i++) {
            ByExpression<T> next = tried.get(i);
            if (best != null && best.rank() < next.candidate().rank()) {
                return best;
            }
            if (next.path() != last) {
                last = next.path();
                lastFits = last.mayFit(head.path()) && last.fits(withoutQuery(head.path()));
            }
            if (lastFits && next.candidate().fits(head)) {
                return next.candidate();
            }
        }
        return best;
    }

    private static String withoutQuery(String path) {
        int end = path.indexOf('?');
        return end < 0 ? path : path.substring(0, end);
    }
}

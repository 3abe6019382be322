package io.bridgehead.match;

import io.bridgehead.model.RequestHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request leads to whose path fits, if it fits the rest as well. */
final class Candidate<T> implements Choice<T> {
    private static final Condition[] NONE = {};

    private final int rank;
    private final Condition[] conditions;
    private final T value;

    /** @param rank the lower wins, whatever the path */
    Candidate(int rank, RequestMatch match, T value) {
        this.rank = rank;
        this.conditions = conditions(match);
        this.value = value;
    }

    private static Condition[] conditions(RequestMatch match) {
        List<Condition> conditions = new ArrayList<>();
        String method = match.method();
        if (method != null) {
            conditions.add(new Condition.Exact(Subject.METHOD, Value.of(method)));
        }
        for (NamedMatch header : match.headers()) {
            conditions.add(Condition.of(Subject.field(header.name()), header.value()));
        }
        for (NamedMatch parameter : match.query()) {
            conditions.add(Condition.of(new Subject.Parameter(Value.of(parameter.name())), parameter.value()));
        }
        return conditions.isEmpty() ? NONE : conditions.toArray(Condition[]::new);
    }

    int rank() {
        return rank;
    }

    T value() {
        return value;
    }

    Condition[] conditions() {
        return conditions;
    }

    /** Whether only the path decides. */
    boolean isUnconditional() {
        return conditions.length == 0;
    }

    @Override
    public @Nullable Candidate<T> find(RequestHead head) {
        return fits(head) ? this : null;
    }

    boolean fits(RequestHead head) {
        for (Condition condition : conditions) {
            if (!condition.fits(head)) {
                return false;
            }
        }
        return true;
    }
}

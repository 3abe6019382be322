package io.bridgehead.match;

import io.bridgehead.model.RequestHead;

/** One thing that a request must have beside its path. */
sealed interface Condition {
    Subject subject();

    boolean fits(RequestHead head);

    static Condition of(Subject subject, ValueMatch match) {
        return switch (match) {
            case ValueMatch.Exact(String value) -> new Exact(subject, Value.of(value));
            case ValueMatch.Regex(String expression) -> new Fitting(subject, Expression.of(expression));
        };
    }

    /** The value is this. */
    record Exact(Subject subject, Value value) implements Condition {
        @Override
        public boolean fits(RequestHead head) {
            return subject.is(head, value);
        }
    }

    /** The value is there and fits an expression. */
    record Fitting(Subject subject, Expression expression) implements Condition {
        @Override
        public boolean fits(RequestHead head) {
            String text = subject.text(head);
            return text != null && expression.fits(text);
        }
    }
}

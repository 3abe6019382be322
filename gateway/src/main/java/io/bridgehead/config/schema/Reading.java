package io.bridgehead.config.schema;

import java.util.List;

/** What came of reading: a value, or every problem that stood in the way; never both. */
public sealed interface Reading<T> {
    /** Nothing was wrong. */
    record Done<T>(T value) implements Reading<T> {}

    /** Something was wrong: the problems by file, line and column; at least one. */
    record Refused<T>(List<Problem> problems) implements Reading<T> {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}

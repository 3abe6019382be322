package io.bridgehead.config.schema;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the problems of one reading, in the order of their places.
 *
 * <p>Beside them it collects what is not right but does no harm, where the reader tolerates it: the notices.
 *
 * <p>Bound: the first 1,000 of either are kept; what was left out is said by the last one.
 */
public final class Problems {
    private static final int KEPT_MAX = 1000;
    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparing(Problem::file).thenComparingInt(Problem::line).thenComparingInt(Problem::column);

    private final List<Problem> kept = new ArrayList<>();
    private final List<Problem> noticed = new ArrayList<>();

    /** Adds one. */
    public void add(Problem problem) {
        add(problem, kept);
    }

    /** Adds what is not right but does no harm. */
    public void notice(Problem problem) {
        add(problem, noticed);
    }

    /** Adds all problems and notices of another reading. */
    public void addAll(Problems other) {
        other.kept.forEach(this::add);
        other.noticed.forEach(this::notice);
    }

    private static void add(Problem problem, List<Problem> kept) {
        if (kept.size() < KEPT_MAX) {
            kept.add(problem);
        } else if (kept.size() == KEPT_MAX) {
            kept.add(Problem.at(
                    Place.of(problem.file()),
                    "",
                    "more than " + KEPT_MAX + " problems",
                    "fewer",
                    "the rest is not shown"));
        }
    }

    /** Adds one at the place of a value. */
    public void add(Value value, String path, @Nullable String found, String expected, @Nullable String hint) {
        add(Problem.at(value.place(), path, found, expected, hint));
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return kept.isEmpty();
    }

    /** How many were added, up to the bound. */
    public int size() {
        return kept.size();
    }

    /** Whether further ones are not kept. */
    public boolean isFull() {
        return kept.size() > KEPT_MAX;
    }

    /** All of them, by file, line and column. */
    public List<Problem> list() {
        return kept.stream().sorted(BY_PLACE).toList();
    }

    /** All notices, by file, line and column. */
    public List<Problem> notices() {
        return noticed.stream().sorted(BY_PLACE).toList();
    }
}

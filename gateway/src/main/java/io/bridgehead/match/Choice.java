package io.bridgehead.match;

import io.bridgehead.model.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of one path, the best of which a request gets. A few are tried in order. Of many, those that want different values of one
 * header field, parameter or of the method are found by a hash of the value; the rest of them are chosen from in the same way.
 */
sealed interface Choice<T> permits Candidate, Choice.InOrder, Choice.ByValue {
    /** Up to so many are tried in order. */
    int TRIED_MAX = 8;
    /** How many indexes one request looks into at most, one behind the other. */
    int INDEXES_MAX = 8;

    /** The fitting candidate of least rank, or null. */
    @Nullable
    Candidate<T> find(RequestHead head);

    /** @param candidates in order of rank */
    static <T> Choice<T> of(List<Candidate<T>> candidates) {
        return of(reachable(candidates), Set.of());
    }

    private static <T> Choice<T> of(List<Candidate<T>> candidates, Set<Subject> used) {
        Subject subject =
                candidates.size() <= TRIED_MAX || used.size() == INDEXES_MAX ? null : mostTelling(candidates, used);
        if (subject == null) {
            return candidates.size() == 1 ? candidates.getFirst() : new InOrder<>(candidates);
        }
        Set<Subject> usedThen = new HashSet<>(used);
        usedThen.add(subject);
        Map<Value, List<Candidate<T>>> byValue = new LinkedHashMap<>();
        List<Candidate<T>> rest = new ArrayList<>();
        for (Candidate<T> candidate : candidates) {
            Value value = wanted(candidate, subject);
            if (value == null) {
                rest.add(candidate);
            } else {
                byValue.computeIfAbsent(value, v -> new ArrayList<>()).add(candidate);
            }
        }
        Map<Value, Choice<T>> choices = new LinkedHashMap<>();
        byValue.forEach((value, group) -> choices.put(value, of(group, usedThen)));
        return new ByValue<>(subject, choices, of(rest, usedThen));
    }

    /** Those up to the first that every request fits. */
    private static <T> List<Candidate<T>> reachable(List<Candidate<T>> candidates) {
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i).isUnconditional()) {
                return candidates.subList(0, i + 1);
            }
        }
        return candidates;
    }

    /** What most different values are wanted of, unless they are so few that trying costs no more. */
    private static <T> @Nullable Subject mostTelling(List<Candidate<T>> candidates, Set<Subject> used) {
        Map<Subject, Set<Value>> values = new HashMap<>();
        for (Candidate<T> candidate : candidates) {
            for (Condition condition : candidate.conditions()) {
                if (condition instanceof Condition.Exact(Subject subject, Value value) && !used.contains(subject)) {
                    values.computeIfAbsent(subject, s -> new HashSet<>()).add(value);
                }
            }
        }
        Subject most = null;
        int count = 1;
        for (Map.Entry<Subject, Set<Value>> entry : values.entrySet()) {
            if (entry.getValue().size() > count) {
                most = entry.getKey();
                count = entry.getValue().size();
            }
        }
        return most;
    }

    private static @Nullable Value wanted(Candidate<?> candidate, Subject subject) {
        for (Condition condition : candidate.conditions()) {
            if (condition instanceof Condition.Exact(Subject of, Value value) && of.equals(subject)) {
                return value;
            }
        }
        return null;
    }

    /** Tried one after the other. */
    final class InOrder<T> implements Choice<T> {
        private final Candidate<T>[] candidates;

        @SuppressWarnings({"unchecked", "rawtypes"})
        InOrder(List<Candidate<T>> candidates) {
            this.candidates = candidates.toArray(new Candidate[0]);
        }

        @Override
        public @Nullable Candidate<T> find(RequestHead head) {
            for (Candidate<T> candidate : candidates) {
                if (candidate.fits(head)) {
                    return candidate;
                }
            }
            return null;
        }
    }

    /** Found by what one value of the request is, and then among those that do not care for it. */
    final class ByValue<T> implements Choice<T> {
        private final Subject subject;
        private final @Nullable Group<T>[] slots;
        private final Choice<T> rest;

        /** Those that want one value. */
        private record Group<T>(long hash, Value value, Choice<T> choice) {}

        @SuppressWarnings({"unchecked", "rawtypes"})
        ByValue(Subject subject, Map<Value, Choice<T>> choices, Choice<T> rest) {
            this.subject = subject;
            this.slots = new Group[Integer.highestOneBit(choices.size()) * 4];
            this.rest = rest;
            choices.forEach((value, choice) -> put(new Group<>(value.hash(), value, choice)));
        }

        private void put(Group<T> group) {
            int slot = slot(group.hash());
            while (slots[slot] != null) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = group;
        }

        private int slot(long hash) {
            int spread = (int) hash * 0x9e3779b9;
            return (spread ^ spread >>> 16) & (slots.length - 1);
        }

        @Override
        public @Nullable Candidate<T> find(RequestHead head) {
            Candidate<T> wanted = findWanted(head);
            Candidate<T> other = rest.find(head);
            if (wanted == null || other == null) {
                return wanted == null ? other : wanted;
            }
            return wanted.rank() < other.rank() ? wanted : other;
        }

        private @Nullable Candidate<T> findWanted(RequestHead head) {
            long hash = subject.hash(head);
            if (hash == Subject.ABSENT) {
                return null;
            }
            int slot = slot(hash);
            for (Group<T> group = slots[slot]; group != null; group = slots[slot]) {
                if (group.hash() == hash && subject.is(head, group.value())) {
                    return group.choice().find(head);
                }
                slot = (slot + 1) & (slots.length - 1);
            }
            return null;
        }
    }
}

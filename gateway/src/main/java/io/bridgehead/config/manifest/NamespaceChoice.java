package io.bridgehead.config.manifest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces from which something may attach.
 *
 * @param selector counts for SELECTOR only; null selects nothing
 */
public record NamespaceChoice(From from, @Nullable LabelSelector selector) {
    /** What holds for routes unless given. */
    public static final NamespaceChoice SAME = new NamespaceChoice(From.SAME, null);
    /** What holds for sets of listeners unless given. */
    public static final NamespaceChoice NONE = new NamespaceChoice(From.NONE, null);

    /** How namespaces are chosen. */
    public enum From {
        /** Every one. */
        ALL,
        /** By their labels. */
        SELECTOR,
        /** That of the gateway, or of the set of listeners. */
        SAME,
        /** Not one. */
        NONE
    }

    /** Whether what stands in a namespace with these labels may attach to what stands in {@code own}. */
    public boolean allows(String namespace, Map<String, String> labels, String own) {
        return switch (from) {
            case ALL -> true;
            case SELECTOR -> selector != null && selector.selects(labels);
            case SAME -> namespace.equals(own);
            case NONE -> false;
        };
    }

    /** Chooses by labels; all that is given must hold. With nothing in it, it selects everything. */
    public record LabelSelector(Map<String, String> matchLabels, List<Expression> matchExpressions) {
        public LabelSelector {
            matchLabels = Map.copyOf(matchLabels);
            matchExpressions = List.copyOf(matchExpressions);
        }

        /** Whether it selects what has these labels. */
        public boolean selects(Map<String, String> labels) {
            return matchLabels.entrySet().stream()
                            .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
                    && matchExpressions.stream().allMatch(expression -> expression.holds(labels));
        }
    }

    /**
     * What must hold for one label.
     *
     * @param values of IN and NOT_IN: at least one; of the others: none
     */
    public record Expression(String key, Operator operator, List<String> values) {
        public Expression {
            values = List.copyOf(values);
        }

        boolean holds(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
            };
        }
    }

    /** How a label is compared. */
    public enum Operator {
        /** It is there and has one of the values. */
        IN,
        /** It is not there, or has none of the values. */
        NOT_IN,
        /** It is there. */
        EXISTS,
        /** It is not there. */
        DOES_NOT_EXIST
    }
}

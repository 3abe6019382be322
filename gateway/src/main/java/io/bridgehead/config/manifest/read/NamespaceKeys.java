package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.NamespaceChoice;
import io.bridgehead.config.manifest.NamespaceChoice.Expression;
import io.bridgehead.config.manifest.NamespaceChoice.From;
import io.bridgehead.config.manifest.NamespaceChoice.LabelSelector;
import io.bridgehead.config.manifest.NamespaceChoice.Operator;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.Section;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that choose namespaces. */
final class NamespaceKeys {
    private static final int ENTRIES_MAX = 100;

    private static final Key<Map<String, String>> MATCH_LABELS = Key.defaulted(
            "matchLabels",
            new MapType<>("label", Words.qualifiedName(), Words.labelValue(), 0, ENTRIES_MAX),
            "{}",
            "Labels with their values.");
    private static final Key<String> LABEL = Key.required("key", Words.qualifiedName(), "The label.");
    private static final Key<Operator> OPERATOR =
            Key.required("operator", Words.choice(Operator.class), "How it is compared.");
    private static final Key<List<String>> VALUES = Key.defaulted(
            "values", new ListType<>(Words.labelValue(), 0, ENTRIES_MAX), "[]", "What it is compared with.");
    private static final Key<List<Expression>> MATCH_EXPRESSIONS = Key.defaulted(
            "matchExpressions",
            new ListType<>(
                    Section.of("matchExpressions", NamespaceKeys::expression, LABEL, OPERATOR, VALUES)
                            .tolerant(),
                    0,
                    ENTRIES_MAX),
            "[]",
            "What must hold of labels.");
    private static final Key<LabelSelector> SELECTOR = Key.optional(
            "selector",
            Section.of(
                            "selector",
                            fields -> new LabelSelector(fields.get(MATCH_LABELS), fields.get(MATCH_EXPRESSIONS)),
                            MATCH_LABELS,
                            MATCH_EXPRESSIONS)
                    .tolerant(),
            "The labels of the namespaces.");

    private NamespaceKeys() {}

    /** The key {@code namespaces} with these words for {@code from}. */
    static Key<NamespaceChoice> of(String fallback, String... words) {
        Key<String> from = Key.defaulted("from", Words.oneOf(words), fallback, "How namespaces are chosen.");
        return Key.defaulted(
                "namespaces",
                Section.of(
                                "namespaces",
                                fields -> new NamespaceChoice(
                                        From.valueOf(fields.get(from).toUpperCase(Locale.ROOT)), fields.find(SELECTOR)),
                                from,
                                SELECTOR)
                        .tolerant(),
                "{}",
                "The namespaces.");
    }

    private static @Nullable Expression expression(Fields fields) {
        Operator operator = fields.get(OPERATOR);
        boolean needsValues = operator == Operator.IN || operator == Operator.NOT_IN;
        if (needsValues == fields.get(VALUES).isEmpty()) {
            String count = needsValues ? "at least one" : "none";
            fields.refuse(
                    VALUES,
                    needsValues ? null : "a list of " + fields.get(VALUES).size(),
                    count + " for operator " + Words.written(operator),
                    null);
            return null;
        }
        return new Expression(fields.get(LABEL), operator, fields.get(VALUES));
    }
}

package io.bridgehead.config.schema;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A single value.
 *
 * @param form how it is written
 * @param expected what a message says after "expected"
 * @param pattern a regular expression for editors (ECMA-262), or null
 * @param choices all values there are, or an empty list when there are too many
 * @param secret whether messages print {@code ***} in its place
 * @param parser makes the value; throws IllegalArgumentException, whose message may hold a more exact "expected ..."
 */
public record ScalarType<T>(
        Form form,
        String expected,
        @Nullable String pattern,
        List<String> choices,
        boolean secret,
        Function<String, T> parser)
        implements Type<T> {
    /** How a scalar is written: the types of YAML's core schema. */
    public enum Form {
        /** Text; numbers and truth values need quotes to be text. */
        TEXT,
        /** A whole number. */
        INTEGER,
        /** A number. */
        NUMBER,
        /** true or false. */
        TRUTH,
        /** Text or a whole number, without quotes as well. */
        TEXT_OR_INTEGER
    }

    public ScalarType {
        choices = List.copyOf(choices);
    }

    /** Text. */
    public static <T> ScalarType<T> text(String expected, Function<String, T> parser) {
        return new ScalarType<>(Form.TEXT, expected, null, List.of(), false, parser);
    }

    /** The same with a pattern for editors. */
    public ScalarType<T> matching(String regularExpression) {
        return new ScalarType<>(form, expected, regularExpression, choices, secret, parser);
    }

    @Override
    public @Nullable T read(Value value, String path, Problems problems) {
        if (value instanceof Value.Refused) {
            return null;
        }
        if (!(value instanceof Value.Text text) || text.isNothing()) {
            problems.add(value, path, value.shown(), expected, null);
            return null;
        }
        if (!isForm(text)) {
            problems.add(value, path, shown(text), expected, quotesHint(text));
            return null;
        }
        try {
            return parser.apply(text.text());
        } catch (IllegalArgumentException e) {
            String hint = choices.isEmpty() ? null : Suggestion.question(text.text(), choices);
            problems.add(value, path, shown(text), moreExactly(e.getMessage()), hint);
            return null;
        }
    }

    private boolean isForm(Value.Text text) {
        return switch (form) {
            case TEXT -> !text.isNumber() && !text.isTruth();
            case INTEGER, NUMBER -> text.isNumber();
            case TRUTH -> text.isTruth();
            case TEXT_OR_INTEGER -> !text.isTruth();
        };
    }

    private @Nullable String quotesHint(Value.Text text) {
        if (form == Form.TEXT && choices.isEmpty() && !secret) {
            try {
                T asText = parser.apply(text.text());
                return asText == null ? null : "write \"" + text.text() + "\" in quotes to mean text";
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        return form != Form.TEXT && !text.plain() ? "write it without quotes" : null;
    }

    private String shown(Value.Text text) {
        return secret ? "'***'" : text.shown();
    }

    private String moreExactly(@Nullable String message) {
        int at = message == null ? -1 : message.lastIndexOf("expected ");
        return message == null || at < 0 ? expected : message.substring(at + "expected ".length());
    }
}

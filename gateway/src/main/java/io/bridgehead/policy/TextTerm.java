package io.bridgehead.policy;

import io.bridgehead.model.PathForm;
import java.util.List;

/**
 * What a policy asks of one text: that one of some patterns fits, and that none of others does.
 *
 * @param values at least one must fit; empty for any text
 * @param notValues none may fit
 */
public record TextTerm(List<TextPattern> values, List<TextPattern> notValues) {
    /** Asks for nothing. */
    public static final TextTerm NONE = new TextTerm(List.of(), List.of());

    public TextTerm {
        values = List.copyOf(values);
        notValues = List.copyOf(notValues);
    }

    /** Reads patterns as {@link TextPattern#parse} does. */
    public static TextTerm parse(List<String> values, List<String> notValues) {
        if (values.isEmpty() && notValues.isEmpty()) {
            return NONE;
        }
        return new TextTerm(
                values.stream().map(TextPattern::parse).toList(),
                notValues.stream().map(TextPattern::parse).toList());
    }

    /** Reads patterns over paths, which are compared in the form of {@link PathForm}. */
    public static TextTerm paths(List<String> values, List<String> notValues) {
        return parse(
                values.stream().map(PathForm::of).toList(),
                notValues.stream().map(PathForm::of).toList());
    }

    /** Whether it asks for anything. */
    boolean asks() {
        return !values.isEmpty() || !notValues.isEmpty();
    }

    boolean fits(String text) {
        return fits(text, 0, text.length());
    }

    boolean fits(String whole, int start, int end) {
        return (values.isEmpty() || any(values, whole, start, end)) && !any(notValues, whole, start, end);
    }

    /** Whether one of several texts is what is asked for, and none what it must not be. */
    boolean fitsOneOf(List<String> texts) {
        boolean found = values.isEmpty();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            if (any(notValues, text, 0, text.length())) {
                return false;
            }
            found |= !found && any(values, text, 0, text.length());
        }
        return found;
    }

    /** Whether one of the patterns of which one must fit does so that has this character. */
    boolean wants(char character, String text) {
        return anyWith(character, values, text);
    }

    /** Whether one of the patterns fits of which none may. */
    boolean excludes(String text) {
        return any(notValues, text, 0, text.length());
    }

    /** Whether one of the patterns fits of which none may, that has this character. */
    boolean excludes(char character, String text) {
        return anyWith(character, notValues, text);
    }

    private static boolean anyWith(char character, List<TextPattern> patterns, String text) {
        for (int i = 0; i < patterns.size(); i++) {
            TextPattern pattern = patterns.get(i);
            if (pattern.text().indexOf(character) >= 0 && pattern.fits(text, 0, text.length())) {
                return true;
            }
        }
        return false;
    }

    /** Whether it asks for something that must be there. */
    boolean wants() {
        return !values.isEmpty();
    }

    /** Whether a text that is not there fits: only where nothing is asked but what it must not be. */
    boolean fitsNothing() {
        return values.isEmpty();
    }

    private static boolean any(List<TextPattern> patterns, String whole, int start, int end) {
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).fits(whole, start, end)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return notValues.isEmpty() ? values.toString() : values + " not " + notValues;
    }
}

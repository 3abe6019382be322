package io.bridgehead.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression (RE2 syntax) that a whole text fits or not. The time grows with the text times the expression's program, never
 * with how the two are made.
 *
 * <p><b>Limits</b>: {@link #CHARACTERS_MAX} and {@link #PROGRAM_MAX}, the second also for the expression with its repetitions written
 * out, which is what compiling costs.
 */
final class Expression {
    static final int CHARACTERS_MAX = 1024;
    /** Instructions: the worst expression and the longest value that a client may send take some 60 ms of CPU together. */
    static final int PROGRAM_MAX = 1000;

    private static final String META = "\\.[]{}()*+?|^$";
    private static final String OPTIONAL = "*?{";

    private final Pattern pattern;
    private final String beginning;

    private Expression(Pattern pattern, String beginning) {
        this.pattern = pattern;
        this.beginning = beginning;
    }

    /** @throws IllegalArgumentException if the text is no expression, or one too large */
    static Expression of(String text) {
        if (text.isEmpty() || text.length() > CHARACTERS_MAX) {
            throw problem(text, "expected 1 to " + CHARACTERS_MAX + " characters");
        }
        try {
            if (ExpressionSize.of(text) > PROGRAM_MAX) {
                throw tooLarge(text);
            }
            Pattern pattern = Pattern.compile(text);
            if (pattern.programSize() > PROGRAM_MAX) {
                throw tooLarge(text);
            }
            return new Expression(pattern, beginning(text));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "expression '" + shown(text) + "': expected RE2 syntax: " + e.getDescription(), e);
        }
    }

    /** Whether the whole text fits. */
    boolean fits(String text) {
        return mayFit(text) && pattern.matches(text);
    }

    /** Whether a text, or a longer one, begins so that it could fit. It spares most texts the engine. */
    boolean mayFit(String text) {
        return text.startsWith(beginning);
    }

    /** What every text that fits begins with; perhaps nothing. It holds no {@code ?}. */
    String beginning() {
        return beginning;
    }

    private static String beginning(String text) {
        if (text.indexOf('|') >= 0) {
            return "";
        }
        int from = text.charAt(0) == '^' ? 1 : 0;
        int end = from;
        while (end < text.length() && text.charAt(end) < 0x80 && META.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        boolean lastIsOptional = end < text.length() && OPTIONAL.indexOf(text.charAt(end)) >= 0;
        return text.substring(from, lastIsOptional && end > from ? end - 1 : end);
    }

    private static IllegalArgumentException tooLarge(String text) {
        return problem(text, "expected at most " + PROGRAM_MAX + " instructions, with repetitions written out");
    }

    private static IllegalArgumentException problem(String text, String expected) {
        return new IllegalArgumentException("expression '" + shown(text) + "': " + expected);
    }

    private static String shown(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}

package io.bridgehead.config.manifest.read;

import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.ScalarType.Form;
import io.bridgehead.config.schema.Scalars;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of single values that manifests are made of, with the bounds that the API gives them. */
final class Words {
    /** A DNS subdomain (RFC 1123) in lower case. */
    private static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,5}(h|ms|m|s)){1,4}");
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,5})(h|ms|m|s)");
    private static final int NAME_MAX = 253;
    private static final int LABEL_MAX = 63;

    private Words() {}

    /** The name of a manifest: a DNS subdomain. */
    static ScalarType<String> name() {
        return matching("a name of 1 to 253 characters of a-z, 0-9, '-' and '.'", SUBDOMAIN, NAME_MAX);
    }

    /** The name of something that is referred to. */
    static ScalarType<String> objectName() {
        return text("a name", 1, NAME_MAX);
    }

    /** A namespace: a DNS label. */
    static ScalarType<String> namespace() {
        return matching(
                "a namespace of 1 to 63 characters of a-z, 0-9 and '-'", "[a-z0-9]([-a-z0-9]*[a-z0-9])?", LABEL_MAX);
    }

    /** An API group; empty for the core group. */
    static ScalarType<String> group() {
        return matching("an API group, such as gateway.networking.k8s.io, or \"\"", "(" + SUBDOMAIN + ")?", NAME_MAX);
    }

    /** A kind. */
    static ScalarType<String> kind() {
        return matching("a kind, such as Service", "[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?", LABEL_MAX);
    }

    /** The name of a section: a DNS subdomain. */
    static ScalarType<String> sectionName() {
        return matching("a name of 1 to 253 characters of a-z, 0-9, '-' and '.'", SUBDOMAIN, NAME_MAX);
    }

    /** A host name, also with a leading {@code *.}. */
    static ScalarType<String> hostname() {
        return matching(
                "a host name in lower case, such as orders.example.com or *.example.com",
                "(\\*\\.)?" + SUBDOMAIN,
                NAME_MAX);
    }

    /** A host name without a wildcard. */
    static ScalarType<String> preciseHostname() {
        return matching(
                "a host name in lower case without a wildcard, such as orders.example.com", SUBDOMAIN, NAME_MAX);
    }

    /** The name of a header field or of a query parameter: a token (RFC 9110, section 5.6.2). */
    static ScalarType<String> headerName() {
        return matching("a name of 1 to 256 letters, digits and !#$%&'*+-.^_`|~", "[A-Za-z0-9!#$%&'*+\\-.^_`|~]+", 256);
    }

    /** The value of a header field: visible ASCII characters with spaces and tabs between them (RFC 9110, section 5.5). */
    static ScalarType<String> headerValue() {
        String expected = "1 to 4096 visible ASCII characters, with spaces and tabs between them only";
        return ScalarType.text(expected, text -> {
            boolean fits = text.length() <= 4096
                    && !text.isEmpty()
                    && text.strip().length() == text.length()
                    && text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f));
            return required(text, fits, expected);
        });
    }

    /** A port. */
    static ScalarType<Integer> port() {
        return Scalars.integer(1, 65535);
    }

    /** Text within a bound. */
    static ScalarType<String> text(String what, int lengthMin, int lengthMax) {
        String expected = what + " of " + lengthMin + " to " + lengthMax + " characters";
        return ScalarType.text(
                expected, text -> required(text, text.length() >= lengthMin && text.length() <= lengthMax, expected));
    }

    /** Any text. */
    static ScalarType<String> anyText() {
        return ScalarType.text("text", text -> text);
    }

    /** Text of a form, checked after its length. */
    static ScalarType<String> matching(String expected, String regularExpression, int lengthMax) {
        Pattern pattern = Pattern.compile(regularExpression);
        return ScalarType.text(
                expected,
                text -> required(
                        text,
                        text.length() <= lengthMax && pattern.matcher(text).matches(),
                        expected));
    }

    /** A key of labels, annotations and options: a name of at most 63 characters, perhaps behind a domain and a slash. */
    static ScalarType<String> qualifiedName() {
        return matching(
                "a name such as app or example.com/app",
                "(" + SUBDOMAIN + "/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]",
                NAME_MAX + 1 + LABEL_MAX);
    }

    /** The value of a label. */
    static ScalarType<String> labelValue() {
        return matching(
                "at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
                "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
                LABEL_MAX);
    }

    /** A duration (GEP-2257), such as {@code 1m30s}. */
    static ScalarType<Duration> duration() {
        String expected = "a duration of one to four parts with unit h, m, s or ms, such as 1m30s";
        return ScalarType.text(expected, text -> {
            required(text, text.length() <= 28 && DURATION.matcher(text).matches(), expected);
            Duration sum = Duration.ZERO;
            Matcher part = DURATION_PART.matcher(text);
            while (part.find()) {
                long number = Long.parseLong(part.group(1));
                sum = sum.plus(
                        switch (part.group(2)) {
                            case "h" -> Duration.ofHours(number);
                            case "m" -> Duration.ofMinutes(number);
                            case "s" -> Duration.ofSeconds(number);
                            default -> Duration.ofMillis(number);
                        });
            }
            return sum;
        });
    }

    /** A moment (RFC 3339). */
    static ScalarType<Instant> moment() {
        String expected = "a time such as 2026-01-31T09:30:00Z";
        return ScalarType.text(expected, text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("expected " + expected, e);
            }
        });
    }

    /** A whole number that is not negative. */
    static ScalarType<Long> count() {
        String expected = "a whole number from 0";
        return new ScalarType<>(Form.INTEGER, expected, null, List.of(), false, text -> {
            required(text, text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9'), expected);
            return Long.parseLong(text);
        });
    }

    /** A number or a name. */
    static ScalarType<String> portOrName() {
        String expected = "a port from 1 to 65535, or the name of a port";
        Pattern name = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
        return new ScalarType<>(Form.TEXT_OR_INTEGER, expected, null, List.of(), false, text -> {
            boolean number = text.chars().allMatch(c -> c >= '0' && c <= '9');
            boolean fits = number
                    ? text.length() <= 5 && !text.isEmpty() && isPort(Integer.parseInt(text))
                    : text.length() <= 15 && name.matcher(text).matches();
            return required(text, fits, expected);
        });
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= 65535;
    }

    /** One of the constants, written as the API writes words: {@code PATH_PREFIX} is {@code PathPrefix}. */
    static <E extends Enum<E>> ScalarType<E> choice(Class<E> type) {
        return Scalars.choice(type, Words::written);
    }

    /** How the API writes the name of a constant. */
    static String written(Enum<?> constant) {
        StringBuilder word = new StringBuilder();
        for (String part : constant.name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    /** One of these words. */
    static ScalarType<String> oneOf(String... words) {
        List<String> all = List.of(words);
        String expected = "one of " + String.join(", ", words);
        return new ScalarType<>(
                Form.TEXT, expected, null, all, false, text -> required(text, all.contains(text), expected));
    }

    private static String required(String text, boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected);
        }
        return text;
    }
}

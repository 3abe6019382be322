package io.bridgehead.config.read;

import io.bridgehead.config.AuthorizationSpec.Values;
import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Types of what AuthorizationPolicy documents ask for. Kept as text, because what it means is for {@code policy} to say. */
final class AccessTypes {
    private static final String HEADER = "request.headers[";
    private static final Pattern HEADER_KEY = Pattern.compile("request\\.headers\\[[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}]");
    private static final Pattern CLAIM_KEY = Pattern.compile("request\\.auth\\.claims(\\[[^\\[\\]]{1,128}]){1,8}");
    private static final Pattern HOST =
            Pattern.compile("(\\*\\.?)?[a-z0-9_]([a-z0-9_.-]{0,250}[a-z0-9_])?(\\.?\\*)?|\\*|[0-9a-f:]{2,39}");
    private static final Pattern METHOD = Pattern.compile("\\*|[A-Z-]{1,32}");
    private static final Pattern PATH = Pattern.compile("/[^?#\\s]*|\\*[^?#\\s*]*");
    private static final Pattern ESCAPE = Pattern.compile(
            "%(?![0-9A-Fa-f]{2})|%(2D|2E|5F|7E|3[0-9]|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])", Pattern.CASE_INSENSITIVE);
    /** Conditions by key, in the words of messages; a header field's is any name in brackets. */
    private static final List<String> KEYS = List.of(
            "source.principal",
            "source.namespace",
            "source.site",
            "source.trustDomain",
            "destination.port",
            "connection.sni",
            "request.auth.principal",
            "request.auth.audiences",
            "request.auth.presenter");

    private AccessTypes() {}

    static ScalarType<String> principal() {
        return judged(
                "a SPIFFE ID, one that ends in /*, */ and the end of a path, or *",
                text -> text.equals("*") || (text.startsWith("*/") ? isEnd(text) : isIdentity(text)));
    }

    private static boolean isEnd(String text) {
        return SpiffeId.parse("spiffe://any" + text.substring(1)).path().length() > 1;
    }

    private static boolean isIdentity(String text) {
        return IdentityPattern.parse(text.startsWith("spiffe://") ? text : "spiffe://" + text)
                .path()
                .startsWith("/");
    }

    /** Any text, with an asterisk at one end for more; numbers need no quotes. */
    static ScalarType<String> pattern(String what) {
        return new ScalarType<>(
                ScalarType.Form.TEXT_OR_INTEGER,
                what + " of 1 to 1024 characters; begin*, *end, or * for any",
                null,
                List.of(),
                false,
                text -> {
                    if (text.isEmpty() || text.length() > 1024) {
                        throw new IllegalArgumentException("expected " + what + " of 1 to 1024 characters");
                    }
                    return text;
                });
    }

    /** A value of another type, as it was written. */
    static ScalarType<String> written(ScalarType<?> type) {
        Function<String, ?> parser = type.parser();
        return new ScalarType<>(type.form(), type.expected(), type.pattern(), type.choices(), false, text -> {
            return parser.apply(text) == null ? "" : text;
        });
    }

    static ScalarType<String> host() {
        return fitting("a host in lower case without a port, such as shop.example, *.example or *", HOST);
    }

    static ScalarType<String> method() {
        return fitting("an HTTP method in upper case, such as GET, or *", METHOD);
    }

    /** A path in the form that the guard leaves, or it would never fit. */
    static ScalarType<String> path() {
        return judged(
                "a path without a query, such as /api/*, *.pdf or *, with no escape of an unreserved character",
                text -> text.length() <= 1024
                        && PATH.matcher(text).matches()
                        && !ESCAPE.matcher(text).find());
    }

    static ScalarType<String> port() {
        ScalarType<Integer> number = Scalars.integer(1, 65_535);
        return new ScalarType<>(
                ScalarType.Form.TEXT_OR_INTEGER,
                number.expected(),
                null,
                List.of(),
                false,
                text -> Integer.toString(number.parser().apply(text)));
    }

    static ScalarType<String> conditionKey() {
        String expected = "request.headers[<name>], request.auth.claims[<name>] or one of " + String.join(", ", KEYS);
        return new ScalarType<>(ScalarType.Form.TEXT, expected, null, List.of(), false, text -> {
            boolean named = HEADER_KEY.matcher(text).matches()
                    || CLAIM_KEY.matcher(text).matches();
            if (!named && !KEYS.contains(text)) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return text;
        });
    }

    /** What is wrong with values for a key, in words of what is expected; null for nothing. */
    static @Nullable String problem(String key, Values values) {
        if (key.startsWith(HEADER)) {
            return null;
        }
        ScalarType<?> type = switch (key) {
            case "source.principal" -> principal();
            case "source.site" -> ScalarType.text("names of sites", SiteName::new);
            case "source.trustDomain" -> ScalarType.text("names of trust domains", TrustDomain::new);
            case "destination.port" -> port();
            default -> pattern("a value");
        };
        try {
            boolean read = Stream.concat(values.values().stream(), values.notValues().stream())
                    .map(type.parser())
                    .allMatch(Objects::nonNull);
            return read ? null : type.expected();
        } catch (IllegalArgumentException e) {
            return type.expected();
        }
    }

    private static ScalarType<String> fitting(String expected, Pattern pattern) {
        return judged(expected, text -> pattern.matcher(text).matches());
    }

    private static ScalarType<String> judged(String expected, Predicate<String> valid) {
        return ScalarType.text(expected, text -> {
            if (!valid.test(text)) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return text;
        });
    }
}

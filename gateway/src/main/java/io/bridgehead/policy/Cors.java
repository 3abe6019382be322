package io.bridgehead.policy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which other origins may call from browsers (Gateway API v1, HTTPCORSFilter; the Fetch standard). It answers preflight requests itself and has
 * the only word on other answers: what an endpoint says of it is taken away. An origin that may not call gets answers without a word of it, and
 * its browser keeps them from the page.
 *
 * <p>{@code *} is written out where it says what is meant. It is not for requests with credentials, nor for the names of header fields of a
 * request, where browsers do not take it for {@code Authorization}: there what the browser asked for is named. Immutable.
 */
public final class Cors {
    private static final HeaderName ORIGIN = HeaderName.of("origin");
    private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
    private static final HeaderName REQUEST_HEADERS = HeaderName.of("access-control-request-headers");
    private static final HeaderName ALLOW_ORIGIN = HeaderName.of("access-control-allow-origin");
    private static final HeaderName ALLOW_CREDENTIALS = HeaderName.of("access-control-allow-credentials");
    private static final HeaderName ALLOW_METHODS = HeaderName.of("access-control-allow-methods");
    private static final HeaderName ALLOW_HEADERS = HeaderName.of("access-control-allow-headers");
    private static final HeaderName EXPOSE_HEADERS = HeaderName.of("access-control-expose-headers");
    private static final HeaderName MAX_AGE = HeaderName.of("access-control-max-age");
    private static final HeaderName VARY = HeaderName.of("vary");

    private static final String PREFLIGHT_METHOD = "OPTIONS";
    private static final String ALL = "*";
    private static final byte[] PREFIX = "access-control-".getBytes(StandardCharsets.US_ASCII);
    private static final String VARY_PREFLIGHT =
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    /** What a page never sees, whatever is exposed (Fetch, forbidden response-header name). */
    private static final Set<String> NEVER_EXPOSED = Set.of("set-cookie", "set-cookie2");

    private final Terms terms;
    private final List<CorsOrigin> origins;
    private final boolean anyOrigin;
    private final boolean anyMethod;
    private final boolean anyHeader;
    private final boolean exposesAll;
    private final String methods;
    private final String headers;
    private final String exposed;

    /** What the document says. */
    private record Terms(
            List<String> allowOrigins,
            boolean allowCredentials,
            List<String> allowMethods,
            List<String> allowHeaders,
            List<String> exposeHeaders,
            Duration maxAge) {}

    /**
     * @param allowOrigins {@code scheme://host(:port)}, with {@code *} as the host or its first label, or {@code *} alone
     * @param allowMethods may be {@code *}
     * @param allowHeaders may be {@code *}
     * @param exposeHeaders may be {@code *}
     * @param maxAge how long a browser may remember the answer to a preflight request; whole seconds, 1 or more
     * @throws IllegalArgumentException saying which value is not as expected
     */
    public Cors(
            List<String> allowOrigins,
            boolean allowCredentials,
            List<String> allowMethods,
            List<String> allowHeaders,
            List<String> exposeHeaders,
            Duration maxAge) {
        this.terms = new Terms(
                List.copyOf(allowOrigins),
                allowCredentials,
                tokens("method", allowMethods),
                tokens("header", allowHeaders),
                tokens("header", exposeHeaders),
                maxAge);
        if (maxAge.toSeconds() < 1) {
            throw new IllegalArgumentException("maxAge " + maxAge.toSeconds() + ": expected 1 second or more");
        }
        this.origins = allowOrigins.stream().map(CorsOrigin::parse).toList();
        this.anyOrigin = origins.stream().anyMatch(CorsOrigin::isEvery);
        this.anyMethod = allowMethods.contains(ALL);
        this.anyHeader = allowHeaders.contains(ALL);
        this.exposesAll = exposeHeaders.contains(ALL);
        this.methods = String.join(", ", allowMethods);
        this.headers = String.join(", ", allowHeaders);
        this.exposed = String.join(", ", exposeHeaders);
    }

    private static List<String> tokens(String what, List<String> names) {
        for (String name : names) {
            if (!isTokens(name) || name.indexOf(',') >= 0 || name.indexOf(' ') >= 0) {
                throw new IllegalArgumentException(what + " '" + name + "': expected a name, or '*'");
            }
        }
        return List.copyOf(names);
    }

    /** The origin that a request names for {@link #decorate}, or null when it names none, or more than one. */
    public static @Nullable String origin(RequestHead head) {
        int i = head.fields().indexOf(ORIGIN, 0);
        return i < 0 || head.fields().indexOf(ORIGIN, i + 1) >= 0
                ? null
                : head.fields().value(i);
    }

    /** The method that a preflight request asks about; null for any other request. */
    public static @Nullable String asked(RequestHead head) {
        return head.method().equals(PREFLIGHT_METHOD) && origin(head) != null
                ? head.fields().first(REQUEST_METHOD)
                : null;
    }

    /**
     * The fields of the answer to a preflight request, which has status 200 and no body; null for any other request, which goes on to its
     * endpoint.
     */
    public @Nullable HeaderFields preflight(RequestHead head) {
        String method = asked(head);
        String origin = method == null ? null : origin(head);
        if (origin == null || method == null) {
            return null;
        }
        HeaderFields answer = new HeaderFields();
        answer.add(VARY, VARY_PREFLIGHT);
        if (!allows(origin)) {
            return answer;
        }
        addOrigin(answer, origin);
        addMethods(answer, method);
        addHeaders(answer, head.fields().first(REQUEST_HEADERS));
        if (!exposed.isEmpty() && !(exposesAll && terms.allowCredentials)) {
            answer.add(EXPOSE_HEADERS, exposed);
        }
        answer.add(MAX_AGE, terms.maxAge.toSeconds());
        return answer;
    }

    private void addOrigin(HeaderFields answer, String origin) {
        answer.add(ALLOW_ORIGIN, anyOrigin && !terms.allowCredentials ? ALL : origin);
        if (terms.allowCredentials) {
            answer.add(ALLOW_CREDENTIALS, "true");
        }
    }

    private void addMethods(HeaderFields answer, String requested) {
        if (!anyMethod) {
            addUnlessEmpty(answer, ALLOW_METHODS, methods);
        } else if (!terms.allowCredentials) {
            answer.add(ALLOW_METHODS, ALL);
        } else if (isTokens(requested)) {
            addUnlessEmpty(answer, ALLOW_METHODS, requested);
        }
    }

    private void addHeaders(HeaderFields answer, @Nullable String requested) {
        if (!anyHeader) {
            addUnlessEmpty(answer, ALLOW_HEADERS, headers);
        } else if (requested != null && isTokens(requested)) {
            addUnlessEmpty(answer, ALLOW_HEADERS, requested);
        } else if (requested == null && !terms.allowCredentials) {
            answer.add(ALLOW_HEADERS, ALL);
        }
    }

    private static void addUnlessEmpty(HeaderFields answer, HeaderName name, String value) {
        if (!value.isEmpty()) {
            answer.add(name, value);
        }
    }

    /**
     * Says in an endpoint's answer what holds here, instead of what it said.
     *
     * @param origin as {@link #origin} gave it when the request came
     */
    public void decorate(@Nullable String origin, HeaderFields answer) {
        answer.removePrefixed(PREFIX);
        if (!anyOrigin || terms.allowCredentials) {
            addVary(answer);
        }
        if (origin == null || !allows(origin)) {
            return;
        }
        String names = exposesAll && terms.allowCredentials ? names(answer) : exposed;
        addOrigin(answer, origin);
        addUnlessEmpty(answer, EXPOSE_HEADERS, names);
    }

    private boolean allows(String origin) {
        CorsOrigin requested = CorsOrigin.of(origin);
        for (int i = 0; i < origins.size(); i++) {
            if (origins.get(i).fits(requested)) {
                return true;
            }
        }
        return false;
    }

    private static void addVary(HeaderFields answer) {
        for (int i = answer.indexOf(VARY, 0); i >= 0; i = answer.indexOf(VARY, i + 1)) {
            for (String name : answer.value(i).toLowerCase(Locale.ROOT).split(",", -1)) {
                if (name.strip().equals("origin") || name.strip().equals(ALL)) {
                    return;
                }
            }
        }
        answer.add(VARY, "Origin");
    }

    private static String names(HeaderFields answer) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < answer.size(); i++) {
            String name = answer.name(i);
            if (!NEVER_EXPOSED.contains(name) && !names.contains(name)) {
                names.add(name);
            }
        }
        return String.join(", ", names);
    }

    private static boolean isTokens(String list) {
        return !list.isEmpty()
                && list.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "!#$%&'*+-.^_`|~, ".indexOf(c) >= 0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cors that && terms.equals(that.terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }

    @Override
    public String toString() {
        return terms.toString();
    }
}

package io.bridgehead.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of the access log as text, in the syntax of Envoy's command operators: text with operators between percent signs, {@code %%} for
 * one of these.
 *
 * @param parts in their order
 */
public record AccessFormat(List<Part> parts) {
    /**
     * What is written unless told otherwise: the columns of Envoy's own default, with the time to the answer's head as this node sees it where that has
     * {@code X-ENVOY-UPSTREAM-SERVICE-TIME} of the answer, and behind them what a refusal needs.
     */
    public static final String DEFAULT =
            "[%START_TIME%] \"%REQ(:METHOD)% %REQ_WITHOUT_QUERY(:PATH)% %PROTOCOL%\" %RESPONSE_CODE%"
                    + " %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESPONSE_DURATION% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\""
                    + " \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %TRACE_ID% %ERROR_TYPE% %CULPRIT%";

    private static final int PARTS_MAX = 200;
    private static final Pattern OPERATOR =
            Pattern.compile("%(?:%|([A-Z_]{1,64})(?:\\(([^()%]{0,256})\\))?(?::([0-9]{1,5}))?%)");
    private static final Pattern FIELD = Pattern.compile(":?[!#$%&'*+.^_`|~0-9a-z-]{1,128}");
    private static final Set<String> PSEUDO = Set.of(":method", ":path", ":authority", ":scheme");
    /** Credentials as standards, gateways and clouds name them. */
    private static final Set<String> SECRETS = Set.of(
            "api-key",
            "apikey",
            "authorization",
            "bridgehead-origin",
            "cf-access-jwt-assertion",
            "cookie",
            "dpop",
            "ocp-apim-subscription-key",
            "private-token",
            "proxy-authorization",
            "set-cookie",
            "x-access-token",
            "x-amz-security-token",
            "x-amzn-oidc-accesstoken",
            "x-amzn-oidc-data",
            "x-api-key",
            "x-apikey",
            "x-auth-token",
            "x-csrf-token",
            "x-csrftoken",
            "x-forwarded-access-token",
            "x-forwarded-authorization",
            "x-gitlab-token",
            "x-goog-api-key",
            "x-goog-iap-jwt-assertion",
            "x-id-token",
            "x-ms-token-aad-access-token",
            "x-ms-token-aad-id-token",
            "x-original-authorization",
            "x-refresh-token",
            "x-session-token",
            "x-subject-token",
            "x-vault-token",
            "x-xsrf-token");

    public AccessFormat {
        parts = List.copyOf(parts);
    }

    /** What an operator stands for. */
    public enum Operator {
        START_TIME,
        REQ,
        REQ_WITHOUT_QUERY,
        RESP,
        PROTOCOL,
        RESPONSE_CODE,
        RESPONSE_CODE_DETAILS,
        RESPONSE_FLAGS,
        BYTES_RECEIVED,
        BYTES_SENT,
        DURATION,
        RESPONSE_DURATION,
        GRPC_STATUS,
        UPSTREAM_HOST,
        UPSTREAM_CLUSTER,
        UPSTREAM_REQUEST_ATTEMPT_COUNT,
        DOWNSTREAM_REMOTE_ADDRESS,
        DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT,
        DOWNSTREAM_PEER_URI_SAN,
        ROUTE_NAME,
        STREAM_ID,
        TRACE_ID,
        SPAN_ID,
        SERVICE,
        SOURCE_SITE,
        DESTINATION_SITE,
        TIER,
        LISTENER,
        REVISION,
        ERROR_TYPE,
        CULPRIT,
        DETAIL;

        boolean takesField() {
            return this == REQ || this == REQ_WITHOUT_QUERY || this == RESP;
        }
    }

    /**
     * Text, or an operator.
     *
     * @param text what stands there as it is; empty for an operator
     * @param operator null for text
     * @param field the name of a header field in lower case, or {@code :method} and the like; empty for other operators
     * @param otherwise the field to take where that one is not there; empty for none
     * @param charactersMax what is longer is cut; {@link Integer#MAX_VALUE} for no bound
     */
    public record Part(String text, @Nullable Operator operator, String field, String otherwise, int charactersMax) {
        static Part text(String text) {
            return new Part(text, null, "", "", Integer.MAX_VALUE);
        }
    }

    /**
     * Reads a format.
     *
     * @throws IllegalArgumentException which says what was expected
     */
    public static AccessFormat parse(String format) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = OPERATOR.matcher(format);
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            if (c != '%') {
                require(c >= ' ' && c != 0x7f, "no control characters in a line of the access log");
                text.append(c);
                at++;
                continue;
            }
            require(matcher.find(at) && matcher.start() == at, "%OPERATOR% or %% at '" + start(format, at) + "'");
            String name = matcher.group(1);
            if (name == null) {
                text.append('%');
            } else {
                if (!text.isEmpty()) {
                    parts.add(Part.text(text.toString()));
                    text.setLength(0);
                }
                parts.add(operator(name, matcher.group(2), matcher.group(3)));
            }
            at = matcher.end();
        }
        if (!text.isEmpty()) {
            parts.add(Part.text(text.toString()));
        }
        require(parts.size() <= PARTS_MAX, "at most " + PARTS_MAX + " operators and texts between them");
        return new AccessFormat(parts);
    }

    private static String start(String format, int at) {
        return format.substring(at, Math.min(format.length(), at + 24));
    }

    private static Part operator(String name, @Nullable String argument, @Nullable String length) {
        Operator operator = null;
        for (Operator known : Operator.values()) {
            if (known.name().equals(name)) {
                operator = known;
            }
        }
        if (operator == null) {
            throw new IllegalArgumentException("expected an operator that is known in place of %" + name + "%");
        }
        int max = length == null ? Integer.MAX_VALUE : Integer.parseInt(length);
        if (!operator.takesField()) {
            require(argument == null, "%" + name + "% without an argument");
            return new Part("", operator, "", "", max);
        }
        String[] fields = argument == null
                ? new String[0]
                : argument.toLowerCase(Locale.ROOT).split("\\?", -1);
        require(fields.length == 1 || fields.length == 2, "%" + name + "(FIELD)% or %" + name + "(FIELD?OTHER)%");
        for (String field : fields) {
            boolean known = field.startsWith(":")
                    ? operator != Operator.RESP && PSEUDO.contains(field)
                    : FIELD.matcher(field).matches();
            require(known, "the name of a header field in %" + name + "(" + argument + ")%");
            require(
                    !SECRETS.contains(field),
                    "a header field that holds no secret in %" + name + "(" + argument + ")%");
        }
        return new Part("", operator, fields[0], fields.length == 2 ? fields[1] : "", max);
    }

    private static void require(boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected);
        }
    }
}

package io.bridgehead.config.read;

import io.bridgehead.config.ExternalCheckSpec;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.ServiceName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of a service's external authorization. */
final class ExternalCheckKeys {
    private static final int HEADERS_MAX = 50;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern PATH = Pattern.compile("/[!$&'()*+,;=:@A-Za-z0-9._~/-]{1,255}");
    /** What carries a message from one connection to the next. */
    private static final Set<String> CARRYING = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "http2-settings",
            "expect",
            "via");
    /** What this node itself says to endpoints of where a request comes from. */
    private static final Set<String> SAID_HERE =
            Set.of("forwarded", "x-real-ip", "x-request-id", "traceparent", "tracestate", "b3", "proxy");

    private static final String OF_NODES = "bridgehead-";
    private static final String OF_EDGES = "x-forwarded-";

    /** What becomes of a request when nobody answers. */
    private enum OnFailure {
        DENY,
        ALLOW
    }

    private static final Key<ServiceName> SERVICE = Key.required(
            "service",
            Scalars.serviceName(),
            "A `Service` of the fabric that is asked, by HTTP, wherever it is served; nobody else is asked about the question.");
    private static final Key<String> PATH_PREFIX = Key.optional(
            "path", path(), "What stands before the path of the request in the question. Without it: nothing.");
    private static final Key<Duration> TIMEOUT = Key.defaulted(
            "timeout",
            Scalars.duration("10ms", "10s"),
            "200ms",
            "From the question to the head of its answer, whatever is tried again in between.");
    private static final Key<OnFailure> ON_FAILURE = Key.defaulted(
            "onFailure",
            Scalars.choice(OnFailure.class, one -> one.name().toLowerCase(Locale.ROOT)),
            "deny",
            "Whether requests are refused or pass when there is no answer in time, or one from 500 on.");
    private static final Key<List<String>> SEND = names(
            "sendHeaders",
            false,
            "Header fields of the request that the question has beside `authorization`, `x-request-id`, the trace, `x-forwarded-for`, `x-forwarded-proto` and `x-forwarded-client-cert`. A token that a listener with `jwt` has judged is in none of them, unless `forward: true`.");
    private static final Key<List<String>> TO_REQUEST = names(
            "addToRequest",
            true,
            "Header fields of the answer 200 that the endpoint gets. What a client sends in them, in trailers too, is removed in any case.");
    private static final Key<List<String>> TO_ANSWER = names(
            "addToAnswer",
            false,
            "Header fields of any other answer that the client gets, such as `www-authenticate` or `location`.");
    static final Section<ExternalCheckSpec> CHECK = Section.of(
            "spec.externalAuthorization",
            ExternalCheckKeys::build,
            SERVICE,
            PATH_PREFIX,
            TIMEOUT,
            ON_FAILURE,
            SEND,
            TO_REQUEST,
            TO_ANSWER);

    private ExternalCheckKeys() {}

    private static @Nullable ExternalCheckSpec build(Fields fields) {
        String path = fields.find(PATH_PREFIX);
        int problems = fields.problems();
        ExternalCheckSpec spec = new ExternalCheckSpec(
                fields.get(SERVICE).value(),
                path == null ? "" : path,
                fields.get(TIMEOUT),
                fields.get(ON_FAILURE) == OnFailure.ALLOW,
                new ExternalCheckSpec.Headers(once(fields, SEND), once(fields, TO_REQUEST), once(fields, TO_ANSWER)));
        return fields.problems() > problems ? null : spec;
    }

    /** Names of which none is there twice, in whatever case it is written. */
    private static List<String> once(Fields fields, Key<List<String>> key) {
        List<String> names = fields.get(key);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            if (!seen.add(names.get(i))) {
                fields.refuse(key.name() + "[" + i + "]", "'" + names.get(i) + "' twice", "each name once", null);
            }
        }
        return names;
    }

    private static Key<List<String>> names(String key, boolean forEndpoints, String meaning) {
        return Key.defaulted(key, new ListType<>(name(forEndpoints), 0, HEADERS_MAX), "[]", meaning);
    }

    private static ScalarType<String> name(boolean forEndpoints) {
        String expected = "the name of a header field that is no part of how messages are carried"
                + (forEndpoints ? ", and none that nodes set themselves," : ",") + " such as x-user";
        return ScalarType.text(expected, text -> {
            String lower = text.toLowerCase(Locale.ROOT);
            boolean own = CARRYING.contains(lower) || lower.startsWith(OF_NODES);
            boolean said = forEndpoints && (SAID_HERE.contains(lower) || lower.startsWith(OF_EDGES));
            if (!TOKEN.matcher(text).matches() || own || said) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return lower;
        });
    }

    private static ScalarType<String> path() {
        String expected = "a path without a query, a slash at its end or dot segments, such as /check";
        return ScalarType.text(expected, text -> {
            boolean plain = PATH.matcher(text).matches() && !text.endsWith("/") && !(text + "/").contains("/./");
            if (!plain || (text + "/").contains("/../") || text.contains("//")) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return text;
        });
    }
}

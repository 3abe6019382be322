package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.GrpcRoute;
import io.bridgehead.config.manifest.HttpRoute.Match;
import io.bridgehead.config.manifest.HttpRoute.PathMatch;
import io.bridgehead.config.manifest.HttpRoute.PathMatchType;
import io.bridgehead.config.manifest.HttpRoute.ValueMatch;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Section;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of what requests are compared with. */
final class MatchKeys {
    private static final int VALUES_MAX = 16;
    private static final int TEXT_MAX = 1024;
    private static final List<String> NEVER_IN_PATHS = List.of("//", "/./", "/../", "%2f", "%2F", "#");
    private static final List<String> NEVER_AT_THE_END = List.of("/..", "/.");
    private static final Pattern PATH_CHARACTERS =
            Pattern.compile("(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})++");
    private static final Pattern GRPC_SERVICE =
            Pattern.compile("\\.?[A-Za-z_][A-Za-z_0-9]*+(\\.[A-Za-z_][A-Za-z_0-9]*+)*+");
    private static final Pattern GRPC_METHOD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

    private static final Key<PathMatchType> PATH_TYPE =
            Key.defaulted("type", Words.choice(PathMatchType.class), "PathPrefix", "How paths are compared.");
    private static final Key<String> PATH_VALUE =
            Key.defaulted("value", Words.text("a path", 0, TEXT_MAX), "/", "What paths are compared with.");
    private static final Key<PathMatch> PATH = Key.optional(
            "path",
            Section.of("path", MatchKeys::path, PATH_TYPE, PATH_VALUE).tolerant(),
            "The path of a request; any unless given.");

    private static final Key<ValueType> VALUE_TYPE =
            Key.defaulted("type", Words.choice(ValueType.class), "Exact", "How values are compared.");
    private static final Key<String> NAME = Key.required("name", Words.headerName(), "The name.");
    private static final Key<List<ValueMatch>> HEADERS = values("headers", Words.headerValue());
    private static final Key<List<ValueMatch>> QUERY_PARAMS = values("queryParams", Words.text("a value", 1, TEXT_MAX));
    private static final Key<String> METHOD = Key.optional(
            "method",
            Words.oneOf("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"),
            "The method of a request; any unless given.");

    /** What a request must be. */
    static final Section<Match> HTTP = Section.of("matches", MatchKeys::http, PATH, HEADERS, QUERY_PARAMS, METHOD)
            .tolerant();

    private static final Key<String> GRPC_SERVICE_NAME =
            Key.optional("service", Words.text("a service", 0, TEXT_MAX), "The service; any unless given.");
    private static final Key<String> GRPC_METHOD_NAME =
            Key.optional("method", Words.text("a method", 0, TEXT_MAX), "The method; any unless given.");
    private static final Key<GrpcRoute.MethodMatch> GRPC_METHOD_MATCH = Key.optional(
            "method",
            Section.of("method", MatchKeys::grpcMethod, VALUE_TYPE, GRPC_SERVICE_NAME, GRPC_METHOD_NAME)
                    .tolerant(),
            "Service and method of a request; any unless given.");

    /** What a gRPC request must be. */
    static final Section<GrpcRoute.Match> GRPC =
            Section.of("matches", MatchKeys::grpc, GRPC_METHOD_MATCH, HEADERS).tolerant();

    private MatchKeys() {}

    /** How values are compared. */
    private enum ValueType {
        EXACT,
        REGULAR_EXPRESSION
    }

    private static Key<List<ValueMatch>> values(String name, ScalarType<String> type) {
        Key<String> value = Key.required("value", type, "What values are compared with.");
        Section<ValueMatch> section = Section.of(
                        name,
                        fields -> new ValueMatch(
                                fields.get(NAME),
                                fields.get(value),
                                fields.get(VALUE_TYPE) == ValueType.REGULAR_EXPRESSION),
                        VALUE_TYPE,
                        NAME,
                        value)
                .tolerant();
        return Key.defaulted(name, new ListType<>(section, 0, VALUES_MAX), "[]", "What must be there; all of it.");
    }

    private static @Nullable PathMatch path(Fields fields) {
        PathMatchType type = fields.get(PATH_TYPE);
        String value = fields.get(PATH_VALUE);
        String wrong = type == PathMatchType.REGULAR_EXPRESSION ? null : wrongInPath(value);
        if (wrong != null) {
            fields.refuse(PATH_VALUE, fields.shown(PATH_VALUE), wrong + " for type " + Words.written(type), null);
            return null;
        }
        return new PathMatch(type, value);
    }

    private static @Nullable String wrongInPath(String path) {
        if (!path.startsWith("/")) {
            return "a path that begins with '/'";
        }
        for (String never : NEVER_IN_PATHS) {
            if (path.contains(never)) {
                return "a path without '" + never + "'";
            }
        }
        for (String never : NEVER_AT_THE_END) {
            if (path.endsWith(never)) {
                return "a path that does not end with '" + never + "'";
            }
        }
        return PATH_CHARACTERS.matcher(path).matches()
                ? null
                : "a path of letters, digits, -/._~!$&'()*+,;=:@ and escapes such as %20";
    }

    private static @Nullable Match http(Fields fields) {
        int before = fields.problems();
        Judge.refuseTwice(fields, "headers", ".name", fields.get(HEADERS), ValueMatch::name);
        Judge.refuseTwice(fields, "queryParams", ".name", fields.get(QUERY_PARAMS), ValueMatch::name);
        PathMatch path = fields.find(PATH);
        return fields.problems() > before
                ? null
                : new Match(
                        path == null ? PathMatch.ALL : path,
                        fields.get(HEADERS),
                        fields.get(QUERY_PARAMS),
                        fields.find(METHOD));
    }

    private static GrpcRoute.@Nullable Match grpc(Fields fields) {
        int before = fields.problems();
        Judge.refuseTwice(fields, "headers", ".name", fields.get(HEADERS), ValueMatch::name);
        return fields.problems() > before
                ? null
                : new GrpcRoute.Match(fields.find(GRPC_METHOD_MATCH), fields.get(HEADERS));
    }

    private static GrpcRoute.@Nullable MethodMatch grpcMethod(Fields fields) {
        int before = fields.problems();
        boolean exact = fields.get(VALUE_TYPE) == ValueType.EXACT;
        if (!fields.isGiven(GRPC_SERVICE_NAME) && !fields.isGiven(GRPC_METHOD_NAME)) {
            fields.refuse(GRPC_SERVICE_NAME, null, "service or method, or both", null);
        }
        if (exact) {
            judgeName(fields, GRPC_SERVICE_NAME, GRPC_SERVICE, "a service, such as shop.v1.Orders");
            judgeName(fields, GRPC_METHOD_NAME, GRPC_METHOD, "a method, such as GetOrder");
        }
        return fields.problems() > before
                ? null
                : new GrpcRoute.MethodMatch(!exact, given(fields, GRPC_SERVICE_NAME), given(fields, GRPC_METHOD_NAME));
    }

    private static void judgeName(Fields fields, Key<String> key, Pattern pattern, String expected) {
        String name = fields.find(key);
        if (name != null && !pattern.matcher(name).matches()) {
            fields.refuse(key, fields.shown(key), expected, null);
        }
    }

    private static @Nullable String given(Fields fields, Key<String> key) {
        String text = fields.find(key);
        return text == null || text.isEmpty() ? null : text;
    }
}

package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.BackendReference;
import io.bridgehead.config.manifest.HttpFilter.Cors;
import io.bridgehead.config.manifest.HttpFilter.ExternalAuth;
import io.bridgehead.config.manifest.HttpFilter.Fraction;
import io.bridgehead.config.manifest.HttpFilter.HeaderEdits;
import io.bridgehead.config.manifest.HttpFilter.HeaderValue;
import io.bridgehead.config.manifest.HttpFilter.PathModifier;
import io.bridgehead.config.manifest.HttpFilter.RequestMirror;
import io.bridgehead.config.manifest.HttpFilter.RequestRedirect;
import io.bridgehead.config.manifest.HttpFilter.UrlRewrite;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each type of filter says. */
final class FilterParts {
    private static final int EDITS_MAX = 16;
    private static final int CORS_MAX = 64;
    private static final int PATH_MAX = 1024;
    private static final int REDIRECT_STATUS = 302;

    private static final Key<String> NAME = Key.required("name", Words.headerName(), "The name of the field.");
    private static final Key<String> VALUE = Key.required("value", Words.headerValue(), "Its value.");
    private static final Section<HeaderValue> HEADER = Section.of(
                    "header", fields -> new HeaderValue(fields.get(NAME), fields.get(VALUE)), NAME, VALUE)
            .tolerant();
    private static final Key<List<HeaderValue>> SET = headers("set", "Fields that take the place of those there are.");
    private static final Key<List<HeaderValue>> ADD = headers("add", "Fields that are added to those there are.");
    private static final Key<List<String>> REMOVE = Key.defaulted(
            "remove", new ListType<>(Words.headerName(), 0, EDITS_MAX), "[]", "Names of fields that are removed.");

    static final Section<HeaderEdits> EDITS =
            Section.of("headers", FilterParts::edits, SET, ADD, REMOVE).tolerant();

    private static final Key<ModifierType> MODIFIER_TYPE =
            Key.required("type", Words.choice(ModifierType.class), "How the path is changed.");
    private static final Key<String> FULL_PATH =
            Key.optional("replaceFullPath", pathText(), "What the whole path becomes.");
    private static final Key<String> PREFIX =
            Key.optional("replacePrefixMatch", pathText(), "What the prefix that matched becomes.");
    private static final Section<PathModifier> MODIFIER = Section.of(
                    "path", FilterParts::modifier, MODIFIER_TYPE, FULL_PATH, PREFIX)
            .tolerant();

    private static final Key<String> SCHEME =
            Key.optional("scheme", Words.oneOf("http", "https"), "Without it: that of the request.");
    private static final Key<String> HOSTNAME =
            Key.optional("hostname", Words.preciseHostname(), "Without it: that of the request.");
    private static final Key<PathModifier> PATH = Key.optional("path", MODIFIER, "Without it: that of the request.");
    private static final Key<Integer> PORT =
            Key.optional("port", Words.port(), "Without it: that of the scheme, or of the listener.");
    private static final Key<Integer> STATUS_CODE = Key.optional("statusCode", status(), "The status of the answer.");

    static final Section<RequestRedirect> REDIRECT = Section.of(
                    "requestRedirect", FilterParts::redirect, SCHEME, HOSTNAME, PATH, PORT, STATUS_CODE)
            .tolerant();
    static final Section<UrlRewrite> REWRITE = Section.of(
                    "urlRewrite", fields -> new UrlRewrite(fields.find(HOSTNAME), fields.find(PATH)), HOSTNAME, PATH)
            .tolerant();

    private static final Key<BackendReference> BACKEND =
            Key.required("backendRef", References.BACKEND, "Where the requests go.");
    private static final Key<Integer> PERCENT =
            Key.optional("percent", Scalars.integer(0, 100), "How many of a hundred.");
    private static final Key<Integer> NUMERATOR =
            Key.required("numerator", Scalars.integer(0, Integer.MAX_VALUE), "How many.");
    private static final Key<Integer> DENOMINATOR =
            Key.defaulted("denominator", Scalars.integer(1, Integer.MAX_VALUE), "100", "Of how many.");
    private static final Key<Fraction> FRACTION = Key.optional(
            "fraction",
            Section.of("fraction", FilterParts::fraction, NUMERATOR, DENOMINATOR)
                    .tolerant(),
            "How many of how many.");
    static final Section<RequestMirror> MIRROR = Section.of(
                    "requestMirror", FilterParts::mirror, BACKEND, PERCENT, FRACTION)
            .tolerant();

    private static final Key<List<String>> ALLOW_ORIGINS = texts("allowOrigins", origin(), CORS_MAX);
    private static final Key<Boolean> ALLOW_CREDENTIALS =
            Key.defaulted("allowCredentials", Scalars.truth(), "false", "Whether requests may bring credentials.");
    private static final Key<List<String>> ALLOW_METHODS = texts(
            "allowMethods",
            Words.oneOf("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"),
            9);
    private static final Key<List<String>> ALLOW_HEADERS = texts("allowHeaders", Words.headerName(), CORS_MAX);
    private static final Key<List<String>> EXPOSE_HEADERS = texts("exposeHeaders", Words.headerName(), CORS_MAX);
    private static final Key<Integer> MAX_AGE =
            Key.defaulted("maxAge", Scalars.integer(1, Integer.MAX_VALUE), "5", "Seconds that a client may remember.");
    static final Section<Cors> CORS = Section.of(
                    "cors",
                    FilterParts::cors,
                    ALLOW_ORIGINS,
                    ALLOW_CREDENTIALS,
                    ALLOW_METHODS,
                    ALLOW_HEADERS,
                    EXPOSE_HEADERS,
                    MAX_AGE)
            .tolerant();

    private static final Key<String> PROTOCOL =
            Key.required("protocol", Words.oneOf("HTTP", "GRPC"), "How it is asked.");
    private static final Key<List<String>> ALLOWED_HEADERS = texts("allowedHeaders", Words.headerName(), CORS_MAX);
    private static final Key<List<String>> ALLOWED_RESPONSE_HEADERS =
            texts("allowedResponseHeaders", Words.headerName(), CORS_MAX);
    private static final Key<String> AUTH_PATH =
            Key.defaulted("path", pathText(), "\"\"", "What is put before the request's path.");
    private static final Key<HttpAuth> HTTP = Key.optional(
            "http",
            Section.of(
                            "http",
                            fields -> new HttpAuth(
                                    fields.get(AUTH_PATH),
                                    fields.get(ALLOWED_HEADERS),
                                    fields.get(ALLOWED_RESPONSE_HEADERS)),
                            AUTH_PATH,
                            ALLOWED_HEADERS,
                            ALLOWED_RESPONSE_HEADERS)
                    .tolerant(),
            "What is asked over HTTP.");
    private static final Key<HttpAuth> GRPC = Key.optional(
            "grpc",
            Section.of("grpc", fields -> new HttpAuth("", fields.get(ALLOWED_HEADERS), List.of()), ALLOWED_HEADERS)
                    .tolerant(),
            "What is asked over gRPC.");
    private static final Key<Integer> MAX_SIZE =
            Key.defaulted("maxSize", Scalars.integer(0, Integer.MAX_VALUE), "0", "Most bytes of the body.");
    private static final Key<Integer> FORWARD_BODY = Key.defaulted(
            "forwardBody",
            Section.of("forwardBody", fields -> fields.get(MAX_SIZE), MAX_SIZE).tolerant(),
            "{}",
            "Whether the body is sent along.");
    static final Section<ExternalAuth> EXTERNAL_AUTH = Section.of(
                    "externalAuth", FilterParts::externalAuth, PROTOCOL, BACKEND, GRPC, HTTP, FORWARD_BODY)
            .tolerant();

    private FilterParts() {}

    /** How a path is changed. */
    private enum ModifierType {
        REPLACE_FULL_PATH,
        REPLACE_PREFIX_MATCH
    }

    private record HttpAuth(String path, List<String> allowedHeaders, List<String> allowedResponseHeaders) {}

    private static @Nullable HeaderEdits edits(Fields fields) {
        int before = fields.problems();
        Judge.refuseTwice(fields, "set", ".name", fields.get(SET), HeaderValue::name);
        Judge.refuseTwice(fields, "add", ".name", fields.get(ADD), HeaderValue::name);
        Judge.refuseTwice(fields, "remove", "", fields.get(REMOVE), name -> name);
        return fields.problems() > before
                ? null
                : new HeaderEdits(fields.get(SET), fields.get(ADD), fields.get(REMOVE));
    }

    private static @Nullable PathModifier modifier(Fields fields) {
        boolean full = fields.get(MODIFIER_TYPE) == ModifierType.REPLACE_FULL_PATH;
        Key<String> meant = full ? FULL_PATH : PREFIX;
        Key<String> other = full ? PREFIX : FULL_PATH;
        String value = fields.find(meant);
        String type = Words.written(fields.get(MODIFIER_TYPE));
        if (value == null) {
            fields.refuse(meant, null, "a path for type " + type, null);
            return null;
        }
        if (fields.isGiven(other)) {
            fields.refuse(other, fields.shown(other), "none for type " + type, null);
            return null;
        }
        return full ? new PathModifier.ReplaceFullPath(value) : new PathModifier.ReplacePrefixMatch(value);
    }

    private static RequestRedirect redirect(Fields fields) {
        Integer status = fields.find(STATUS_CODE);
        return new RequestRedirect(
                fields.find(SCHEME),
                fields.find(HOSTNAME),
                fields.find(PATH),
                fields.find(PORT),
                status == null ? REDIRECT_STATUS : status);
    }

    private static @Nullable Fraction fraction(Fields fields) {
        Fraction read = new Fraction(fields.get(NUMERATOR), fields.get(DENOMINATOR));
        if (read.numerator() > read.denominator()) {
            fields.refuse(NUMERATOR, fields.shown(NUMERATOR), "at most the denominator, " + read.denominator(), null);
            return null;
        }
        return read;
    }

    private static @Nullable RequestMirror mirror(Fields fields) {
        Fraction fraction = fields.find(FRACTION);
        Integer percent = fields.find(PERCENT);
        if (fraction != null && percent != null) {
            fields.refuse(PERCENT, fields.shown(PERCENT) + " beside fraction", "one of the two", null);
            return null;
        }
        if (percent != null) {
            fraction = new Fraction(percent, 100);
        }
        return new RequestMirror(fields.get(BACKEND), fraction == null ? Fraction.ALL : fraction);
    }

    private static @Nullable Cors cors(Fields fields) {
        int before = fields.problems();
        for (Key<List<String>> key : List.of(ALLOW_ORIGINS, ALLOW_METHODS, ALLOW_HEADERS)) {
            List<String> words = fields.get(key);
            if (words.size() > 1 && words.contains("*")) {
                fields.refuse(key.name() + "[" + words.indexOf("*") + "]", "'*' beside others", "'*' alone", null);
            }
        }
        for (Key<List<String>> key : List.of(ALLOW_ORIGINS, ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS)) {
            Judge.refuseTwice(fields, key.name(), "", fields.get(key), word -> word);
        }
        return fields.problems() > before
                ? null
                : new Cors(
                        fields.get(ALLOW_ORIGINS),
                        fields.get(ALLOW_CREDENTIALS),
                        fields.get(ALLOW_METHODS),
                        fields.get(ALLOW_HEADERS),
                        fields.get(EXPOSE_HEADERS),
                        fields.get(MAX_AGE));
    }

    private static @Nullable ExternalAuth externalAuth(Fields fields) {
        boolean http = fields.get(PROTOCOL).equals("HTTP");
        Key<HttpAuth> meant = http ? HTTP : GRPC;
        Key<HttpAuth> other = http ? GRPC : HTTP;
        HttpAuth said = fields.find(meant);
        if (said == null) {
            fields.refuse(meant, null, "what is asked with protocol " + fields.get(PROTOCOL), null);
            return null;
        }
        if (fields.isGiven(other)) {
            fields.refuse(other, "it beside protocol '" + fields.get(PROTOCOL) + "'", "none", null);
            return null;
        }
        return new ExternalAuth(
                fields.get(PROTOCOL),
                fields.get(BACKEND),
                said.path(),
                said.allowedHeaders(),
                said.allowedResponseHeaders(),
                fields.get(FORWARD_BODY));
    }

    private static Key<List<HeaderValue>> headers(String name, String meaning) {
        return Key.defaulted(name, new ListType<>(HEADER, 0, EDITS_MAX), "[]", meaning);
    }

    private static Key<List<String>> texts(String name, ScalarType<String> type, int itemsMax) {
        return Key.defaulted(name, new ListType<>(type, 0, itemsMax), "[]", "A list of " + type.expected() + ".");
    }

    /** A path, or a part of one, without what would end the first line of a request. */
    private static ScalarType<String> pathText() {
        return Words.matching("a path of at most 1024 visible ASCII characters", "[!-~]*", PATH_MAX);
    }

    private static ScalarType<String> origin() {
        return Words.matching(
                "'*' or an origin, such as https://app.example.com or https://*.example.com",
                "\\*|[a-z][a-z0-9+.-]*://(\\*|[A-Za-z0-9.*-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?",
                253);
    }

    private static ScalarType<Integer> status() {
        String expected = "one of 301, 302, 303, 307, 308";
        return new ScalarType<>(ScalarType.Form.INTEGER, expected, null, List.of(), false, text -> switch (text) {
            case "301", "302", "303", "307", "308" -> Integer.parseInt(text);
            default -> throw new IllegalArgumentException("expected " + expected);
        });
    }
}

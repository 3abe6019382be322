package io.bridgehead.config.read;

import io.bridgehead.config.RateLimitSpec;
import io.bridgehead.config.RateLimitSpec.By;
import io.bridgehead.config.RateLimitSpec.Kind;
import io.bridgehead.config.RateLimitSpec.Match;
import io.bridgehead.config.schema.EitherType;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.PathForm;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of a service's rate limits. */
final class RateLimitKeys {
    private static final int LIMITS_MAX = 16;
    private static final Duration FILL_MAX = Duration.ofHours(24);
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern PATH = Pattern.compile("/[^?#\\s]{0,1023}");
    private static final Pattern ROUTE = Pattern.compile("[a-z0-9-]{1,63}/[a-z0-9.-]{1,253}");
    private static final Map<String, Kind> WORDS = Map.of(
            "all", Kind.ALL,
            "identity", Kind.IDENTITY,
            "site", Kind.SITE,
            "clientAddress", Kind.CLIENT_ADDRESS);

    /** Whose rate it is. */
    private enum Scope {
        NODE,
        FABRIC
    }

    private static final Key<String> HEADER = Key.optional(
            "header",
            matching(
                    "a field name, such as x-api-key",
                    text -> TOKEN.matcher(text).matches()),
            "Those with the same first value of this header field, as it is sent on; all without it share a bucket.");
    private static final EitherType<By> BY_TYPE = new EitherType<>(
            new ScalarType<>(
                    ScalarType.Form.TEXT,
                    "all, identity, site or clientAddress",
                    null,
                    List.of("all", "identity", "site", "clientAddress"),
                    false,
                    RateLimitKeys::word),
            Section.of("spec.rateLimits.by", RateLimitKeys::buildBy, HEADER));

    private static final Key<List<String>> METHODS = Key.defaulted(
            "methods", new ListType<>(AccessTypes.method(), 0, 50), "[]", "HTTP methods in upper case; empty for all.");
    private static final Key<String> PATH_PREFIX = Key.optional(
            "pathPrefix",
            matching(
                    "a path without a query or dot segments, such as /api",
                    text -> PATH.matcher(text).matches() && !hasDotSegments(text)),
            "Whole segments that the path begins with, as the client asks for it: `/api` counts `/api` and `/api/x`, not `/apis`; `//api` and `/api;x` as well.");
    private static final Key<String> ROUTE_NAME = Key.optional(
            "route",
            matching(
                    "namespace/name, such as default/shop",
                    text -> ROUTE.matcher(text).matches()),
            "The HTTPRoute or GRPCRoute that takes the request.");
    private static final Key<String> RULE = Key.optional(
            "rule",
            Scalars.text("the name or the number of a rule"),
            "The rule of `route`, by its name or its number as `explain` shows it.");
    private static final Section<Match> MATCH_SECTION =
            Section.of("spec.rateLimits.match", RateLimitKeys::buildMatch, METHODS, PATH_PREFIX, ROUTE_NAME, RULE);

    private static final Key<String> NAME = Key.required(
            "name", Scalars.label("a name"), "What it is called, in answers, logs and metrics; once in a list.");
    private static final Key<Integer> REQUESTS = Key.required(
            "requests",
            Scalars.integer(1, 1_000_000),
            "How many requests, or connections of tcp, tls and udp, in `per`.");
    private static final Key<Duration> PER = Key.defaulted(
            "per", Scalars.duration("1s", "24h"), "1s", "The time in which they may come, evenly spread.");
    private static final Key<Integer> BURST = Key.optional(
            "burst",
            Scalars.integer(1, 1_000_000),
            "How many may come at once when none has come for a while. Without it: as `requests`.");
    private static final Key<By> BY = Key.defaulted(
            "by",
            BY_TYPE,
            "all",
            "Which requests are counted together: all, those of one SPIFFE ID, of one site where they entered the fabric, of one IP address (IPv6: one /64), or `{ header: NAME }`.");
    private static final Key<Match> MATCH = Key.defaulted(
            "match", MATCH_SECTION, "{}", "Which requests are counted; all keys that are given must fit. `{}`: all.");
    private static final Key<Scope> SCOPE = Key.defaulted(
            "scope",
            Scalars.choice(Scope.class, scope -> scope.name().toLowerCase(Locale.ROOT)),
            "node",
            "Whether each node lets so many through, or all nodes of the fabric together.");
    private static final Section<RateLimitSpec> LIMIT =
            Section.of("spec.rateLimits", RateLimitKeys::build, NAME, REQUESTS, PER, BURST, BY, MATCH, SCOPE);
    static final ListType<RateLimitSpec> LIMITS = new ListType<>(LIMIT, 0, LIMITS_MAX);

    private RateLimitKeys() {}

    private static By word(String text) {
        Kind kind = WORDS.get(text);
        if (kind == null) {
            throw new IllegalArgumentException("expected all, identity, site or clientAddress");
        }
        return new By(kind, "");
    }

    /** No path that comes has any: those of requests are resolved before. */
    private static boolean hasDotSegments(String path) {
        String form = PathForm.of(path) + "/";
        return form.contains("/./") || form.contains("/../");
    }

    private static @Nullable By buildBy(Fields fields) {
        String header = fields.find(HEADER);
        if (header == null) {
            fields.refuse(HEADER, null, "the name of a header field", null);
            return null;
        }
        return new By(Kind.HEADER, header.toLowerCase(Locale.ROOT));
    }

    private static @Nullable Match buildMatch(Fields fields) {
        String rule = fields.find(RULE);
        String route = fields.find(ROUTE_NAME);
        if (rule != null && route == null) {
            fields.refuse(RULE, fields.shown(RULE), "route as well", "a rule is one of a route");
            return null;
        }
        String path = fields.find(PATH_PREFIX);
        return new Match(
                fields.get(METHODS), path == null ? "" : path, route == null ? "" : route, rule == null ? "" : rule);
    }

    private static @Nullable RateLimitSpec build(Fields fields) {
        int requests = fields.get(REQUESTS);
        Duration per = fields.get(PER);
        Integer given = fields.find(BURST);
        int burst = given == null ? requests : given;
        if (per.multipliedBy(burst).dividedBy(requests).compareTo(FILL_MAX) > 0) {
            fields.refuse(
                    BURST,
                    fields.shown(BURST),
                    "at most " + FILL_MAX.multipliedBy(requests).dividedBy(per) + ", which come back within 24h",
                    null);
            return null;
        }
        return new RateLimitSpec(
                fields.get(NAME),
                requests,
                per,
                burst,
                fields.get(BY),
                fields.get(MATCH),
                fields.get(SCOPE) == Scope.FABRIC);
    }

    /** Refuses names that there are twice, and what connections do not have. */
    static void judge(Fields fields, List<RateLimitSpec> limits, @Nullable String bytes) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < limits.size(); i++) {
            RateLimitSpec limit = limits.get(i);
            String at = "rateLimits[" + i + "]";
            if (!names.add(limit.name())) {
                fields.refuse(at + ".name", "'" + limit.name() + "' twice", "each name once", null);
            }
            if (bytes != null && !limit.match().isAny()) {
                fields.refuse(at + ".match", "a mapping", "none for protocol " + bytes, "a connection is all there is");
            }
            if (bytes != null && limit.by().kind() == Kind.HEADER) {
                fields.refuse(
                        at + ".by",
                        "a mapping",
                        "all, identity, site or clientAddress for protocol " + bytes,
                        "a connection has no header fields");
            }
        }
    }

    private static ScalarType<String> matching(String expected, Predicate<String> valid) {
        return ScalarType.text(expected, text -> {
            if (!valid.test(text)) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return text;
        });
    }
}

package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.HttpFilter;
import io.bridgehead.config.manifest.HttpRoute;
import io.bridgehead.config.manifest.HttpRoute.Match;
import io.bridgehead.config.manifest.HttpRoute.PathMatch;
import io.bridgehead.config.manifest.HttpRoute.PathMatchType;
import io.bridgehead.config.manifest.HttpRoute.Retry;
import io.bridgehead.config.manifest.HttpRoute.Rule;
import io.bridgehead.config.manifest.HttpRoute.Timeouts;
import io.bridgehead.config.manifest.RouteBackend;
import io.bridgehead.config.manifest.SessionPersistence;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of an {@code HTTPRoute}. */
final class HttpRouteKeys {
    private static final int MATCHES_MAX = 64;
    private static final int MATCHES_IN_ALL_MAX = 128;
    private static final Match EVERY_REQUEST = new Match(PathMatch.ALL, List.of(), List.of(), null);

    private static final Key<String> NAME =
            Key.optional("name", Words.sectionName(), "What the rule is called; unique in the route.");
    private static final Key<List<Match>> MATCHES = Key.defaulted(
            "matches", new ListType<>(MatchKeys.HTTP, 0, MATCHES_MAX), "[]", "What requests it takes; any of them.");
    private static final Key<List<HttpFilter>> FILTERS = FilterKeys.HTTP.key();
    private static final Key<List<RouteBackend>> BACKENDS = References.backends(FilterKeys.HTTP);

    private static final Key<Duration> REQUEST =
            Key.optional("request", Words.duration(), "The longest time for the whole exchange; 0s: not bounded.");
    private static final Key<Duration> BACKEND_REQUEST =
            Key.optional("backendRequest", Words.duration(), "The longest time for one attempt; 0s: not bounded.");
    private static final Key<Timeouts> TIMEOUTS = Key.defaulted(
            "timeouts",
            Section.of("timeouts", HttpRouteKeys::timeouts, REQUEST, BACKEND_REQUEST)
                    .tolerant(),
            "{}",
            "How long requests may take.");

    private static final Key<List<Integer>> CODES =
            Key.defaulted("codes", new ListType<>(Scalars.integer(400, 599), 0, 200), "[]", "After which statuses.");
    private static final Key<Integer> ATTEMPTS =
            Key.optional("attempts", Scalars.integer(0, Integer.MAX_VALUE), "Most further attempts.");
    private static final Key<Duration> BACKOFF =
            Key.optional("backoff", Words.duration(), "The least wait between attempts.");
    private static final Key<Retry> RETRY = Key.optional(
            "retry",
            Section.of("retry", HttpRouteKeys::retry, CODES, ATTEMPTS, BACKOFF).tolerant(),
            "When an attempt is made again.");

    private static final Section<Rule> RULE = Section.of(
                    "rules",
                    HttpRouteKeys::rule,
                    NAME,
                    MATCHES,
                    FILTERS,
                    BACKENDS,
                    TIMEOUTS,
                    RETRY,
                    SessionKeys.PERSISTENCE)
            .tolerant();
    private static final Key<List<Rule>> RULES = Key.defaulted(
            "rules",
            new ListType<>(RULE, 1, StreamRouteKeys.RULES_MAX),
            "[{}]",
            "What requests it takes and where they go.");
    private static final Key<Spec> SPEC = Key.required(
            "spec",
            Section.of("spec", HttpRouteKeys::spec, References.PARENT_REFS, StreamRouteKeys.HOSTNAMES, RULES)
                    .notServing("useDefaultGateways")
                    .tolerant(),
            "What it says.");

    static final Form FORM = Form.of(
            HttpRoute.KIND,
            SPEC,
            (metadata, spec, source) -> new HttpRoute(
                    metadata, spec.route().parentRefs(), spec.route().hostnames(), spec.rules(), source));

    private HttpRouteKeys() {}

    private record Spec(StreamRouteKeys.Common route, List<Rule> rules) {}

    private static @Nullable Spec spec(Fields fields) {
        int before = fields.problems();
        StreamRouteKeys.Common common = StreamRouteKeys.common(fields);
        List<Rule> rules = fields.get(RULES);
        Judge.refuseTwice(fields, "rules", ".name", rules, Rule::name);
        int matches = rules.stream().mapToInt(rule -> rule.matches().size()).sum();
        if (matches > MATCHES_IN_ALL_MAX) {
            fields.refuse(RULES, matches + " matches", "at most " + MATCHES_IN_ALL_MAX + " matches in all rules", null);
        }
        return fields.problems() > before ? null : new Spec(common, rules);
    }

    private static @Nullable Rule rule(Fields fields) {
        int before = fields.problems();
        List<HttpFilter> filters = fields.get(FILTERS);
        List<RouteBackend> backends = fields.get(BACKENDS);
        List<Match> matches = fields.get(MATCHES).isEmpty() ? List.of(EVERY_REQUEST) : fields.get(MATCHES);
        FilterKeys.judge(fields, filters);
        boolean redirects = filters.stream().anyMatch(HttpFilter.RequestRedirect.class::isInstance);
        if (redirects && !backends.isEmpty()) {
            fields.refuse(BACKENDS, "a list beside RequestRedirect", "none", "a redirected request goes to no backend");
        }
        judgePrefix(fields, filters, backends, matches);
        SessionPersistence persistence = fields.find(SessionKeys.PERSISTENCE);
        return fields.problems() > before
                ? null
                : new Rule(
                        fields.find(NAME),
                        matches,
                        filters,
                        backends,
                        fields.get(TIMEOUTS),
                        fields.find(RETRY),
                        persistence);
    }

    private static void judgePrefix(
            Fields fields, List<HttpFilter> filters, List<RouteBackend> backends, List<Match> matches) {
        boolean onePrefix = matches.size() == 1 && matches.getFirst().path().type() == PathMatchType.PATH_PREFIX;
        if (onePrefix) {
            return;
        }
        String expected = "exactly one match, of type PathPrefix, in the rule";
        if (FilterKeys.replacesPrefix(filters)) {
            fields.refuse(FILTERS, "replacePrefixMatch", expected, null);
        }
        for (int i = 0; i < backends.size(); i++) {
            if (FilterKeys.replacesPrefix(backends.get(i).filters())) {
                fields.refuse("backendRefs[" + i + "].filters", "replacePrefixMatch", expected, null);
            }
        }
    }

    private static @Nullable Timeouts timeouts(Fields fields) {
        Duration request = fields.find(REQUEST);
        Duration attempt = fields.find(BACKEND_REQUEST);
        if (request != null && !request.isZero() && attempt != null && attempt.compareTo(request) > 0) {
            fields.refuse(
                    BACKEND_REQUEST,
                    fields.shown(BACKEND_REQUEST),
                    "no more than timeouts.request, " + fields.shown(REQUEST),
                    null);
            return null;
        }
        return new Timeouts(request, attempt);
    }

    private static @Nullable Retry retry(Fields fields) {
        int before = fields.problems();
        Judge.refuseTwice(fields, "codes", "", fields.get(CODES), String::valueOf);
        return fields.problems() > before
                ? null
                : new Retry(fields.get(CODES), fields.find(ATTEMPTS), fields.find(BACKOFF));
    }
}

package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.GrpcRoute;
import io.bridgehead.config.manifest.GrpcRoute.Match;
import io.bridgehead.config.manifest.GrpcRoute.Rule;
import io.bridgehead.config.manifest.HttpFilter;
import io.bridgehead.config.manifest.RouteBackend;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Section;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of a {@code GRPCRoute}. */
final class GrpcRouteKeys {
    private static final int MATCHES_MAX = 64;
    private static final int MATCHES_IN_ALL_MAX = 128;

    private static final Key<String> NAME =
            Key.optional("name", Words.sectionName(), "What the rule is called; unique in the route.");
    private static final Key<List<Match>> MATCHES = Key.defaulted(
            "matches", new ListType<>(MatchKeys.GRPC, 0, MATCHES_MAX), "[]", "What requests it takes; any of them.");
    private static final Key<List<HttpFilter>> FILTERS = FilterKeys.GRPC.key();
    private static final Key<List<RouteBackend>> BACKENDS = References.backends(FilterKeys.GRPC);
    private static final Section<Rule> RULE = Section.of(
                    "rules", GrpcRouteKeys::rule, NAME, MATCHES, FILTERS, BACKENDS, SessionKeys.PERSISTENCE)
            .tolerant();
    private static final Key<List<Rule>> RULES = Key.defaulted(
            "rules",
            new ListType<>(RULE, 0, StreamRouteKeys.RULES_MAX),
            "[]",
            "What requests it takes and where they go.");
    private static final Key<Spec> SPEC = Key.defaulted(
            "spec",
            Section.of("spec", GrpcRouteKeys::spec, References.PARENT_REFS, StreamRouteKeys.HOSTNAMES, RULES)
                    .notServing("useDefaultGateways")
                    .tolerant(),
            "{}",
            "What it says.");

    static final Form FORM = Form.of(
            GrpcRoute.KIND,
            SPEC,
            (metadata, spec, source) -> new GrpcRoute(
                    metadata, spec.route().parentRefs(), spec.route().hostnames(), spec.rules(), source));

    private GrpcRouteKeys() {}

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
        FilterKeys.judge(fields, fields.get(FILTERS));
        return fields.problems() > before
                ? null
                : new Rule(
                        fields.find(NAME),
                        fields.get(MATCHES),
                        fields.get(FILTERS),
                        fields.get(BACKENDS),
                        fields.find(SessionKeys.PERSISTENCE));
    }
}

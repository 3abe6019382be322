package io.bridgehead.config.read;

import io.bridgehead.config.BalanceSpec;
import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.OutlierSpec;
import io.bridgehead.config.RateLimitSpec;
import io.bridgehead.config.ServiceSpec.Failover;
import io.bridgehead.config.ServiceSpec.Health;
import io.bridgehead.config.ServiceSpec.Limits;
import io.bridgehead.config.ServiceSpec.Retry;
import io.bridgehead.config.TimeoutSpec;
import io.bridgehead.config.TrafficPolicyDocument;
import io.bridgehead.config.TrafficPolicyDocument.Selector;
import io.bridgehead.config.TrafficSpec;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of a {@code TrafficPolicy} document. */
final class TrafficPolicyKeys {
    private static final Pattern SERVICES = Pattern.compile("[a-z0-9][a-z0-9.-]{0,252}\\*?|\\*");

    private static final Key<List<String>> NAMES = Key.defaulted(
            "names",
            new ListType<>(services(), 0, 1000),
            "[]",
            "Services by name: whole names, or beginnings with a `*` after them. A port of a Kubernetes Service is called `<name>.<namespace>.<port>`. Empty: whatever their name.");
    private static final Key<Map<String, String>> LABELS = Key.defaulted(
            "labels",
            new MapType<>("label", Scalars.text("a label's name"), Scalars.text("a label's value"), 0, 64),
            "{}",
            "Services by label: those that have all of these. Empty: whatever their labels.");
    /** Which services a policy is about. */
    static final Section<Selector> SELECTOR =
            Section.of("spec.services", fields -> new Selector(fields.get(NAMES), fields.get(LABELS)), NAMES, LABELS);

    private static final Key<Selector> FOR = Key.defaulted(
            "services", SELECTOR, "{}", "Which services it is about; where both keys are given, both must fit.");
    private static final Key<Health> HEALTH =
            Key.optional("health", ResilienceKeys.HEALTH, "As in a `Service`; with `grpc` for services of grpc only.");
    private static final Key<Failover> FAILOVER = Key.optional(
            "failover", ResilienceKeys.FAILOVER, "As in a `Service`; sites that it does not have are passed over.");
    private static final Key<BalanceSpec> BALANCE = Key.optional(
            "balance",
            BalanceKeys.BALANCE,
            "As in a `Service`; with a hash of header or cookie not for services of tcp, tls and udp.");
    private static final Key<OutlierSpec> OUTLIER = Key.optional("outlier", OutlierKeys.OUTLIER, "As in a `Service`.");
    private static final Key<Limits> LIMITS = Key.optional("limits", CircuitKeys.LIMITS, "As in a `Service`.");
    private static final Key<List<RateLimitSpec>> RATE_LIMITS = Key.optional(
            "rateLimits",
            RateLimitKeys.LIMITS,
            "As in a `Service`, for each service on its own; with `match` or a header field not for services of tcp, tls and udp.");
    private static final Key<TimeoutSpec> TIMEOUTS =
            Key.optional("timeouts", ResilienceKeys.TIMEOUTS, "As in a `Service`.");
    private static final Key<Retry> RETRY = Key.optional("retry", ResilienceKeys.RETRY, "As in a `Service`.");
    private static final Section<Written> SPEC = Section.of(
            "spec",
            TrafficPolicyKeys::build,
            FOR,
            HEALTH,
            FAILOVER,
            BALANCE,
            OUTLIER,
            LIMITS,
            RATE_LIMITS,
            TIMEOUTS,
            RETRY);

    private static final Key<String> NAME = Key.required(
            "name", Scalars.label("a policy's name"), "The policy's name; unique among policies of the fabric.");
    private static final Section<String> METADATA_SECTION = Section.of("metadata", fields -> fields.get(NAME), NAME);
    private static final Key<String> API_VERSION =
            Key.required("apiVersion", Scalars.word(DocumentReader.OWN_VERSION), "The version of the document's form.");
    private static final Key<String> KIND =
            Key.required("kind", Scalars.word(TrafficPolicyDocument.KIND), "What it is.");
    private static final Key<String> METADATA = Key.required("metadata", METADATA_SECTION, "What it is called.");
    private static final Key<Written> SPEC_KEY = Key.required("spec", SPEC, "What it says.");

    private TrafficPolicyKeys() {}

    private record Written(Selector services, TrafficSpec spec) {}

    static Section<TrafficPolicyDocument> section(DocumentSource source) {
        return Section.of(
                TrafficPolicyDocument.KIND,
                fields -> new TrafficPolicyDocument(
                        fields.get(METADATA),
                        fields.get(SPEC_KEY).services(),
                        fields.get(SPEC_KEY).spec(),
                        source),
                API_VERSION,
                KIND,
                METADATA,
                SPEC_KEY);
    }

    private static @Nullable Written build(Fields fields) {
        int before = fields.problems();
        List<RateLimitSpec> limits = fields.find(RATE_LIMITS);
        RateLimitKeys.judge(fields, limits == null ? List.of() : limits, null);
        if (fields.problems() > before) {
            return null;
        }
        TrafficSpec spec = new TrafficSpec(
                fields.find(HEALTH),
                fields.find(FAILOVER),
                fields.find(BALANCE),
                fields.find(OUTLIER),
                fields.find(LIMITS),
                limits,
                fields.find(TIMEOUTS),
                fields.find(RETRY));
        if (spec.equals(TrafficSpec.NONE)) {
            List<String> parts = Arrays.stream(TrafficSpec.Part.values())
                    .map(TrafficSpec.Part::text)
                    .toList();
            fields.refuse(BALANCE, null, "at least one of " + String.join(", ", parts), "a policy says something");
            return null;
        }
        return new Written(fields.get(FOR), spec);
    }

    private static ScalarType<String> services() {
        String expected = "a service's name, or the beginning of names with a '*' after it, such as orders-*";
        return ScalarType.text(expected, text -> {
                    if (!SERVICES.matcher(text).matches()) {
                        throw new IllegalArgumentException("expected " + expected);
                    }
                    return text;
                })
                .matching("^([a-z0-9][a-z0-9.-]{0,252}\\*?|\\*)$");
    }
}

package io.bridgehead.config.read;

import io.bridgehead.config.AuthorizationDocument;
import io.bridgehead.config.AuthorizationSpec;
import io.bridgehead.config.AuthorizationSpec.Action;
import io.bridgehead.config.AuthorizationSpec.Condition;
import io.bridgehead.config.AuthorizationSpec.Operation;
import io.bridgehead.config.AuthorizationSpec.Rule;
import io.bridgehead.config.AuthorizationSpec.Source;
import io.bridgehead.config.AuthorizationSpec.Values;
import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.TrafficPolicyDocument.Selector;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of AuthorizationPolicy documents: those of Istio's policies of the same name where there is one. */
final class AuthorizationKeys {
    private static final int VALUES_MAX = 1000;
    private static final int RULES_MAX = 100;

    private static final Pair PRINCIPALS = new Pair(
            "principals",
            AccessTypes.principal(),
            "Callers' identities: a SPIFFE ID, one that ends in `/*`, `*/` and the end of a path, or `*` for any that is proved or declared.");
    private static final Pair REQUEST_PRINCIPALS = new Pair(
            "requestPrincipals",
            AccessTypes.pattern("a request principal"),
            "`<issuer>/<subject>` of the request's JSON Web Token: exact, `begin*`, `*end`, or `*` for any token; judged by the node where it came in.");
    private static final Pair NAMESPACES = new Pair(
            "namespaces",
            AccessTypes.pattern("a namespace"),
            "Kubernetes namespaces of identities of the form `/ns/<namespace>/sa/<account>`.");
    private static final Pair SITES =
            new Pair("sites", AccessTypes.written(Scalars.siteName()), "Sites where callers enter the fabric.");
    private static final Pair TRUST_DOMAINS = new Pair(
            "trustDomains",
            AccessTypes.written(Scalars.trustDomain()),
            "Trust domains of callers' identities; the only way to mean all of another one.");
    private static final Section<Source> SOURCE = Section.of(
            "spec.rules[].from[].source",
            fields -> source(fields),
            PRINCIPALS.is,
            PRINCIPALS.isNot,
            REQUEST_PRINCIPALS.is,
            REQUEST_PRINCIPALS.isNot,
            NAMESPACES.is,
            NAMESPACES.isNot,
            SITES.is,
            SITES.isNot,
            TRUST_DOMAINS.is,
            TRUST_DOMAINS.isNot);

    private static final Pair HOSTS =
            new Pair("hosts", AccessTypes.host(), "Hosts that requests name, in lower case and without a port.");
    private static final Pair PORTS = new Pair(
            "ports", AccessTypes.port(), "Ports of listeners where clients connect; judged by the node where they do.");
    private static final Pair METHODS = new Pair("methods", AccessTypes.method(), "HTTP methods in upper case.");
    private static final Pair PATHS = new Pair(
            "paths",
            AccessTypes.path(),
            "Paths without their query, with escapes of unreserved characters decoded, as endpoints get them.");
    private static final Section<Operation> OPERATION = Section.of(
            "spec.rules[].to[].operation",
            fields -> operation(fields),
            HOSTS.is,
            HOSTS.isNot,
            PORTS.is,
            PORTS.isNot,
            METHODS.is,
            METHODS.isNot,
            PATHS.is,
            PATHS.isNot);

    private static final Key<Source> FROM_SOURCE =
            Key.required("source", SOURCE, "Callers that fit all of these lists.");
    private static final Section<Source> FROM_ENTRY =
            Section.of("spec.rules[].from", fields -> fields.get(FROM_SOURCE), FROM_SOURCE);
    private static final Key<Operation> TO_OPERATION =
            Key.required("operation", OPERATION, "Requests that fit all of these lists.");
    private static final Section<Operation> TO_ENTRY =
            Section.of("spec.rules[].to", fields -> fields.get(TO_OPERATION), TO_OPERATION);

    private static final Key<String> CONDITION_KEY = Key.required(
            "key",
            AccessTypes.conditionKey(),
            "What is looked at: `request.headers[<name>]`, `source.principal`, `source.namespace`, `source.site`, `source.trustDomain`, `destination.port`, `connection.sni`; of a JSON Web Token `request.auth.principal`, `request.auth.audiences`, `request.auth.presenter` or `request.auth.claims[<name>]`, with more brackets for what is inside of a claim.");
    private static final Pair CONDITION_VALUES = new Pair(
            "values",
            AccessTypes.pattern("a value"),
            "Values of which one must fit: exact, `begin*`, `*end`, or `*` for any.");
    private static final Section<Condition> CONDITION = Section.of(
            "spec.rules[].when",
            fields -> condition(fields),
            CONDITION_KEY,
            CONDITION_VALUES.is,
            CONDITION_VALUES.isNot);

    private static final Key<List<Source>> FROM = Key.defaulted(
            "from",
            new ListType<>(FROM_ENTRY, 0, VALUES_MAX),
            "[]",
            "Callers of which one must fit; empty for everybody.");
    private static final Key<List<Operation>> TO = Key.defaulted(
            "to",
            new ListType<>(TO_ENTRY, 0, VALUES_MAX),
            "[]",
            "Requests of which one must fit; empty for every request.");
    private static final Key<List<Condition>> WHEN =
            Key.defaulted("when", new ListType<>(CONDITION, 0, RULES_MAX), "[]", "Conditions that must all hold.");
    private static final Section<Rule> RULE = Section.of(
            "spec.rules", fields -> new Rule(fields.get(FROM), fields.get(TO), fields.get(WHEN)), FROM, TO, WHEN);

    private static final Key<Selector> SERVICES = Key.required(
            "services",
            TrafficPolicyKeys.SELECTOR,
            "The services that it holds for; where both keys are given, both must fit; `{}` for all.");
    private static final Key<Action> ACTION = Key.defaulted(
            "action",
            Scalars.choice(Action.class, Action::name),
            "ALLOW",
            "What is done with what fits a rule. DENY goes before everything else; where there is an ALLOW policy, only what one of them or `allow` of the service names may go on; AUDIT logs and counts.");
    private static final Key<Boolean> DRY_RUN = Key.defaulted(
            "dryRun", Scalars.truth(), "false", "Whether it is only logged and counted what it would change.");
    private static final Key<List<Rule>> RULES = Key.defaulted(
            "rules",
            new ListType<>(RULE, 0, RULES_MAX),
            "[]",
            "One that fits is enough. None: nothing fits, so that an ALLOW policy without rules refuses all. `{}` fits all.");

    private static final Section<AuthorizationSpec> SPEC = Section.of(
            "spec",
            fields -> new AuthorizationSpec(
                    fields.get(SERVICES), fields.get(ACTION), fields.get(DRY_RUN), fields.get(RULES)),
            SERVICES,
            ACTION,
            DRY_RUN,
            RULES);

    private static final Key<String> NAME = Key.required(
            "name", Scalars.label("a policy's name"), "The policy's name; unique among its kind in the fabric.");
    private static final Section<String> METADATA_SECTION = Section.of("metadata", fields -> fields.get(NAME), NAME);
    private static final Key<String> API_VERSION =
            Key.required("apiVersion", Scalars.word(DocumentReader.OWN_VERSION), "The version of the document's form.");
    private static final Key<String> KIND =
            Key.required("kind", Scalars.word(AuthorizationDocument.KIND), "What it is.");
    private static final Key<String> METADATA = Key.required("metadata", METADATA_SECTION, "What it is called.");
    private static final Key<AuthorizationSpec> SPEC_KEY = Key.required("spec", SPEC, "What it says.");

    private AuthorizationKeys() {}

    static Section<AuthorizationDocument> section(DocumentSource source) {
        return Section.of(
                AuthorizationDocument.KIND,
                fields -> new AuthorizationDocument(fields.get(METADATA), fields.get(SPEC_KEY), source),
                API_VERSION,
                KIND,
                METADATA,
                SPEC_KEY);
    }

    private static @Nullable Source source(Fields fields) {
        Source source = new Source(
                PRINCIPALS.of(fields),
                REQUEST_PRINCIPALS.of(fields),
                NAMESPACES.of(fields),
                SITES.of(fields),
                TRUST_DOMAINS.of(fields));
        return asksAny(
                        fields,
                        source.principals(),
                        source.requestPrincipals(),
                        source.namespaces(),
                        source.sites(),
                        source.trustDomains())
                ? source
                : null;
    }

    private static @Nullable Operation operation(Fields fields) {
        Operation operation = new Operation(HOSTS.of(fields), PORTS.of(fields), METHODS.of(fields), PATHS.of(fields));
        return asksAny(fields, operation.hosts(), operation.ports(), operation.methods(), operation.paths())
                ? operation
                : null;
    }

    private static @Nullable Condition condition(Fields fields) {
        Values values = CONDITION_VALUES.of(fields);
        String key = fields.get(CONDITION_KEY);
        String problem = AccessTypes.problem(key, values);
        if (problem != null) {
            fields.refuse("values", values.values() + " and not " + values.notValues(), problem, null);
            return null;
        }
        return asksAny(fields, values) ? new Condition(key, values) : null;
    }

    /** An empty mapping would fit everything, which is not what someone means who writes it. */
    private static boolean asksAny(Fields fields, Values... lists) {
        for (Values values : lists) {
            if (values.asks()) {
                return true;
            }
        }
        fields.refuse("", "nothing that is asked", "at least one list with a value", "leave the entry out to mean all");
        return false;
    }

    /** A list, and the list of what must not be. */
    private static final class Pair {
        private final Key<List<String>> is;
        private final Key<List<String>> isNot;

        Pair(String name, ScalarType<String> type, String meaning) {
            String other = "not" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
            this.is = Key.defaulted(name, new ListType<>(type, 0, VALUES_MAX), "[]", meaning);
            this.isNot = Key.defaulted(
                    other, new ListType<>(type, 0, VALUES_MAX), "[]", "As `" + name + "`; none of these may fit.");
        }

        Values of(Fields fields) {
            return new Values(fields.get(is), fields.get(isNot));
        }
    }
}

package io.bridgehead.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.Document;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.Arrival;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.AuthorizationRemark;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AuthorizationPolicy documents from their text to verdicts. */
final class AccessPoliciesTest {
    private static final TrustDomain HOME = new TrustDomain("corp.example");
    private static final String WEB = "spiffe://corp.example/ns/shop/sa/web";
    private static final String BATCH = "spiffe://corp.example/ns/shop/sa/batch";
    private static final String OTHER = "spiffe://corp.example/ns/shopping/sa/web";
    private static final String NOBODY = "spiffe://corp.example/site/aws/unauthenticated";
    private static final String PARTNER = "spiffe://partner.example/ns/shop/sa/web";
    private static final Arrival HERE = new Arrival(8080, "");

    private static final String SERVICE = """
            apiVersion: bridgehead.io/v1
            kind: Service
            metadata: { name: orders }
            spec:
              hostnames: [ orders.example ]
              sites: { aws: { endpoints: [ "10.0.0.1:80" ] } }
            """;

    @ParameterizedTest
    @CsvSource({
        "'{ principals: [ \"" + WEB + "\" ] }', 1000",
        "'{ principals: [ \"corp.example/ns/shop/*\" ] }', 1100",
        "'{ principals: [ \"*/sa/web\" ] }', 1010",
        "'{ principals: [ \"*\" ] }', 1110",
        "'{ principals: [ \"" + NOBODY + "\" ] }', 0001",
        "'{ principals: [ \"*\" ], notPrincipals: [ \"*/sa/batch\" ] }', 1010",
        "'{ namespaces: [ shop ] }', 1100",
        "'{ namespaces: [ \"shop*\" ], notNamespaces: [ shopping ] }', 1100",
        "'{ notNamespaces: [ shop ] }', 0010",
        "'{ sites: [ aws ] }', 1110",
        "'{ notSites: [ azure ] }', 1110",
        "'{ sites: [ azure ] }', 0000",
        "'{ trustDomains: [ corp.example ] }', 1110",
    })
    void allowsTheCallersThatItsSourcesName(String source, String allowed) {
        Authorizer authorizer = policy("ALLOW", "from: [ { source: " + source + " } ]");

        assertThat(allowed(authorizer, get("/"), WEB, BATCH, OTHER, NOBODY)).isEqualTo(allowed);
        assertThat(authorizer.authorize(caller(PARTNER), get("/"), HERE).allowed())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'{ principals: [ \"*\" ] }', 11111",
        "'{ principals: [ \"*/sa/web\" ] }', 10101",
        "'{ sites: [ aws ] }', 11111",
        "'{ namespaces: [ shop ] }', 11001",
        "'{ trustDomains: [ partner.example ] }', 00001",
    })
    void deniesWhoeverItsSourcesMean(String source, String denied) {
        Authorizer authorizer =
                policy("DENY", "from: [ { source: " + source + " } ]").with(List.of());
        Authorizer denying = policy("DENY", "from: [ { source: " + source + " } ]");
        StringBuilder found = new StringBuilder();
        for (String id : List.of(WEB, BATCH, OTHER, NOBODY, PARTNER)) {
            Verdict verdict = denying.authorize(caller(id), get("/"), HERE);
            boolean byPolicy = verdict instanceof Verdict.Denied why && why.cause() == Verdict.Cause.DENIED_BY_POLICY;
            found.append(byPolicy ? '1' : '0');
        }

        assertThat(found).hasToString(denied);
        assertThat(allowed(authorizer, get("/"), WEB, NOBODY)).isEqualTo("11");
    }

    @Test
    void namesCallersOfAnotherTrustDomainByTheirIdOrTheirDomain() {
        assertThat(allowed(
                        policy("ALLOW", "from: [ { source: { principals: [ \"" + PARTNER + "\" ] } } ]"),
                        get("/"),
                        PARTNER,
                        WEB))
                .isEqualTo("10");
        assertThat(allowed(
                        policy("ALLOW", "from: [ { source: { trustDomains: [ partner.example ] } } ]"),
                        get("/"),
                        PARTNER,
                        WEB))
                .isEqualTo("10");
        assertThat(allowed(
                        policy("ALLOW", "to: [ { operation: { methods: [ GET ] } } ]"), get("/"), PARTNER, WEB, NOBODY))
                .isEqualTo("011");
    }

    @ParameterizedTest
    @CsvSource({
        "'{ methods: [ GET ] }', GET, /, true",
        "'{ methods: [ GET ] }', POST, /, false",
        "'{ notMethods: [ GET ] }', GET, /, false",
        "'{ paths: [ \"/api/*\" ] }', GET, /api/x?y=/admin, true",
        "'{ paths: [ \"/api\" ] }', GET, /api?x, true",
        "'{ paths: [ \"/api/*\" ] }', GET, //api/x, false",
        "'{ paths: [ \"/api/*\" ], notPaths: [ \"*/admin\" ] }', GET, /api/admin, false",
        "'{ paths: [ \"/api/*\" ] }', GET, /api/x;v=1, true",
        "'{ paths: [ \"*.pdf\" ] }', GET, /admin;x.pdf, false",
        "'{ paths: [ \"*.pdf\" ] }', GET, /admin%3bx.pdf, false",
        "'{ paths: [ \"/m;v=1\" ] }', GET, /m;v=1, true",
        "'{ paths: [ \"/*\" ], notPaths: [ \"/admin\", \"/m;v=1\" ] }', GET, //admin;x, false",
        "'{ paths: [ \"/api/*\", \"/m;v=1\" ], notPaths: [ \"/api/admin\" ] }', GET, /api/admin;x, false",
        "'{ paths: [ \"/api/*\", \"/m;v=1\" ], notPaths: [ \"/api/admin\" ] }', GET, /api/x;y, true",
        "'{ paths: [ \"/api/*\", \"/m;v=1\" ], notPaths: [ \"/api/admin\" ] }', GET, /m;v=1, true",
        "'{ paths: [ \"/api/*\", \"/m;v=1\" ], notPaths: [ \"/m\" ] }', GET, /m;v=1, false",
        "'{ paths: [ \"*.pdf\", \"/m;v=1\" ] }', GET, /admin;x.pdf, false",
        "'{ paths: [ \"/m;*\" ] }', GET, /m;v=1//x, true",
        "'{ hosts: [ orders.example ] }', GET, /, true",
        "'{ hosts: [ \"*.example\" ] }', GET, /, true",
        "'{ notHosts: [ orders.example ] }', GET, /, false",
        "'{ ports: [ 8080 ] }', GET, /, true",
        "'{ ports: [ \"80\" ] }', GET, /, false",
        "'{ notPorts: [ 8080 ] }', GET, /, false",
        "'{ ports: [ 8080 ], methods: [ POST ] }', GET, /, false",
    })
    void allowsTheRequestsThatItsOperationsMean(String operation, String method, String path, boolean allowed) {
        Authorizer authorizer = policy("ALLOW", "to: [ { operation: " + operation + " } ]");

        assertThat(authorizer
                        .authorize(caller(WEB), request(method, path), HERE)
                        .allowed())
                .isEqualTo(allowed);
    }

    @Test
    void deniesAPathWhateverItsSlashes() {
        Authorizer authorizer = policy("DENY", "to: [ { operation: { paths: [ \"/admin*\" ] } } ]");

        assertThat(authorizer.authorize(caller(WEB), get("/admin/x"), HERE).allowed())
                .isFalse();
        assertThat(authorizer.authorize(caller(WEB), get("//admin/x"), HERE).allowed())
                .isFalse();
        assertThat(authorizer.authorize(caller(WEB), get("/x?//admin"), HERE).allowed())
                .isTrue();
    }

    @Test
    void deniesAPathWhateverItsParameters() {
        Authorizer exact = policy("DENY", "to: [ { operation: { paths: [ \"/admin\", \"/m;v=1\" ] } } ]");
        for (String path : List.of("/admin", "/admin;x", "/;y/admin%3bx", "//admin;x?q", "/m;v=1")) {
            assertThat(exact.authorize(caller(WEB), get(path), HERE).allowed())
                    .as(path)
                    .isFalse();
        }
        for (String path : List.of("/;admin", "/m;v=2", "/x?/admin;x")) {
            assertThat(exact.authorize(caller(WEB), get(path), HERE).allowed())
                    .as(path)
                    .isTrue();
        }
        Authorizer others = policy("DENY", "to: [ { operation: { paths: [ \"/m*\" ], notPaths: [ \"/m;v=1\" ] } } ]");
        assertThat(others.authorize(caller(WEB), get("/m;v=1"), HERE).allowed()).isTrue();
        assertThat(others.authorize(caller(WEB), get("/m;v=2"), HERE).allowed()).isFalse();
        Authorizer admin = policy("DENY", "to: [ { operation: { paths: [ \"/admin\" ], notPaths: [ \"/m;v=1\" ] } } ]");
        assertThat(admin.authorize(caller(WEB), get("/admin;x"), HERE).allowed())
                .as("a pattern beside it does not disarm it")
                .isFalse();
    }

    @Test
    void neverGrantsByAnotherReadingOfThePath() {
        Authorizer authorizer = policy(
                "ALLOW",
                "to: [ { operation: { paths: [ \"/*\" ], notPaths: [ \"/admin/*\", \"/v1/users:delete\" ] } } ]");

        assertThat(authorizer.authorize(caller(WEB), get("/x"), HERE).allowed()).isTrue();
        for (String path :
                List.of("/admin/x", "//admin/x", "/v1/users:delete", "/v1/users%3adelete", "/v1//users%3Adelete")) {
            assertThat(authorizer.authorize(caller(WEB), get(path), HERE).allowed())
                    .as(path)
                    .isFalse();
        }
    }

    @Test
    void comparesWhatEscapesStandFor() {
        Authorizer deny = policy("DENY", "to: [ { operation: { paths: [ \"/caf\u00e9\", \"/a%2Bb\" ] } } ]");

        assertThat(deny.authorize(caller(WEB), get("/caf%C3%A9"), HERE).allowed())
                .isFalse();
        assertThat(deny.authorize(caller(WEB), get("/caf%c3%a9"), HERE).allowed())
                .isFalse();
        assertThat(deny.authorize(caller(WEB), get("/a+b"), HERE).allowed()).isFalse();
        assertThat(deny.authorize(caller(WEB), get("/a%2bb"), HERE).allowed()).isFalse();
        assertThat(deny.authorize(caller(WEB), get("/a"), HERE).allowed()).isTrue();
    }

    @Test
    void whatAConnectionDoesNotSayIsDeniedAndNeverAllowed() {
        Authorizer deny = policy("DENY", "to: [ { operation: { methods: [ POST ] } } ]");
        Authorizer allow = policy("ALLOW", "to: [ { operation: { methods: [ GET ] } } ]");

        assertThat(deny.authorize(caller(WEB), null, HERE).allowed()).isFalse();
        assertThat(allow.authorize(caller(WEB), null, HERE).allowed()).isFalse();
    }

    @Test
    void portsAreJudgedWhereClientsConnect() {
        Authorizer deny = policy("DENY", "to: [ { operation: { ports: [ 9999 ] } } ]");
        Authorizer allow = policy("ALLOW", "to: [ { operation: { ports: [ 9999 ] } } ]");

        assertThat(deny.authorize(caller(WEB), get("/"), Arrival.ELSEWHERE).allowed())
                .isTrue();
        assertThat(allow.authorize(caller(WEB), get("/"), Arrival.ELSEWHERE).allowed())
                .isTrue();
        assertThat(allow.authorize(caller(WEB), get("/"), HERE).allowed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'{ key: \"request.headers[x-team]\", values: [ shop ] }', true",
        "'{ key: \"request.headers[X-Team]\", values: [ \"*op\" ] }', true",
        "'{ key: \"request.headers[x-team]\", values: [ other ] }', false",
        "'{ key: \"request.headers[x-team]\", notValues: [ shop ] }', false",
        "'{ key: \"request.headers[x-none]\", values: [ \"*\" ] }', false",
        "'{ key: \"request.headers[x-none]\", notValues: [ \"*\" ] }', true",
        "'{ key: source.namespace, values: [ shop ] }', true",
        "'{ key: source.site, notValues: [ aws ] }', false",
        "'{ key: source.principal, values: [ \"*/sa/web\" ] }', true",
        "'{ key: source.trustDomain, values: [ partner.example ] }', false",
        "'{ key: destination.port, values: [ 8080 ] }', true",
        "'{ key: connection.sni, values: [ orders.example ] }', false",
        "'{ key: connection.sni, notValues: [ orders.example ] }', true",
    })
    void allowsUnderConditions(String condition, boolean allowed) {
        Authorizer authorizer = policy("ALLOW", "when: [ " + condition + " ]");

        assertThat(authorizer.authorize(caller(WEB), get("/"), HERE).allowed()).isEqualTo(allowed);
    }

    @Test
    void ofSeveralFieldsOneNameAllMustFitToBeAllowedAndOneToBeDenied() {
        RequestHead twice = get("/");
        twice.fields().add("x-team", "other");
        String when = "when: [ { key: \"request.headers[x-team]\", values: [ shop ] } ]";

        assertThat(policy("ALLOW", when).authorize(caller(WEB), twice, HERE).allowed())
                .isFalse();
        assertThat(policy("DENY", when).authorize(caller(WEB), twice, HERE).allowed())
                .isFalse();
    }

    @Test
    void anAllowPolicyReplacesTheDefaultAndJoinsAllow() {
        String policy = document("readers", "ALLOW", "from: [ { source: { principals: [ \"" + WEB + "\" ] } } ]");
        String allowing = SERVICE + "  allow: [ { from: [ \"" + BATCH + "\" ] } ]\n";

        assertThat(allowed(authorizer(SERVICE), get("/"), WEB, BATCH, OTHER)).isEqualTo("111");
        assertThat(allowed(authorizer(SERVICE, policy), get("/"), WEB, BATCH, OTHER))
                .isEqualTo("100");
        assertThat(allowed(authorizer(allowing, policy), get("/"), WEB, BATCH, OTHER))
                .isEqualTo("110");
        assertThat(allowed(authorizer(SERVICE, document("closed", "ALLOW", null)), get("/"), WEB))
                .isEqualTo("0");
        assertThat(allowed(authorizer(SERVICE, policy, document("open", "ALLOW", "{}")), get("/"), WEB, OTHER))
                .isEqualTo("11");
    }

    @Test
    void denyGoesBeforeAllow() {
        String deny = document("no-batch", "DENY", "from: [ { source: { principals: [ \"*/sa/batch\" ] } } ]");
        String allow = document("all", "ALLOW", "{}");
        Authorizer authorizer = authorizer(SERVICE, allow, deny);

        assertThat(allowed(authorizer, get("/"), WEB, BATCH)).isEqualTo("10");
        assertThat(authorizer.authorize(caller(BATCH), get("/"), HERE).reason())
                .isEqualTo("AuthorizationPolicy no-batch (DENY), rule 0");
    }

    @Test
    void auditsAndDryRunsSayWhatTheyWouldDoAndDoNothing() {
        String audit = document("watch", "AUDIT", "to: [ { operation: { methods: [ GET ] } } ]");
        String dry = document("soon", "DENY", "from: [ { source: { principals: [ \"*/sa/batch\" ] } } ]")
                .replace("spec: {", "spec: { dryRun: true,");
        Authorizer authorizer = authorizer(SERVICE, audit, dry);

        assertThat(authorizer.hasRemarks()).isTrue();
        assertThat(allowed(authorizer, get("/"), WEB, BATCH)).isEqualTo("11");
        assertThat(remarks(authorizer, WEB)).containsExactly("audit watch");
        assertThat(remarks(authorizer, BATCH)).containsExactly("audit watch", "would-deny soon");
        assertThat(authorizer(SERVICE).hasRemarks()).isFalse();
    }

    @Test
    void whatPoliciesRemarkIsMadeBeforehand() {
        String audit = document("watch", "AUDIT", "{}");
        String dry = document("soon", "DENY", "from: [ { source: { principals: [ \"*/sa/batch\" ] } } ]")
                .replace("spec: {", "spec: { dryRun: true,");
        Authorizer audited = authorizer(SERVICE, audit);
        Authorizer rehearsed = authorizer(SERVICE, dry, dry.replace("soon", "later"));
        for (Authorizer authorizer : List.of(audited, rehearsed)) {
            Verdict verdict = authorizer.authorize(caller(BATCH), get("/"), HERE);
            List<AuthorizationRemark> remarks = authorizer.remarks(caller(BATCH), get("/"), HERE, verdict);
            assertThat(remarks).hasSize(1);
            assertThat(authorizer.remarks(caller(BATCH), get("/x"), HERE, verdict))
                    .isSameAs(remarks);
        }
        Verdict verdict = rehearsed.authorize(caller(BATCH), get("/"), HERE);
        AuthorizationRemark both =
                rehearsed.remarks(caller(BATCH), get("/"), HERE, verdict).getFirst();
        assertThat(both.policies()).containsExactlyInAnyOrder("soon", "later");
        assertThat(both.policy()).isEqualTo(String.join(",", both.policies()));
    }

    @Test
    void holdsForTheServicesThatItNames() {
        String policy = document("p", "ALLOW", null);

        assertThat(allowed(authorizer(SERVICE, policy.replace("[ orders ]", "[ \"ord*\" ]")), get("/"), WEB))
                .isEqualTo("0");
        assertThat(allowed(authorizer(SERVICE, policy.replace("[ orders ]", "[ \"*\" ]")), get("/"), WEB))
                .isEqualTo("0");
        assertThat(allowed(authorizer(SERVICE, policy.replace("[ orders ]", "[ order ]")), get("/"), WEB))
                .isEqualTo("1");
    }

    @Test
    void namesServicesThatThereAreNot() {
        CompileResult.Compiled compiled =
                compile(context(), SERVICE, document("p", "DENY", null).replace("[ orders ]", "[ orders, oders ]"));

        assertThat(compiled.notes())
                .singleElement()
                .satisfies(note -> assertThat(note.toString())
                        .contains("spec.services.names[1]")
                        .contains("'oders'")
                        .contains("did you mean 'orders'"));
    }

    @Test
    void aServiceWhosePoliciesAreTheSameKeepsItsRoute() {
        CompileContext context = context();
        String policy = document("p", "ALLOW", "{}");
        var first = compile(context, SERVICE, policy).table().byName(new ServiceName("orders"));
        var second = compile(context, SERVICE, policy).table().byName(new ServiceName("orders"));
        var third = compile(context, SERVICE).table().byName(new ServiceName("orders"));

        assertThat(second).isSameAs(first);
        assertThat(third).isNotSameAs(first).isNotEqualTo(first);
    }

    // --- making ---

    private static Authorizer policy(String action, String rule) {
        return authorizer(SERVICE, document("p", action, rule));
    }

    /** @param rule the text of its only rule; null for none */
    private static String document(String name, String action, @Nullable String rule) {
        String rules = rule == null ? "" : ", rules: [ " + (rule.startsWith("{") ? rule : "{ " + rule + " }") + " ]";
        return "apiVersion: bridgehead.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: " + name
                + " }\nspec: { services: { names: [ orders ] }, action: " + action + rules + " }\n";
    }

    private static Authorizer authorizer(String... documents) {
        return compile(context(), documents)
                .table()
                .services()
                .iterator()
                .next()
                .allow();
    }

    private static CompileContext context() {
        return new CompileContext(
                new SiteName("azure"),
                HOME,
                Map.of(),
                new EndpointTrust(List.of(), true, Set.of(), Set.of()),
                Set.of(),
                false);
    }

    private static CompileResult.Compiled compile(CompileContext context, String... documents) {
        DocumentReader reader = new DocumentReader(context.memory());
        for (int i = 0; i < documents.length; i++) {
            reader.add(i + ".yaml", documents[i]);
        }
        Reading<List<Document>> reading = reader.result();
        assertThat(reading).isInstanceOf(Reading.Done.class);
        List<Document> all = ((Reading.Done<List<Document>>) reading).value();
        CompileResult result = new Compiler(context).compile(all, "1");
        assertThat(result).isInstanceOf(CompileResult.Compiled.class);
        return (CompileResult.Compiled) result;
    }

    private static String allowed(Authorizer authorizer, RequestHead head, String... callers) {
        StringBuilder allowed = new StringBuilder();
        for (String id : callers) {
            allowed.append(authorizer.authorize(caller(id), head, HERE).allowed() ? '1' : '0');
        }
        return allowed.toString();
    }

    private static List<String> remarks(Authorizer authorizer, String id) {
        Verdict verdict = authorizer.authorize(caller(id), get("/"), HERE);
        return authorizer.remarks(caller(id), get("/"), HERE, verdict).stream()
                .map(remark -> remark.kind().text() + " " + remark.policy())
                .toList();
    }

    private static Caller caller(String id) {
        return new Caller(SpiffeId.parse(id), Caller.Proof.CERTIFICATE, new SiteName("aws"), "192.0.2.1");
    }

    private static RequestHead get(String path) {
        return request("GET", path);
    }

    private static RequestHead request(String method, String path) {
        HeaderFields fields = new HeaderFields();
        fields.add("x-team", "shop");
        return new RequestHead(method, "http", "Orders.example:8080", path, fields);
    }
}

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
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TokenClaims;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.Authorizer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What AuthorizationPolicy documents say of JSON Web Tokens, from their text to verdicts. */
final class TokenPoliciesTest {
    private static final TrustDomain HOME = new TrustDomain("corp.example");
    private static final SiteName AWS = new SiteName("aws");
    private static final Arrival HERE = new Arrival(8080, "");
    private static final Caller NOBODY =
            new Caller(SpiffeId.unauthenticated(HOME, AWS), Caller.Proof.LISTENER, AWS, "192.0.2.1");
    private static final Caller ADA =
            NOBODY.with(TokenClaims.of("https://login.example", new JsonObject("""
                            {"sub": "ada", "aud": ["shop", "desk"], "azp": "app", "groups": ["sales", "support"],
                             "level": 7, "admin": false, "at": {"city": {"name": "Ulm"}}, "none": null}""").getMap()), null);

    @ParameterizedTest
    @CsvSource({
        "'{ requestPrincipals: [ \"https://login.example/ada\" ] }', 10",
        "'{ requestPrincipals: [ \"https://login.example/*\" ] }', 10",
        "'{ requestPrincipals: [ \"*/ada\" ] }', 10",
        "'{ requestPrincipals: [ \"*\" ] }', 10",
        "'{ requestPrincipals: [ \"https://other.example/*\" ] }', 00",
        "'{ requestPrincipals: [ \"*\" ], notRequestPrincipals: [ \"*/ada\" ] }', 00",
        "'{ requestPrincipals: [ \"*\" ], sites: [ azure ] }', 00",
    })
    void grantsToWhoBearsAToken(String source, String allowed) {
        assertThat(verdicts("ALLOW", "from: [ { source: " + source + " } ]", HERE))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "'{ notRequestPrincipals: [ \"*\" ] }', 10",
        "'{ requestPrincipals: [ \"*\" ] }', 01",
        "'{ requestPrincipals: [ \"*/bob\" ] }', 11",
    })
    void deniesByTokens(String source, String allowed) {
        assertThat(verdicts("DENY", "from: [ { source: " + source + " } ]", HERE))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "'key: \"request.auth.principal\", values: [ \"*/ada\" ]', 10",
        "'key: \"request.auth.audiences\", values: [ desk ]', 10",
        "'key: \"request.auth.audiences\", values: [ desk ], notValues: [ shop ]', 00",
        "'key: \"request.auth.presenter\", values: [ app ]', 10",
        "'key: \"request.auth.claims[groups]\", values: [ support ]', 10",
        "'key: \"request.auth.claims[groups]\", values: [ sup ]', 00",
        "'key: \"request.auth.claims[groups]\", notValues: [ root ]', 11",
        "'key: \"request.auth.claims[level]\", values: [ 7 ]', 10",
        "'key: \"request.auth.claims[admin]\", values: [ \"false\" ]', 10",
        "'key: \"request.auth.claims[at][city][name]\", values: [ \"U*\" ]', 10",
        "'key: \"request.auth.claims[at][city]\", values: [ \"*\" ]', 00",
        "'key: \"request.auth.claims[none]\", values: [ \"*\" ]', 00",
        "'key: \"request.auth.claims[sub][name]\", values: [ \"*\" ]', 00",
    })
    void grantsByClaims(String condition, String allowed) {
        assertThat(verdicts("ALLOW", "when: [ { " + condition + " } ]", HERE)).isEqualTo(allowed);
    }

    /** What a token says is judged where the request came in; the node that serves has no token to look at. */
    @Test
    void anotherNodeTakesTheWordOfTheNodeOfEntry() {
        String principal = "from: [ { source: { requestPrincipals: [ \"*/ada\" ] } } ]";
        String claim = "when: [ { key: \"request.auth.claims[groups]\", values: [ sales ] } ]";
        for (String rule : List.of(principal, claim)) {
            assertThat(authorizer("ALLOW", rule)
                            .authorize(NOBODY, head(), Arrival.ELSEWHERE)
                            .allowed())
                    .isTrue();
            assertThat(authorizer("DENY", rule)
                            .authorize(NOBODY, head(), Arrival.ELSEWHERE)
                            .allowed())
                    .isTrue();
            assertThat(authorizer("ALLOW", rule).authorize(NOBODY, null, HERE).allowed())
                    .as("a connection has no token")
                    .isFalse();
        }
    }

    private static String verdicts(String action, String rule, Arrival arrival) {
        Authorizer authorizer = authorizer(action, rule);
        return (authorizer.authorize(ADA, head(), arrival).allowed() ? "1" : "0")
                + (authorizer.authorize(NOBODY, head(), arrival).allowed() ? "1" : "0");
    }

    private static RequestHead head() {
        return new RequestHead("GET", "http", "orders.example", "/", new HeaderFields());
    }

    private static Authorizer authorizer(String action, String rule) {
        Reading<List<Document>> reading = new DocumentReader()
                .add("all.yaml", """
                        apiVersion: bridgehead.io/v1
                        kind: Service
                        metadata: { name: orders }
                        spec: { hostnames: [ orders.example ], sites: { aws: { endpoints: [ "10.0.0.1:80" ] } } }
                        ---
                        apiVersion: bridgehead.io/v1
                        kind: AuthorizationPolicy
                        metadata: { name: p }
                        spec: { services: { names: [ orders ] }, action: %s, rules: [ { %s } ] }
                        """.formatted(action, rule))
                .result();
        assertThat(reading).isInstanceOf(Reading.Done.class);
        CompileContext context = new CompileContext(
                AWS, HOME, Map.of(), new EndpointTrust(List.of(), true, Set.of(), Set.of()), Set.of(), false);
        CompileResult result = new Compiler(context).compile(((Reading.Done<List<Document>>) reading).value(), "1");
        assertThat(result).isInstanceOf(CompileResult.Compiled.class);
        return ((CompileResult.Compiled) result)
                .table()
                .services()
                .iterator()
                .next()
                .allow();
    }
}

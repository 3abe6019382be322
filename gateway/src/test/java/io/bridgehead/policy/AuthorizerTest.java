package io.bridgehead.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.Arrival;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthorizerTest {
    private static final TrustDomain HOME = new TrustDomain("corp.example");
    private static final String PLAINTEXT = "spiffe://corp.example/site/aws/unauthenticated";
    private static final String DECLARED = "spiffe://corp.example/site/aws/legacy";
    private static final String WORKLOAD = "spiffe://corp.example/ns/shop/sa/web";
    private static final String FOREIGN = "spiffe://other.example/ns/shop/sa/web";

    @ParameterizedTest
    @ValueSource(strings = {PLAINTEXT, DECLARED, WORKLOAD})
    void withoutRulesEveryCallerOfTheTrustDomainMayCall(String identity) {
        Verdict verdict = Authorizer.everySite(HOME).authorize(caller(identity), request("DELETE"), Arrival.ELSEWHERE);
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.rule()).isEqualTo(Verdict.Allowed.NO_RULES));
    }

    @Test
    void withoutRulesAnotherTrustDomainIsRefused() {
        assertThat(Authorizer.everySite(HOME).authorize(caller(FOREIGN), request("GET"), Arrival.ELSEWHERE))
                .isInstanceOfSatisfying(
                        Verdict.Denied.class,
                        denied -> assertThat(denied.cause()).isEqualTo(Verdict.Cause.FOREIGN_TRUST_DOMAIN));
    }

    @ParameterizedTest
    @CsvSource({
        "site:aws, " + DECLARED + ", true",
        "site:aws, " + WORKLOAD + ", true",
        "site:aws, " + PLAINTEXT + ", false",
        "site:aws, " + FOREIGN + ", false",
        "site:gcp, " + WORKLOAD + ", false",
        "site:*, " + DECLARED + ", true",
        "site:*, " + WORKLOAD + ", true",
        "site:*, " + PLAINTEXT + ", false",
        "site:*, spiffe://corp.example/site/gcp/unauthenticated, false",
        "site:*, spiffe://corp.example/site/gcp/x/unauthenticated, true",
        "site:*, " + FOREIGN + ", false",
        PLAINTEXT + ", " + PLAINTEXT + ", true",
        "spiffe://corp.example/site/aws/*, " + PLAINTEXT + ", true",
        "spiffe://corp.example/*, " + PLAINTEXT + ", true",
        WORKLOAD + ", " + WORKLOAD + ", true",
        WORKLOAD + ", " + FOREIGN + ", false",
        FOREIGN + ", " + FOREIGN + ", true",
        "spiffe://corp.example/ns/shop/*, " + WORKLOAD + ", true",
        "spiffe://corp.example/ns/sho/*, " + WORKLOAD + ", false",
        "spiffe://other.example/ns/*, " + FOREIGN + ", true",
    })
    void aPatternNamesTheseCallers(String pattern, String identity, boolean allowed) {
        Authorizer authorizer = Authorizer.of(HOME, List.of(rule(pattern)));
        assertThat(authorizer
                        .authorize(caller(identity), request("GET"), Arrival.ELSEWHERE)
                        .allowed())
                .isEqualTo(allowed);
    }

    @Test
    void theFirstRuleThatFitsDecidesAndIsNamed() {
        Authorizer authorizer = Authorizer.of(
                HOME,
                List.of(rule("site:gcp"), rule("site:aws", "GET"), rule(WORKLOAD, "POST"), rule("site:*", "GET")));
        assertThat(authorizer.authorize(caller(WORKLOAD), request("POST"), Arrival.ELSEWHERE))
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.rule()).isEqualTo(2));
        assertThat(authorizer.authorize(caller(DECLARED), request("POST"), Arrival.ELSEWHERE))
                .isInstanceOfSatisfying(Verdict.Denied.class, denied -> {
                    assertThat(denied.cause()).isEqualTo(Verdict.Cause.METHOD_NOT_NAMED);
                    assertThat(denied.rule()).isEqualTo(3);
                    assertThat(denied.reason()).contains("site:*", "GET");
                });
    }

    @Test
    void aConnectionWithoutMethodFitsOnlyRulesWithoutMethods() {
        assertThat(Authorizer.of(HOME, List.of(rule("site:*", "GET")))
                        .authorize(caller(WORKLOAD), null, Arrival.ELSEWHERE)
                        .allowed())
                .isFalse();
        assertThat(Authorizer.of(HOME, List.of(rule("site:*")))
                        .authorize(caller(WORKLOAD), null, Arrival.ELSEWHERE)
                        .allowed())
                .isTrue();
    }

    @Test
    void anEmptyListOfRulesAdmitsNobody() {
        assertThat(Authorizer.of(HOME, List.of())
                        .authorize(caller(WORKLOAD), request("GET"), Arrival.ELSEWHERE)
                        .allowed())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "aws",
                "site:",
                "site:A_B",
                "site:a*",
                "spiffe://corp.example",
                "spiffe://corp.example/a*",
                "spiffe:///a",
                "spiffe://corp.example/a/*/b",
                "spiffe://*/a"
            })
    void refusesWhatIsNoPattern(String text) {
        assertThatThrownBy(() -> SourcePattern.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"site:*", "site:aws", WORKLOAD, "spiffe://corp.example/*", "spiffe://corp.example/ns/*"})
    void patternsReadBackAsWritten(String text) {
        assertThat(SourcePattern.parse(text)).hasToString(text);
    }

    private static AllowRule rule(String from, String... methods) {
        return new AllowRule(List.of(SourcePattern.parse(from)), Set.copyOf(Arrays.asList(methods)));
    }

    private static Caller caller(String identity) {
        return new Caller(SpiffeId.parse(identity), Caller.Proof.LISTENER, new SiteName("aws"), "127.0.0.1");
    }

    private static RequestHead request(String method) {
        return new RequestHead(method, "http", "shop.example", "/", new HeaderFields());
    }
}

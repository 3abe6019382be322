package io.bridgehead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.NodeConfig.AdminRights;
import io.bridgehead.listen.operator.OperatorDoor.Answer;
import io.bridgehead.listen.operator.OperatorDoor.Question;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SpiffeId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators elsewhere may ask, by their rights and by what their requests say. */
final class RemoteDoorTest {
    private static final SpiffeId ADA = SpiffeId.parse("spiffe://acme.example/operator/ada");
    private static final SpiffeId RITA = SpiffeId.parse("spiffe://acme.example/operator/rita");
    private static final SpiffeId EVE = SpiffeId.parse("spiffe://acme.example/operator/eve");

    private final List<String> posted = new ArrayList<>();
    private final RemoteDoor door = new RemoteDoor(
            new Echo(), Set.of("gw.example"), rights("spiffe://acme.example/operator/rita"), Runnable::run);

    private static AdminRights rights(String reader) {
        return new AdminRights(
                List.of(IdentityPattern.parse(reader)),
                List.of(IdentityPattern.parse("spiffe://acme.example/operator/ada")));
    }

    /** Says who posted what. */
    private final class Echo implements AdminApi {
        @Override
        public Future<Reply> get(String path) {
            JsonObject stage = new JsonObject().put("source", "shop").put("changeset", "documents");
            return Future.succeededFuture(
                    Reply.good(new JsonObject().put("path", path).put("stages", new JsonArray().add(stage))));
        }

        @Override
        public Future<Reply> post(String path, Function<String, String> fields, byte[] body, Requester by) {
            posted.add(path + " " + fields.apply("X-Bridgehead-Wait") + " by " + by.operator() + " from " + by.from());
            return get(path);
        }

        @Override
        public Future<String> ready() {
            return Future.succeededFuture("the node is starting");
        }

        @Override
        public String scrape(String contentType) {
            return "meters as " + contentType;
        }
    }

    private static Question question(SpiffeId operator, String method, String host, String path, String... fields) {
        HeaderFields all = new HeaderFields();
        for (int i = 0; i < fields.length; i += 2) {
            all.add(fields[i], fields[i + 1]);
        }
        return new Question(operator, "192.0.2.7:4711", new RequestHead(method, "https", host, path, all));
    }

    private int refusal(Question question) {
        Answer answer = door.refusal(question);
        return answer == null ? 0 : answer.status();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /v1/status,                      0,   0",
        "GET,  /v1/sources/shop/diff/1/2,       0,   0",
        "POST, /v1/plan,                        0,   0",
        "POST, /v1/explain,                     0,   0",
        "POST, /v1/changesets,                  403, 0",
        "POST, /v1/stages,                      403, 0",
        "POST, /v1/orders,                      403, 0",
        "POST, /v1/orders/plan,                 0,   0",
        "GET,  /v1/rights/spiffe%3A%2F%2Fx,     0,   0",
        "POST, /v1/tokens,                      403, 0",
        "POST, /v1/reload,                      403, 0",
        "POST, /v1/reload/plan,                 403, 0",
        "POST, /v1/plan/../reload,              403, 0",
        "POST, /v1/something-new,               403, 0",
        "GET,  /v1/sources/shop/revisions/1,    403, 0",
        "GET,  /v1/sources/shop/%72evisions/1,  403, 0",
        "GET,  /v1/sources/shop/rollback/1?x=y, 403, 0",
        "PUT,  /v1/status,                      405, 405",
        "HEAD, /v1/status,                      405, 405",
    })
    void readersReadAndChangersChange(String method, String path, int reader, int changer) {
        assertThat(refusal(question(RITA, method, "gw.example", path))).isEqualTo(reader);
        assertThat(refusal(question(ADA, method, "gw.example", path))).isEqualTo(changer);
        assertThat(refusal(question(EVE, method, "gw.example", path))).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gw.example", "GW.Example:15009", "localhost:1", "10.0.0.7:15009", "[2001:db8::7]:15009"})
    void aRequestCallsTheNodeByOneOfItsNames(String host) {
        assertThat(refusal(question(RITA, "GET", host, "/v1/status"))).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "gw.example.",
                "gw.example.evil.example",
                "10.0.0.7.evil.example",
                "[gw.example"
            })
    void anyOtherNameIsRefused(String host) {
        assertThat(refusal(question(ADA, "GET", host, "/v1/status"))).isEqualTo(421);
    }

    @Test
    void whatABrowserSendsForAPageIsRefused() {
        assertThat(refusal(question(ADA, "GET", "gw.example", "/v1/status", "origin", "https://gw.example")))
                .isEqualTo(403);
        assertThat(refusal(question(ADA, "POST", "gw.example", "/v1/reload", "sec-fetch-site", "cross-site")))
                .isEqualTo(403);
        assertThat(refusal(question(ADA, "GET", "gw.example", "/v1/status", "sec-fetch-site", "none")))
                .isZero();
    }

    @Test
    void rightsThatAreTakenAwayHoldAtOnce() {
        assertThat(door.objection(RITA)).isNull();
        assertThat(door.objection(ADA)).isNull();
        assertThat(door.objection(EVE)).contains("found peer " + EVE, "admin.remote.operators");
        door.grant(rights("spiffe://acme.example/operator/eve"));
        assertThat(door.objection(EVE)).isNull();
        assertThat(door.objection(RITA)).isNotNull();
        assertThat(refusal(question(RITA, "GET", "gw.example", "/v1/status"))).isEqualTo(403);
    }

    private String answer(Question question) throws Exception {
        Answer answer = door.answer(question, new byte[0]).toCompletableFuture().get(10, TimeUnit.SECONDS);
        return answer.status() + " " + answer.contentType() + " "
                + StandardCharsets.UTF_8.decode(answer.body().duplicate());
    }

    @Test
    void whoPostsIsHandedOn() throws Exception {
        answer(question(ADA, "POST", "gw.example", "/v1/changesets", "x-bridgehead-wait", "5"));
        assertThat(posted).containsExactly("/v1/changesets 5 by " + ADA + " from 192.0.2.7:4711");
    }

    @Test
    void readersSeeWhatIsTriedAndNotTheDocuments() throws Exception {
        assertThat(answer(question(RITA, "GET", "gw.example", "/v1/stages")))
                .contains("shop")
                .doesNotContain("documents");
        assertThat(answer(question(ADA, "GET", "gw.example", "/v1/stages"))).contains("documents");
    }

    @Test
    void whoOnlyReadsHandsOverNoOrderWhoeverMaySignIt() throws Exception {
        String path = "/v1/rights/spiffe%3A%2F%2Facme.example%2Foperator%2Fada";
        assertThat(answer(question(RITA, "GET", "gw.example", path)))
                .contains("\"order\":false", RITA + " may read here", "admin.remote.operators.change");
        assertThat(answer(question(ADA, "GET", "gw.example", path))).doesNotContain("\"order\"");
    }

    @Test
    void whatMonitoringNeedsIsThereToo() throws Exception {
        assertThat(answer(question(RITA, "GET", "gw.example", "/ready"))).contains("503 ", "the node is starting");
        assertThat(answer(question(RITA, "GET", "gw.example", "/live"))).contains("200 ", "true");
        assertThat(answer(question(RITA, "GET", "gw.example", "/metrics", "accept", "application/openmetrics-text")))
                .contains("200 application/openmetrics-text", "meters as application/openmetrics-text");
    }
}

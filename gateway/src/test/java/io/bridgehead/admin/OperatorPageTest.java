package io.bridgehead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.loop.Loops;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of an operator at its port: who comes in, and what an order must come with. */
@Timeout(60)
final class OperatorPageTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern COOKIE = Pattern.compile("set-cookie: ([^;\r]+); Path=/; HttpOnly; SameSite=Strict");
    private static final Pattern PROOF = Pattern.compile("name=\"bridgehead-proof\" content=\"([^\"]+)\"");

    private final Loops loops = Loops.start(1);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final OperatorPage page = new OperatorPage(loops.vertx(), new Noting(), new SecureRandom());
    private URI link = URI.create("http://127.0.0.1/");
    private String cookie = "";
    private String proof = "";

    /** Notes what it is asked. */
    private final class Noting implements OperatorDesk {
        @Override
        public JsonObject overview() {
            return new JsonObject().put("status", new JsonObject());
        }

        @Override
        public Reply plan(JsonObject wish) {
            asked.add("plan " + wish.getString("action"));
            return Reply.good(new JsonObject().put("text", "would be"));
        }

        @Override
        public Reply give(JsonObject wish) {
            asked.add("give " + wish.getString("action"));
            return Reply.bad(403, "not today", List.of());
        }
    }

    @BeforeEach
    void listen() throws Exception {
        Promise<String> opened = Promise.promise();
        loops.control().context().runOnContext(_ -> page.listen(0).onComplete(opened));
        link = URI.create(
                opened.future().toCompletionStage().toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
    }

    @AfterEach
    void stop() throws Exception {
        page.close().toCompletionStage().toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        loops.close().toCompletionStage().toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private String host() {
        return "host: " + link.getAuthority();
    }

    private String origin() {
        return "origin: http://" + link.getAuthority();
    }

    /** The folder of the page. */
    private String folder() {
        return link.getPath().substring(0, link.getPath().lastIndexOf('/'));
    }

    private String answer(String method, String path, String body, List<String> fields) throws IOException {
        return whole(method, folder() + path, body, fields);
    }

    private String whole(String method, String path, String body, List<String> fields) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.0\r\n");
        fields.forEach(field -> head.append(field).append("\r\n"));
        if (!body.isEmpty()) {
            head.append("content-length: ").append(body.length()).append("\r\n");
        }
        try (Socket socket = new Socket(InetAddress.ofLiteral(link.getHost()), link.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write((head + "\r\n" + body).getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    private String enter(String... more) throws IOException {
        List<String> fields = new ArrayList<>(List.of(host()));
        fields.addAll(List.of(more));
        return answer("GET", "/enter?" + link.getQuery(), "", fields);
    }

    private void entered() throws IOException {
        String answer = enter();
        Matcher set = COOKIE.matcher(answer);
        Matcher told = PROOF.matcher(answer);
        assertThat(set.find() && told.find()).as(answer).isTrue();
        cookie = "cookie: a=b; " + set.group(1) + "; c=d";
        proof = "x-bridgehead-page: " + told.group(1);
    }

    private List<String> whole() {
        return new ArrayList<>(List.of(host(), cookie, proof, origin(), "content-type: application/json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page/page.js", "/page/events", "/page/enter.js", "/page/desk.js", "/nothing"})
    void withoutTheSessionNothingIsThere(String path) throws IOException {
        assertThat(status(answer("GET", path, "", List.of(host())))).isEqualTo(401);
        entered();
        assertThat(status(answer("GET", path, "", List.of(host())))).isEqualTo(401);
        if (!path.equals("/page/events")) {
            assertThat(status(answer("GET", path, "", List.of(host(), cookie)))).isIn(200, 404);
        }
        assertThat(status(answer("GET", path, "", List.of(host(), "cookie: bridgehead-page-" + link.getPort() + "=x"))))
                .isEqualTo(401);
    }

    @Test
    void theLinkIsGoodOnceAndNotForLookingAhead() throws IOException {
        assertThat(status(enter("sec-purpose: prefetch"))).isEqualTo(503);
        assertThat(status(answer("GET", "/enter?secret=guessed", "", List.of(host()))))
                .isEqualTo(403);
        entered();
        String again = enter();
        assertThat(status(again)).isEqualTo(403);
        assertThat(again).doesNotContain("set-cookie").contains("if that was not you");
        String back = enter(cookie);
        assertThat(status(back)).as("the same browser, whose tab was closed").isEqualTo(200);
        assertThat(back).containsPattern(PROOF);
        assertThat(status(answer("GET", "/enter?secret=guessed", "", List.of(host(), cookie))))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/enter.html", "/page/page.css"})
    void everyAnswerIsProtected(String path) throws IOException {
        entered();
        assertThat(answer("GET", path, "", List.of(host(), cookie)))
                .contains(
                        "content-security-policy: default-src 'none'; script-src 'self';",
                        "frame-ancestors 'none'",
                        "referrer-policy: no-referrer",
                        "cache-control: no-store");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:%d",
                "127.0.0.1:%d",
                "evil.example:%d",
                "127.0.0.1",
                "127.0.0.1:1",
                "127.0.0.1.evil.example:%d"
            })
    void itIsCalledByItsOneAddress(String host) throws IOException {
        entered();
        String named = "host: " + host.formatted(link.getPort());
        assertThat(status(answer("GET", "/", "", List.of(named, cookie)))).isEqualTo(421);
        assertThat(status(answer("GET", "/enter?" + link.getQuery(), "", List.of(named))))
                .isEqualTo(421);
    }

    @Test
    void nothingThatABrowserKeptOfThisPortIsUsed() throws IOException {
        assertThat(link.getHost()).matches("127\\.[1-9]\\d*\\.\\d+\\.\\d+");
        assertThat(folder()).matches("/[A-Za-z0-9_-]{43}");
        entered();
        for (String path :
                List.of("/", "/enter?" + link.getQuery(), "/page/page.js", "/page/events", folder(), "/" + folder())) {
            String answer = whole("GET", path, "", List.of(host(), cookie));
            assertThat(status(answer)).as(path).isEqualTo(404);
            assertThat(answer).contains("cache-control: no-store");
        }
        assertThat(status(answer("GET", "/page/page.js", "", List.of(host(), cookie, "service-worker: script"))))
                .isEqualTo(403);
        for (String part :
                List.of("/", "/page/page.js", "/page/desk.js", "/page/enter.js", "/enter?" + link.getQuery())) {
            String text = answer("GET", part, "", List.of(host(), cookie));
            assertThat(text).as(part).contains("HTTP/1.0 200", "cache-control: no-store");
            assertThat(text).as(part).doesNotContain("\"/page", "'/page", "'/enter", "href=\"/", "replace('/");
        }
    }

    @Test
    void pagesOfOthersAndProxiesGetNothing() throws IOException {
        entered();
        assertThat(status(answer("GET", "/page/events", "", List.of(host(), cookie, "sec-fetch-site: same-site"))))
                .as("a page at another port of this machine")
                .isEqualTo(403);
        assertThat(status(answer("GET", "/", "", List.of(host(), cookie, "origin: http://127.0.0.1:1"))))
                .isEqualTo(403);
        assertThat(status(answer("GET", "/", "", List.of(host(), cookie, "x-forwarded-for: 192.0.2.1"))))
                .isEqualTo(403);
        assertThat(status(answer("GET", "/page/orders", "", whole()))).isEqualTo(405);
        assertThat(status(answer("POST", "/", "{}", whole()))).isEqualTo(405);
    }

    @Test
    void anOrderComesWithEverythingThatOnlyThePageSays() throws IOException {
        entered();
        String wish = "{\"action\":\"drain\"}";
        assertThat(answer("POST", "/page/plan", wish, whole())).contains("would be");
        String refused = answer("POST", "/page/orders", wish, whole());
        assertThat(status(refused)).as("what the desk says").isEqualTo(403);
        assertThat(refused).contains("{\"error\":\"not today\"}");
        assertThat(asked).containsExactly("plan drain", "give drain");
        for (int i = 0; i < whole().size(); i++) {
            List<String> lacking = whole();
            String lacked = lacking.remove(i);
            assertThat(status(answer("POST", "/page/orders", wish, lacking)))
                    .as("without " + lacked)
                    .isIn(401, 403, 415, 421);
        }
        for (String other : List.of("origin: null", "origin: http://localhost:" + link.getPort())) {
            List<String> elsewhere = whole();
            elsewhere.set(3, other);
            assertThat(status(answer("POST", "/page/orders", wish, elsewhere))).isEqualTo(403);
        }
        List<String> crossing = whole();
        crossing.add("sec-fetch-site: same-site");
        assertThat(status(answer("POST", "/page/orders", wish, crossing))).isEqualTo(403);
        assertThat(status(answer("POST", "/page/orders", "nonsense", whole()))).isEqualTo(400);
        assertThat(status(answer("POST", "/page/orders", "x".repeat(20_000), whole())))
                .isEqualTo(413);
        assertThat(asked).as("nothing else reached the desk").hasSize(2);
    }
}

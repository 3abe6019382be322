package io.bridgehead.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Chromium;
import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Manifests;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.RunningPage;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The status page in headless Chromium: what people see, on a wide screen and on a telephone, by day and by night, and without a mouse; and the one
 * of {@code bridgehead page}, from which they give orders.
 */
@Tag("interop")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TheStatusPageIsReadInABrowserIT {
    private static final String HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> works in the west";
    private static final int ROUTES = Ports.next();
    private static final int TAB = 9;
    private static final int ENTER = 13;
    private static final int ESCAPE = 27;
    private static final int SLASH = 191;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");
    private static final Chromium BROWSER = FABRIC.closing(Chromium.start());

    @BeforeAll
    static void start() throws IOException {
        AWS.yaml().set("gateways", "[ edge/public ]");
        ENDPOINT.at(
                "/checkout",
                (_, out) -> out.write("HTTP/1.1 503 Broken\r\ncontent-length: 0\r\n\r\n".getBytes(US_ASCII)));
        FABRIC.start();
        List<String> here = List.of(ENDPOINT.address());
        FABRIC.applied(
                AWS,
                Documents.http("shop", "shop.example", Map.of("azure", here)) + "---\n"
                        + Documents.http(
                                "a-service-with-a-name-as-long-as-a-name-may-well-become-in-time",
                                "long.example",
                                Map.of("aws", List.of("127.0.0.1:9"), "azure", here))
                        + routes());
        TestFabric.awaitServing(AWS, "shop", "azure");
        Cli.run(
                        "freeze",
                        "shop",
                        "--reason",
                        HOSTILE,
                        "--for",
                        "2h",
                        "--socket",
                        AWS.socket().toString(),
                        "--certificate",
                        FABRIC.operator().certificate().toString(),
                        "--key",
                        FABRIC.operator().key().toString())
                .good();
        BROWSER.look(1280, 900, "light");
        BROWSER.open("http://127.0.0.1:" + AWS.ports().metrics() + "/");
        awaitReadings(1);
        for (int i = 0; i < 20; i++) {
            assertThat(RawClient.get(AWS.http(), "shop.example", "/" + i).status())
                    .isEqualTo(200);
        }
        Patience.until("the routes' port is open", () -> status(ROUTES, "routed.example") == 200);
        for (String path : List.of("/checkout", "/catalogue/1", "/catalogue/2")) {
            RawClient.get(ROUTES, "routed.example", path);
        }
        awaitReadings(3);
    }

    /** One service by three rules, one of them with a name as long as names are in the wild. */
    private static String routes() {
        return Manifests.edgePublic(ROUTES) + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: storefront-of-the-main-brand, namespace: edge }
                spec:
                  parentRefs: [ { name: public } ]
                  hostnames: [ routed.example ]
                  rules:
                  - name: checkout
                    matches: [ { path: { value: /checkout } } ]
                    backendRefs: [ { group: bridgehead.io, kind: Service, name: shop } ]
                  - name: catalogue-pages-with-pictures-for-telephones
                    matches: [ { path: { value: /catalogue } } ]
                    backendRefs: [ { group: bridgehead.io, kind: Service, name: shop } ]
                  - backendRefs: [ { group: bridgehead.io, kind: Service, name: shop } ]
                """;
    }

    private static void awaitReadings(int count) {
        Patience.until(
                "the page was told " + count + " times",
                () -> BROWSER.holds("Number(document.documentElement.dataset.readings || 0) >= " + count),
                () -> BROWSER.complaints().toString());
    }

    private static String seen(String id) {
        return BROWSER.ask("document.getElementById('" + id + "').innerText");
    }

    @Test
    void itShowsTheFabricAsItIs() {
        assertThat(seen("node")).isEqualTo("aws-a");
        assertThat(seen("live")).contains("live");
        assertThat(BROWSER.ask("document.querySelector('#map svg').getAttribute('aria-label')"))
                .contains("This node is in site aws", "azure: up");
        assertThat(BROWSER.ask("document.querySelector('#map svg').textContent"))
                .contains("aws", "azure", "● up", "lost");
        // a node that has just started knows too little to keep shares as they are, and does so after a while
        Patience.until("the freeze holds", () -> seen("services").contains("frozen by an operator"));
        awaitSeen("services", "shop", "azure", "1 of 1 fit", "frozen by an operator", "0 of 1 fit");
        awaitSeen("traffic", "shop", "ms", "20, 0 failed");
        awaitSeen("nodes", "aws-a", "azure-a", AWS.revision());
        awaitSeen("tunnels", "azure-a", "up", "TLSv1.3");
        awaitSeen("certificates", "identity", "spiffe://");
        awaitSeen("events", "order in force");
    }

    @Test
    void servicesOfSeveralRoutesHaveARowForEach() {
        String route = "HTTPRoute edge/storefront-of-the-main-brand rule ";
        awaitSeen(
                "traffic",
                route + "0 (checkout)",
                route + "1 (catalogue-pages-with-pictures-for-telephones)",
                route + "2",
                "(taken by none)",
                "all");
        assertThat(BROWSER.ask("[...document.querySelectorAll('#traffic td.route')]"
                        + ".find(e => e.textContent.endsWith('(checkout)')).parentElement.innerText"))
                .as("what failed is told of the route that it took")
                .contains("1, 1 failed");
    }

    @Test
    void whatOthersSayIsTextAndNothingElse() {
        awaitSeen("orders", HOSTILE);
        assertThat(BROWSER.ask("document.querySelectorAll('img, script:not([src])').length"))
                .isEqualTo("0");
        assertThat(BROWSER.complaints())
                .as("no script failed, none was stopped")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1280, light", "1280, dark", "390, light", "390, dark"})
    void itFitsAndItsTextStandsOut(int width, String scheme) throws IOException {
        BROWSER.look(width, 900, scheme);
        Patience.until(
                "it is laid out",
                () -> BROWSER.ask("innerWidth + ' ' + (document.querySelector('#map svg').clientWidth < innerWidth)")
                        .equals(width + " true"));
        assertThat(Files.size(BROWSER.picture("status-" + width + "-" + scheme)))
                .isGreaterThan(20_000);
        assertThat(BROWSER.ask("document.documentElement.scrollWidth")).isEqualTo(Integer.toString(width));
        assertThat(
                        BROWSER.ask(
                                "[...document.querySelectorAll('td, th, li, p, h1, h2, a, button, input, svg')].filter(e => e.offsetParent && (e.getBoundingClientRect().right > innerWidth + 1 || e.scrollWidth > e.clientWidth + 1 && e.tagName === 'TD' && !e.matches('.again'))).map(e => e.tagName + ' ' + e.textContent).join('|')"))
                .as("what does not fit")
                .isEmpty();
        assertThat(BROWSER.ask(OVERLAPS)).as("what lies over something else").isEmpty();
        assertThat(BROWSER.ask(FAINT)).as("text with less than 4.5 to 1").isEmpty();
    }

    /** Pairs of parts of the map or of sections that cover each other. */
    private static final String OVERLAPS = """
            (() => {
              const boxes = [...document.querySelectorAll('section'), ...document.querySelectorAll('#map text')]
                .map(e => [e, e.getBoundingClientRect()]);
              const found = [];
              boxes.forEach(([a, r], i) => boxes.slice(i + 1).forEach(([b, s]) => {
                if (a.tagName === b.tagName && r.left < s.right - 1 && s.left < r.right - 1 && r.top < s.bottom - 2 && s.top < r.bottom - 2)
                  found.push(a.textContent + ' / ' + b.textContent);
              }));
              return found.join('|');
            })()""";

    /** Texts whose colour is too near to that of their ground, as WCAG 2 counts it. */
    private static final String FAINT = """
            (() => {
              const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
              const ground = e => { for (let n = e; n; n = n.parentElement) { const c = getComputedStyle(n).backgroundColor; if (!/, 0\\)$|transparent/.test(c)) return c; } return 'rgb(255,255,255)'; };
              return [...document.querySelectorAll('td, th, li, p, h1, h2, small, a, button, span')].filter(e => e.offsetParent && e.textContent.trim() && !e.closest('.again, .skip')).filter(e => {
                const [x, y] = [light(getComputedStyle(e).color), light(ground(e))].sort((p, q) => q - p);
                return (x + 0.05) / (y + 0.05) < 4.5; }).map(e => e.className + ': ' + e.textContent).join('|');
            })()""";

    @Test
    void itIsUsedByKeyboard() {
        BROWSER.look(1280, 900, "light");
        BROWSER.ask("document.activeElement.blur()");
        BROWSER.press("/", "/", SLASH);
        assertThat(BROWSER.ask("document.activeElement.id")).isEqualTo("filter");
        BROWSER.press("q", "q", 'Q');
        Patience.until("it is filtered", () -> seen("services").equals("No service is like that."));
        BROWSER.ask(
                "(document.getElementById('filter').value = '', document.getElementById('filter').dispatchEvent(new Event('input')))");
        BROWSER.press("Tab", "", TAB);
        assertThat(BROWSER.ask("document.activeElement.textContent")).isEqualTo("Order…");
        BROWSER.press("Enter", "\r", ENTER);
        assertThat(BROWSER.ask("document.getElementById('order').open")).isEqualTo("true");
        assertThat(seen("order-command")).startsWith("bridgehead drain service ");
        awaitTelling();
        assertThat(BROWSER.ask("document.activeElement.id"))
                .as("where one is stays")
                .isEqualTo("order-action");
        BROWSER.press("Escape", "", ESCAPE);
        assertThat(BROWSER.ask("document.getElementById('order').open")).isEqualTo("false");
    }

    private static void awaitTelling() {
        String before = BROWSER.ask("document.getElementById('about').textContent");
        Patience.until(
                "it was told again",
                () -> !BROWSER.ask("document.getElementById('about').textContent")
                        .equals(before));
    }

    private static void choose(String id, String value) {
        BROWSER.ask("(document.getElementById('" + id + "').value = '" + value + "', document.getElementById('" + id
                + "').dispatchEvent(new Event('input', { bubbles: true })))");
    }

    private static void awaitSeen(String id, String... texts) {
        Patience.until(
                "'" + id + "' says " + List.of(texts),
                () -> List.of(texts).stream().allMatch(seen(id)::contains),
                () -> seen(id) + BROWSER.complaints());
    }

    private static String orders() {
        return AWS.get("/v1/orders").getJsonArray("orders").encode();
    }

    private static int status() {
        return status(AWS.http(), "shop.example");
    }

    /** Of one request; 0 when nobody answers. */
    private static int status(int port, String host) {
        try {
            return RawClient.get(port, host, "/").status();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Chooses what to order by hand, plans and gives it by keyboard. */
    private static void order(String action, String site, String reason) {
        BROWSER.ask("document.getElementById('new-order').click()");
        choose("order-action", action);
        choose("order-kind", "site");
        choose("order-site", site);
        BROWSER.ask("document.getElementById('order-reason').focus()");
        reason.chars()
                .forEach(c ->
                        BROWSER.press(String.valueOf((char) c), String.valueOf((char) c), Character.toUpperCase(c)));
        assertThat(BROWSER.ask("document.getElementById('order-give').disabled"))
                .as("nothing is given before it is planned")
                .isEqualTo("true");
        BROWSER.press("Enter", "\r", ENTER);
        awaitSeen("order-said", "Nothing is ordered yet");
        assertThat(BROWSER.ask("document.activeElement.id")).isEqualTo("order-give");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void ordersAreGivenFromThePageOnAnOperatorsMachine() throws Exception {
        try (RunningPage page = RunningPage.start(
                "--socket",
                AWS.socket().toString(),
                "--certificate",
                FABRIC.operator().certificate().toString(),
                "--key",
                FABRIC.operator().key().toString())) {
            BROWSER.openAnother(page.link());
            BROWSER.look(1280, 900, "light");
            awaitReadings(2);
            assertThat(BROWSER.ask("location.href")).isEqualTo(page.root());
            assertThat(seen("desk")).contains("● Orders given here are signed by spiffe://", "/operator/ada");
            order("drain", "aws", "power works");
            assertThat(seen("order-planned")).contains("would be ordered: drain site aws, until ");
            choose("order-site", "azure");
            assertThat(seen("order-planned")).as("another wish, another plan").isEmpty();
            BROWSER.ask("document.getElementById('order-plan').click()");
            awaitSeen("order-planned", "would be ordered: drain site azure, until ");
            assertThat(seen("order-planned"))
                    .contains("service shop goes 100 % to azure now", "no other site can serve it");
            assertThat(orders()).doesNotContain("power works");
            for (String scheme : List.of("light", "dark")) {
                BROWSER.look(1280, 900, scheme);
                BROWSER.picture("order-1280-" + scheme);
                BROWSER.look(390, 900, scheme);
                BROWSER.picture("order-390-" + scheme);
                assertThat(BROWSER.ask("document.documentElement.scrollWidth")).isEqualTo("390");
                assertThat(BROWSER.ask(FAINT))
                        .as("text with less than 4.5 to 1")
                        .isEmpty();
            }
            BROWSER.look(1280, 900, "light");
            BROWSER.ask("document.getElementById('order-give').focus()");
            BROWSER.press("Enter", "\r", ENTER);
            awaitSeen("order-said", "● ordered: drain site azure");
            Patience.until(
                    "the node that took the order has it in force",
                    () -> orders().contains("power works"),
                    TheStatusPageIsReadInABrowserIT::orders);
            assertThat(orders()).contains("/operator/ada");
            Patience.until(
                    "the fabric obeys: the one site that has it is drained",
                    () -> FABRIC.node("azure-a").get("/v1/orders").encode().contains("power works") && status() == 503);
            BROWSER.press("Escape", "", ESCAPE);
            awaitSeen("orders", "power works");
            awaitSeen("given", "● ordered: drain site azure");
            BROWSER.picture("given-1280-light");

            order("undrain", "azure", "power is back");
            assertThat(seen("order-planned")).contains("would be ended: drain site azure");
            BROWSER.ask("document.getElementById('order-give').click()");
            awaitSeen("order-said", "● ended: drain site azure");
            Patience.until("requests go there again", () -> status() == 200);
            assertThat(BROWSER.complaints()).isEmpty();
        }
    }
}

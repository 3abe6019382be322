package io.bridgehead.admin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The page at {@code /} that shows the fabric as a node sees it: a document, a style, three scripts, and {@code /page/events}, which tells what
 * holds ({@link PageFeed}). It changes nothing: nothing but GET is answered.
 *
 * <p><b>Who may</b>: who is on the same machine and does not come through a proxy there, by a name of the node ({@link OwnHosts}), from this page or none. No page of another site can
 * read it, frame it or bring script into it: the policy lets in what the node itself serves, and scripts put texts in as texts only.
 *
 * <p><b>Threads</b>: the context of its server.
 */
final class StatusPage {
    static final String EVENTS = "/page/events";
    /** No resource of others, no inline script or style, no markup made of strings, no frame around it, no form that leaves it. */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final Map<String, Part> PARTS = Map.of(
            "/", part("index.html", "text/html; charset=utf-8"),
            "/page/page.css", part("page.css", "text/css; charset=utf-8"),
            "/page/page.js", part("page.js", SCRIPT),
            "/page/map.js", part("map.js", SCRIPT),
            "/page/view.js", part("view.js", SCRIPT),
            "/page/orders.js", part("orders.js", SCRIPT));

    /** Fields by which a proxy says that it asks for somebody else. */
    private static final List<String> OF_PROXIES = List.of("forwarded", "x-forwarded-for", "x-real-ip", "via");

    private final OwnHosts hosts;
    private final PageFeed feed;

    private record Part(String type, Buffer bytes) {}

    /** @param hosts names of the node, besides addresses and localhost */
    StatusPage(Vertx vertx, Set<String> hosts, Supplier<Future<JsonObject>> overview) {
        this.hosts = new OwnHosts(hosts);
        this.feed = new PageFeed(vertx, overview);
    }

    private static Part part(String name, String type) {
        try (InputStream in = StatusPage.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the distribution lacks " + name + " of the status page");
            }
            return new Part(type, Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a path belongs to the page. */
    static boolean serves(String path) {
        return PARTS.containsKey(path) || path.equals(EVENTS);
    }

    /** Answers a request for a path that it serves. */
    void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        protect(response);
        Problem problem = problem(request);
        if (problem != null) {
            response.setStatusCode(problem.status)
                    .putHeader("content-type", "text/plain; charset=utf-8")
                    .end(problem.text + "\n");
            return;
        }
        Part part = PARTS.get(request.path());
        if (part != null) {
            response.putHeader("content-type", part.type).end(part.bytes);
        } else {
            events(response);
        }
    }

    private void events(HttpServerResponse response) {
        if (!feed.hasRoom()) {
            response.setStatusCode(503)
                    .putHeader("retry-after", "10")
                    .putHeader("content-type", "text/plain; charset=utf-8")
                    .end(PageFeed.SUBSCRIBERS_MAX + " look at this page already; try again later\n");
            return;
        }
        response.putHeader("content-type", "text/event-stream").putHeader("content-encoding", "identity");
        feed.add(response);
    }

    private static void protect(HttpServerResponse response) {
        response.putHeader("content-security-policy", POLICY)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("x-frame-options", "DENY")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-opener-policy", "same-origin")
                .putHeader("cross-origin-resource-policy", "same-origin")
                .putHeader("cache-control", "no-store");
    }

    private record Problem(int status, String text) {}

    private @Nullable Problem problem(HttpServerRequest request) {
        if (!isOfThisMachine(request)) {
            return new Problem(
                    403,
                    "the status page is here for this machine alone; from elsewhere look through a tunnel, such as ssh -L 9090:127.0.0.1:9090");
        }
        String proxied = OF_PROXIES.stream()
                .filter(request.headers()::contains)
                .findFirst()
                .orElse(null);
        if (proxied != null) {
            return new Problem(
                    403,
                    "the status page is here for this machine alone, and a proxy asks for it (field '" + proxied
                            + "'), maybe for somebody elsewhere");
        }
        HostAndPort authority = request.authority();
        if (authority == null || !hosts.has(authority.toString())) {
            return new Problem(421, "this host is not the node: expected " + hosts.expected());
        }
        if (!HttpMethod.GET.equals(request.method())) {
            return new Problem(405, "expected GET");
        }
        return isOfAnotherPage(request) ? new Problem(403, "a page of another site asked for this") : null;
    }

    private static boolean isOfThisMachine(HttpServerRequest request) {
        String address =
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
        return address != null && InetAddress.ofLiteral(address).isLoopbackAddress();
    }

    /** What a browser says of who asks; to come here by a link is everybody's right. */
    private static boolean isOfAnotherPage(HttpServerRequest request) {
        String site = request.getHeader("sec-fetch-site");
        boolean visit = request.path().equals("/") && "navigate".equals(request.getHeader("sec-fetch-mode"));
        return site == null
                ? request.getHeader("origin") != null
                : !site.equals("same-origin") && !site.equals("none") && !visit;
    }
}

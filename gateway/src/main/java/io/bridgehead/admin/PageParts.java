package io.bridgehead.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page is made of, whoever serves it: a node ({@link StatusPage}) or an operator's machine ({@link OperatorPage}). */
final class PageParts {
    /** No resource of others, no inline script or style, no markup made of strings, no frame around it, no form that leaves it. */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String HTML = "text/html; charset=utf-8";
    private static final Map<String, Part> PARTS = Map.of(
            "/", part("index.html", HTML),
            "/page/page.css", part("page.css", "text/css; charset=utf-8"),
            "/page/page.js", part("page.js", SCRIPT),
            "/page/map.js", part("map.js", SCRIPT),
            "/page/view.js", part("view.js", SCRIPT),
            "/page/orders.js", part("orders.js", SCRIPT),
            "/page/desk.js", part("desk.js", SCRIPT));

    /** The way into a page that takes orders. */
    static final Part ENTRANCE = part("enter.html", HTML);

    static final Part ENTRANCE_SCRIPT = part("enter.js", SCRIPT);

    /** Fields by which a proxy says that it asks for somebody else. */
    private static final List<String> OF_PROXIES = List.of("forwarded", "x-forwarded-for", "x-real-ip", "via");

    private PageParts() {}

    /** A file of the page. */
    record Part(String type, Buffer bytes) {
        void send(HttpServerResponse response) {
            response.putHeader("content-type", type).end(bytes);
        }
    }

    private static Part part(String name, String type) {
        try (InputStream in = PageParts.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the distribution lacks " + name + " of the status page");
            }
            return new Part(type, Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is at a path; null when nothing is. */
    static @Nullable Part of(String path) {
        return PARTS.get(path);
    }

    /** Answers with what is at a path. */
    static void serve(HttpServerResponse response, String path) {
        Part part = of(path);
        if (part == null) {
            refuse(response, 404, "'" + path + "' is no part of this page; expected /");
        } else {
            part.send(response);
        }
    }

    /** What every answer says to the browser. */
    static void protect(HttpServerResponse response) {
        response.putHeader("content-security-policy", POLICY)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("x-frame-options", "DENY")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-opener-policy", "same-origin")
                .putHeader("cross-origin-resource-policy", "same-origin")
                .putHeader("cache-control", "no-store");
    }

    static void refuse(HttpServerResponse response, int status, String text) {
        response.setStatusCode(status)
                .putHeader("content-type", "text/plain; charset=utf-8")
                .end(text + "\n");
    }

    /** The field by which a proxy says that it asks for somebody else; null when none is there. */
    static @Nullable String proxyField(HttpServerRequest request) {
        return OF_PROXIES.stream()
                .filter(request.headers()::contains)
                .findFirst()
                .orElse(null);
    }

    /** Whether a browser asks for a script that would go on serving this place by itself, which no page here has. */
    static boolean isForServiceWorker(HttpServerRequest request) {
        return request.headers().contains("service-worker");
    }

    /**
     * What a browser says of who asks; to come here by a link is everybody's right.
     *
     * @param path of the page, below where it is served
     */
    static boolean isOfAnotherPage(HttpServerRequest request, String path) {
        String site = request.getHeader("sec-fetch-site");
        boolean visit = path.equals("/") && "navigate".equals(request.getHeader("sec-fetch-mode"));
        return site == null
                ? request.getHeader("origin") != null
                : !site.equals("same-origin") && !site.equals("none") && !visit;
    }
}

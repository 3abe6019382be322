package io.bridgehead.admin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The page at {@code /} that shows the fabric as a node sees it: a document, a style, three scripts, and {@code /page/events}, which tells what
 * holds ({@link PageFeed}). It changes nothing: nothing but GET is answered.
 *
 * <p><b>Who may</b>: who is on the same machine and does not come through a proxy there, by a name of the node ({@link OwnHosts}), from this page
 * or none. No page of another site can read it, frame it or bring script into it: the policy ({@link PageParts}) lets in what the node itself
 * serves, and scripts put texts in as texts only.
 *
 * <p><b>Threads</b>: the context of its server.
 */
final class StatusPage {
    static final String EVENTS = "/page/events";

    private final OwnHosts hosts;
    private final PageFeed feed;

    /** @param hosts names of the node, besides addresses and localhost */
    StatusPage(Vertx vertx, Set<String> hosts, Supplier<Future<JsonObject>> overview) {
        this.hosts = new OwnHosts(hosts);
        this.feed = new PageFeed(vertx, overview);
    }

    /** Whether a path belongs to the page. */
    static boolean serves(String path) {
        return PageParts.of(path) != null || path.equals(EVENTS);
    }

    /** Answers a request for a path that it serves. */
    void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        PageParts.protect(response);
        Problem problem = problem(request);
        if (problem != null) {
            PageParts.refuse(response, problem.status, problem.text);
        } else if (request.path().equals(EVENTS)) {
            feed.tell(response);
        } else {
            PageParts.serve(response, request.path());
        }
    }

    private record Problem(int status, String text) {}

    private @Nullable Problem problem(HttpServerRequest request) {
        if (!isOfThisMachine(request)) {
            return new Problem(
                    403,
                    "the status page is here for this machine alone; from elsewhere look through a tunnel, such as ssh -L 9090:127.0.0.1:9090");
        }
        String proxied = PageParts.proxyField(request);
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
        if (PageParts.isForServiceWorker(request)) {
            return new Problem(403, "this page has no service worker");
        }
        return PageParts.isOfAnotherPage(request, request.path())
                ? new Problem(403, "a page of another site asked for this")
                : null;
    }

    private static boolean isOfThisMachine(HttpServerRequest request) {
        String address =
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
        return address != null && InetAddress.ofLiteral(address).isLoopbackAddress();
    }
}

package io.bridgehead.admin;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.admin.PageParts.Part;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The status page at a port of an operator's own machine, where orders are given as well: what {@link StatusPage} shows, told by an
 * {@link OperatorDesk}, with {@code /page/plan} and {@code /page/orders}.
 *
 * <p><b>Who may</b>: one browser, the first that came by the link ({@link PageSession}); everything else needs its cookie. Requests
 * must call the server by its one address and port, so no name that is made to resolve to it will do, and must not come through a proxy or from
 * another page. Orders must say where they come from ({@code Origin}), and carry what only the tab knows that came by the link.
 *
 * <p><b>Where</b>: at a loopback address and in a folder that chance chooses each time. Whoever served something at this port before, as any user of
 * the machine may, was another place for the browser: nothing that it kept of that (caches, service workers, storage) is used here. Where the
 * system has 127.0.0.1 alone, the folder remains.
 *
 * <p><b>Limits</b>: orders up to {@value #BODY_BYTES_MAX} bytes; those of {@link PageFeed} for who looks.
 *
 * <p><b>Threads</b>: one context; the desk is asked on Vert.x's worker threads, for orders one after the other.
 */
@OwnedBy(Owner.CONFINED)
public final class OperatorPage {
    static final String ENTER = "/enter";
    static final String ENTER_SCRIPT = "/page/enter.js";
    static final String PROOF = "x-bridgehead-page";
    private static final String PLAN = "/page/plan";
    private static final String ORDERS = "/page/orders";
    /** For systems that have no other loopback address. */
    private static final String ADDRESS_OTHERWISE = "127.0.0.1";

    private static final String PROOF_PLACE = "@PROOF@";
    private static final int BODY_BYTES_MAX = 16 << 10;
    /** A node may take so long until an order is durable. */
    private static final int IDLE_SECONDS = 120;

    private static final Set<String> QUESTIONS = Set.of(PLAN, ORDERS);

    private final Vertx vertx;
    private final OperatorDesk desk;
    private final PageSession session;
    private final PageFeed feed;
    private String address;
    private int port;
    private @Nullable HttpServer opened;

    /** @param random for the secrets of the session */
    public OperatorPage(Vertx vertx, OperatorDesk desk, SecureRandom random) {
        this.vertx = vertx;
        this.desk = desk;
        this.session = new PageSession(random);
        this.address = address(random);
        this.feed = new PageFeed(vertx, () -> vertx.executeBlocking(desk::overview, false));
    }

    /** One of some sixteen million; neither 127.0.0.0/16, where systems have servers of their own, nor one that ends like a network or a broadcast. */
    private static String address(SecureRandom random) {
        return "127." + (1 + random.nextInt(254)) + "." + random.nextInt(256) + "." + (1 + random.nextInt(254));
    }

    /**
     * Opens it; to be called on a context.
     *
     * @param wanted the port, or 0 for one that the system chooses
     * @return the link, which is good for one browser
     */
    public Future<String> listen(int wanted) {
        return bind(wanted)
                .recover(_ -> {
                    address = ADDRESS_OTHERWISE;
                    return bind(wanted);
                })
                .map(listening -> {
                    port = listening.actualPort();
                    opened = listening;
                    return origin() + session.folder() + ENTER + "?secret=" + session.link();
                });
    }

    private Future<HttpServer> bind(int wanted) {
        return vertx.createHttpServer(new HttpServerOptions()
                        .setIdleTimeout(IDLE_SECONDS)
                        .setMaxHeaderSize(16 << 10)
                        .setHandle100ContinueAutomatically(true))
                .requestHandler(this::answer)
                .listen(wanted, address);
    }

    /** Ends its connections; to be called when it is open, or was not opened. */
    public Future<Void> close() {
        HttpServer server = opened;
        return server == null ? Future.succeededFuture() : server.close();
    }

    private String origin() {
        return "http://" + address + ":" + port;
    }

    /** The path within the folder of the page; empty for all others. */
    private String path(HttpServerRequest request) {
        String whole = request.path();
        return whole.startsWith(session.folder() + "/")
                ? whole.substring(session.folder().length())
                : "";
    }

    private record Problem(int status, String text) {}

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        PageParts.protect(response);
        String path = path(request);
        Problem problem = problem(request, path);
        if (problem != null) {
            PageParts.refuse(response, problem.status, problem.text);
            return;
        }
        switch (path) {
            case ENTER -> enter(request);
            case ENTER_SCRIPT -> PageParts.ENTRANCE_SCRIPT.send(response);
            case StatusPage.EVENTS -> feed.tell(response);
            case PLAN -> question(request, desk::plan);
            case ORDERS -> question(request, desk::give);
            default -> PageParts.serve(response, path);
        }
    }

    private @Nullable Problem problem(HttpServerRequest request, String path) {
        String proxied = PageParts.proxyField(request);
        if (proxied != null) {
            return new Problem(403, "a proxy asks for this page (field '" + proxied + "'); expected a browser here");
        }
        String host = address + ":" + port;
        if (request.authority() == null || !request.authority().toString().equals(host)) {
            return new Problem(421, "this host is not this page: expected " + host);
        }
        if (PageParts.isForServiceWorker(request)) {
            return new Problem(403, "this page has no service worker");
        }
        if (path.isEmpty()) {
            return new Problem(404, "nothing is there: open the link that 'bridgehead page' printed");
        }
        boolean asks = QUESTIONS.contains(path);
        if (!request.method().equals(asks ? HttpMethod.POST : HttpMethod.GET)) {
            return new Problem(405, "expected " + (asks ? "POST" : "GET"));
        }
        if (path.equals(ENTER)) {
            return null;
        }
        String origin = request.getHeader("origin");
        if ((origin != null && !origin.equals(origin())) || (!asks && PageParts.isOfAnotherPage(request, path))) {
            return new Problem(403, "a page of another site asked for this");
        }
        if (!session.isIn(request.getHeader("cookie"), port)) {
            return new Problem(
                    401,
                    "this browser has no session here: open the link that 'bridgehead page' printed, which is good for one browser;"
                            + " start it again for another");
        }
        return asks ? unproved(request, origin) : null;
    }

    /** What an order lacks of what only the page itself says. */
    private @Nullable Problem unproved(HttpServerRequest request, @Nullable String origin) {
        String site = request.getHeader("sec-fetch-site");
        if (origin == null || (site != null && !site.equals("same-origin"))) {
            return new Problem(403, "expected field 'Origin: " + origin() + "', as a browser says it for this page");
        }
        if (!session.isProof(request.getHeader(PROOF))) {
            return new Problem(
                    403,
                    "this tab did not come by the link of 'bridgehead page' (field '" + PROOF
                            + "'): give orders in the one that did");
        }
        String type = request.getHeader("content-type");
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/json")
                ? null
                : new Problem(415, "expected content-type application/json");
    }

    /** Makes a session of the link. A page of its own then goes on to the page: browsers send no strict cookie where a link elsewhere led. */
    private void enter(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (isAhead(request)) {
            PageParts.refuse(response, 503, "the link is good for one browser, and not for looking ahead");
        } else if (session.enter(request.getParam("secret"), request.getHeader("cookie"), port)) {
            Part entrance = PageParts.ENTRANCE;
            String text = entrance.bytes().toString(StandardCharsets.UTF_8).replace(PROOF_PLACE, session.proof());
            response.putHeader("set-cookie", session.setCookie(port));
            new Part(entrance.type(), Buffer.buffer(text)).send(response);
        } else {
            PageParts.refuse(
                    response,
                    403,
                    "this link is another one, or was used before: if that was not you, end 'bridgehead page' at once;"
                            + " start it again for a new link");
        }
    }

    /** Whether a browser only gets ready for what somebody may want. */
    private static boolean isAhead(HttpServerRequest request) {
        String purpose = request.getHeader("sec-purpose");
        return purpose != null && purpose.contains("prefetch");
    }

    private void question(HttpServerRequest request, Function<JsonObject, Reply> asked) {
        HttpServerResponse response = request.response();
        BoundedBody.read(
                request,
                BODY_BYTES_MAX,
                body -> ask(response, body, asked),
                () -> PageParts.refuse(response, 413, "expected at most " + BODY_BYTES_MAX + " bytes"));
    }

    private void ask(HttpServerResponse response, Buffer body, Function<JsonObject, Reply> asked) {
        JsonObject wish;
        try {
            wish = new JsonObject(body);
        } catch (DecodeException e) {
            PageParts.refuse(response, 400, "expected an object of JSON");
            return;
        }
        vertx.executeBlocking(() -> asked.apply(wish), true)
                .otherwise(problem -> Reply.bad(500, String.valueOf(problem.getMessage()), List.of()))
                .onSuccess(reply -> send(response, reply));
    }

    private static void send(HttpServerResponse response, Reply reply) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(reply.status())
                    .putHeader("content-type", "application/json")
                    .end(reply.body().encode() + "\n");
        }
    }
}

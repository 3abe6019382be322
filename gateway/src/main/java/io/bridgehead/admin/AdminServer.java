package io.bridgehead.admin;

import io.bridgehead.admin.AdminApi.Requester;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.ProbeSettings;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves the admin API: everything on a Unix socket that only its owner and group may open, and on a TCP port only what monitoring needs
 * ({@code /metrics}, {@code /ready}, {@code /live}) and, for those on the same machine, the page that shows how things are ({@link StatusPage}).
 *
 * <p><b>Limits</b>: bodies up to {@value #BODY_BYTES_MAX} bytes, as long as a signed changeset may be.
 */
@OwnedBy(Owner.CONFINED)
public final class AdminServer {
    private static final int BODY_BYTES_MAX = 17 << 20;
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    /** More than any answer takes: an apply is decided within 45 s, and may wait for 30 s until it is served. */
    private static final int ANSWER_SECONDS = 120;

    private static final int IDLE_SECONDS = 30;

    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final Vertx vertx;
    private final AdminApi api;
    private final List<HttpServer> servers = new ArrayList<>();
    private @Nullable ProbePort probe;

    public AdminServer(Vertx vertx, AdminApi api) {
        this.vertx = vertx;
        this.api = api;
    }

    /**
     * Opens the socket. A socket file that a dead process left is replaced; one that answers is an error.
     *
     * <p>It gets its name when connections to it are served and only its owner and group may open it: Vert.x accepts some time before it has
     * anybody to serve them, and closes what comes by then.
     *
     * @return fails with an {@link IOException} that says what to do
     */
    public Future<@Nullable Void> listen(Path socket) {
        try {
            prepare(socket);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        HttpServer server = vertx.createHttpServer(options(ANSWER_SECONDS)).requestHandler(this::local);
        servers.add(server);
        Path unserved = unserved(socket);
        return server.listen(SocketAddress.domainSocketAddress(unserved.toString()))
                .map(listening -> open(unserved, socket))
                .recover(problem -> Future.failedFuture(new IOException(
                        "admin.socket " + socket + ": cannot listen (" + problem.getMessage()
                                + "); expected a path of at most 100 characters in a folder that this user may write to",
                        problem)));
    }

    /**
     * Opens the port for monitoring; the future has the port bound.
     *
     * @param hosts names of this node in lower case, by which people may ask for the status page
     */
    public Future<Integer> listen(NodeConfig.Metrics settings, Set<String> hosts) {
        String address = settings.address().getHostAddress();
        StatusPage page = settings.statusPage() ? new StatusPage(vertx, hosts, this::overview) : null;
        HttpServer server = vertx.createHttpServer(options(IDLE_SECONDS)).requestHandler(request -> {
            if (page != null && StatusPage.serves(request.path())) {
                page.answer(request);
            } else {
                monitoring(request);
            }
        });
        servers.add(server);
        return server.listen(settings.port(), address)
                .map(HttpServer::actualPort)
                .recover(problem -> Future.failedFuture(new IOException(
                        "admin.metrics: cannot bind " + address + ":" + settings.port() + " (" + problem.getMessage()
                                + "); expected a free port: choose another in admin.metrics.port",
                        problem)));
    }

    /**
     * Opens the port for load balancers whenever the node is ready.
     *
     * @param trouble is told when it cannot be opened again later
     */
    public Future<@Nullable Void> listen(ProbeSettings settings, Consumer<String> trouble) {
        ProbePort port = new ProbePort(vertx, api, settings, trouble);
        probe = port;
        return port.start();
    }

    /** Closes the port for load balancers; done when they have had time to notice. */
    public Future<@Nullable Void> leave(Duration time) {
        ProbePort port = probe;
        return port == null
                ? Future.succeededFuture()
                : port.end()
                        .otherwiseEmpty()
                        .compose(_ -> time.isZero()
                                ? Future.succeededFuture()
                                : vertx.timer(time.toMillis(), TimeUnit.MILLISECONDS)
                                        .mapEmpty());
    }

    private Future<JsonObject> overview() {
        return api.get("/v1/overview").map(AdminApi.Reply::body);
    }

    /** Closes what is open; the socket loses its name first, so that nobody finds it while it closes. */
    public void close(Path socket) throws IOException {
        try {
            Files.deleteIfExists(socket);
        } finally {
            servers.forEach(HttpServer::close);
        }
    }

    private static HttpServerOptions options(int idleSeconds) {
        return new HttpServerOptions()
                .setIdleTimeout(idleSeconds)
                .setMaxHeaderSize(16 << 10)
                .setCompressionSupported(true)
                .setHandle100ContinueAutomatically(true);
    }

    private static void prepare(Path socket) throws IOException {
        Path folder = socket.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.deleteIfExists(unserved(socket));
        if (!Files.exists(socket)) {
            return;
        }
        try {
            AdminClient.Answer answer = new AdminClient(socket).get("/live");
            throw new IOException("admin.socket " + socket + ": another node answers there (status " + answer.status()
                    + "); expected none: stop it, or name another socket");
        } catch (NodeUnreachableException e) {
            Files.delete(socket);
        }
    }

    /** The socket's name before it is served: as long as the later one, because the names of sockets have a bound. */
    static Path unserved(Path socket) {
        String name = String.valueOf(socket.getFileName());
        return socket.resolveSibling((name.startsWith(".") ? "~" : ".") + name.substring(1));
    }

    private static @Nullable Void open(Path unserved, Path socket) {
        try {
            Files.setPosixFilePermissions(unserved, PosixFilePermissions.fromString("rw-rw----"));
            Files.move(unserved, socket, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return null;
    }

    private void monitoring(HttpServerRequest request) {
        switch (request.path()) {
            case "/metrics" -> metrics(request);
            case "/ready" -> ready(request);
            case "/live" -> send(request, 200, new JsonObject().put("live", true));
            default ->
                send(
                        request,
                        404,
                        error("'" + request.path() + "' is not served here; expected /, /metrics, /ready or /live"));
        }
    }

    private void local(HttpServerRequest request) {
        String path = request.path();
        if (HttpMethod.POST.equals(request.method())) {
            post(request, path);
        } else if (path.equals("/metrics") || path.equals("/ready") || path.equals("/live")) {
            monitoring(request);
        } else {
            answer(request, api.get(path));
        }
    }

    private void post(HttpServerRequest request, String path) {
        BoundedBody.read(
                request,
                BODY_BYTES_MAX,
                body -> answer(request, api.post(path, request.headers()::get, body.getBytes(), Requester.AT_SOCKET)),
                () -> send(request, 413, error("the body is longer than " + BODY_BYTES_MAX + " bytes")));
    }

    private void metrics(HttpServerRequest request) {
        String type = metricsType(request.getHeader("accept"));
        vertx.executeBlocking(() -> api.scrape(type), false)
                .onSuccess(text ->
                        request.response().putHeader("content-type", type).end(text))
                .onFailure(problem -> send(request, 500, error(String.valueOf(problem.getMessage()))));
    }

    private void ready(HttpServerRequest request) {
        readiness(api).onSuccess(reply -> send(request, reply.status(), reply.body()));
    }

    /** The form in which meters are given to one who accepts these. */
    static String metricsType(@Nullable String accept) {
        boolean open = accept != null && accept.contains(OPEN_METRICS);
        return open ? OPEN_METRICS + "; version=1.0.0; charset=utf-8" : PROMETHEUS;
    }

    /** Whether traffic can be sent here; never fails. */
    static Future<AdminApi.Reply> readiness(AdminApi api) {
        return api.ready()
                .map(problem -> new AdminApi.Reply(
                        problem.isEmpty() ? 200 : 503,
                        new JsonObject().put("ready", problem.isEmpty()).put("reason", problem)))
                .otherwise(problem -> new AdminApi.Reply(503, error(String.valueOf(problem.getMessage()))));
    }

    private static void answer(HttpServerRequest request, Future<AdminApi.Reply> reply) {
        reply.onSuccess(good -> send(request, good.status(), good.body()))
                .onFailure(problem -> send(request, 500, error(String.valueOf(problem))));
    }

    private static void send(HttpServerRequest request, int status, JsonObject body) {
        HttpServerResponse response = request.response();
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status)
                    .putHeader("content-type", "application/json")
                    .putHeader("cache-control", "no-store")
                    .end(body.encode() + "\n");
        }
    }

    /** An answer that says what is wrong. */
    static JsonObject error(String message, String... problems) {
        JsonObject body = new JsonObject().put("error", message);
        return problems.length == 0 ? body : body.put("problems", new JsonArray(List.of(problems)));
    }
}

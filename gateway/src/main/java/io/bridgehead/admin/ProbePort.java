package io.bridgehead.admin;

import io.bridgehead.config.ProbeSettings;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers the probes of load balancers: the port is open while the node is ready and refuses connections while it is not, and {@code GET /ready}
 * says so by HTTP. Readiness is asked of the data path's own loops, so one that is stuck closes the port within two seconds.
 *
 * <p><b>Limits</b>: a connection is for one request, and {@value #LIFE_SECONDS} s at most; of more than {@value #CONNECTIONS_MAX} the oldest is closed, so that
 * those who only hold connections keep no probe out. <b>Threads</b>: one context, that on which it is made.
 */
@OwnedBy(Owner.CONFINED)
final class ProbePort {
    static final long LOOK_MILLIS = 250;
    static final int CONNECTIONS_MAX = 256;
    static final int LIFE_SECONDS = 5;

    private final Vertx vertx;
    private final Context context;
    private final AdminApi api;
    private final ProbeSettings settings;
    private final Consumer<String> trouble;
    /** From the oldest to the newest, each with the timer that ends it. */
    private final SequencedMap<HttpConnection, Long> connections = new LinkedHashMap<>();

    private @Nullable HttpServer server;
    private boolean looking;
    private boolean over;
    private long timer = -1;
    private String problem = "";

    /** @param trouble is told once when the port cannot be opened again */
    ProbePort(Vertx vertx, AdminApi api, ProbeSettings settings, Consumer<String> trouble) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.api = api;
        this.settings = settings;
        this.trouble = trouble;
    }

    /** Opens the port, if the node is ready, and follows readiness from then on; fails when it cannot be opened. */
    Future<@Nullable Void> start() {
        return look().onSuccess(_ -> timer = vertx.setPeriodic(LOOK_MILLIS, _ -> look().onFailure(this::tell)));
    }

    /** Closes the port for good. */
    Future<@Nullable Void> end() {
        over = true;
        vertx.cancelTimer(timer);
        return close();
    }

    private void tell(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        if (!text.equals(problem)) {
            problem = text;
            trouble.accept(text);
        }
    }

    private Future<@Nullable Void> look() {
        if (looking || over) {
            return Future.succeededFuture();
        }
        looking = true;
        Promise<@Nullable Void> done = Promise.promise();
        api.ready()
                .onComplete(reason -> context.runOnContext(
                        _ -> follow(reason.succeeded() && reason.result().isEmpty())
                                .onComplete(end -> {
                                    looking = false;
                                    done.handle(end);
                                })));
        return done.future();
    }

    private Future<@Nullable Void> follow(boolean ready) {
        if (ready && server == null && !over) {
            return open();
        }
        return ready ? Future.succeededFuture() : close();
    }

    private Future<@Nullable Void> open() {
        HttpServer opening = vertx.createHttpServer(new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setMaxHeaderSize(4 << 10)
                        .setMaxInitialLineLength(1 << 10))
                .connectionHandler(this::count)
                .requestHandler(this::answer);
        String place = settings.address().getHostAddress() + ":" + settings.port();
        return opening.listen(settings.port(), settings.address().getHostAddress())
                .compose(listening -> {
                    server = listening;
                    problem = "";
                    return over ? close() : Future.<@Nullable Void>succeededFuture();
                })
                .recover(failure -> Future.failedFuture(new IOException(
                        "admin.probe: cannot bind " + place + " (" + failure.getMessage()
                                + "); expected a free port: choose another in admin.probe.port",
                        failure)));
    }

    private Future<@Nullable Void> close() {
        HttpServer open = server;
        server = null;
        return open == null ? Future.succeededFuture() : open.close().mapEmpty();
    }

    private void count(HttpConnection connection) {
        if (connections.size() >= CONNECTIONS_MAX) {
            // Out at once: its end is told later, and more may come before that.
            Map.Entry<HttpConnection, Long> oldest = connections.pollFirstEntry();
            vertx.cancelTimer(oldest.getValue());
            oldest.getKey().close();
        }
        long end = vertx.setTimer(TimeUnit.SECONDS.toMillis(LIFE_SECONDS), _ -> connection.close());
        connections.put(connection, end);
        connection.closeHandler(_ -> {
            connections.remove(connection);
            vertx.cancelTimer(end);
        });
    }

    private void answer(HttpServerRequest request) {
        if (!request.path().equals("/ready")) {
            end(request, 404, "expected /ready\n");
            return;
        }
        AdminServer.readiness(api)
                .onSuccess(reply -> context.runOnContext(
                        _ -> end(request, reply.status(), reply.status() == 200 ? "ready\n" : "not ready\n")));
    }

    private static void end(HttpServerRequest request, int status, String text) {
        HttpServerResponse response = request.response();
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status)
                    .putHeader("content-type", "text/plain")
                    .putHeader("cache-control", "no-store")
                    .putHeader("connection", "close")
                    .end(text)
                    .onComplete(_ -> request.connection().close());
        }
    }
}

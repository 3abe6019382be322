package io.bridgehead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bridgehead.loop.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** The socket of the admin API: who finds it is served. */
@Isolated("no line of Netty's may come into the log of the process")
final class AdminServerTest {
    private static final int STARTS = 5;

    @TempDir
    Path folder;

    private final Loops loops = Loops.start(1);

    /** Says that it lives. */
    private static final class Living implements AdminApi {
        @Override
        public Future<Reply> get(String path) {
            return Future.succeededFuture(Reply.good(new JsonObject()));
        }

        @Override
        public Future<Reply> post(String path, Function<String, String> fields, byte[] body, Requester by) {
            return get(path);
        }

        @Override
        public Future<String> ready() {
            return Future.succeededFuture("");
        }

        @Override
        public String scrape(String contentType) {
            return "";
        }
    }

    @AfterEach
    void stop() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void listen(AdminServer server, Path socket) throws Exception {
        Promise<Void> listening = Promise.promise();
        loops.control().context().runOnContext(_ -> server.listen(socket).onComplete(listening));
        listening.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Asks over and over from before the socket is there; gives what was not answered though the socket was there. */
    private static Thread asking(Path socket, AtomicBoolean over, List<String> unanswered) {
        return Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                if (Files.exists(socket)) {
                    try {
                        int status = new AdminClient(socket).get("/live").status();
                        if (status != 200) {
                            unanswered.add("status " + status);
                        }
                    } catch (NodeUnreachableException e) {
                        unanswered.add(String.valueOf(e.getCause()));
                    }
                }
            }
        });
    }

    @Test
    void whoFindsTheSocketIsServedFromTheFirstMomentOn() throws Exception {
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.start();
        Logger netty = (Logger) LoggerFactory.getLogger(ServerBootstrap.class);
        netty.addAppender(heard);
        List<String> unanswered = new ArrayList<>();
        try {
            for (int i = 0; i < STARTS; i++) {
                Path socket = folder.resolve("admin" + i);
                AtomicBoolean over = new AtomicBoolean();
                Thread asking = asking(socket, over, unanswered);
                AdminServer server = new AdminServer(loops.vertx(), new Living());
                listen(server, socket);
                assertThat(new AdminClient(socket).get("/live").ok()).isTrue();
                over.set(true);
                asking.join(TimeUnit.SECONDS.toMillis(20));
                server.close(socket);
            }
        } finally {
            netty.detachAppender(heard);
        }
        assertThat(unanswered).isEmpty();
        assertThat(heard.list).isEmpty();
    }

    @Test
    void onlyOwnerAndGroupMayOpenItAndNoOtherNameIsLeft() throws Exception {
        Path socket = folder.resolve("admin.sock");
        Path left = AdminServer.unserved(socket);
        assertThat(left.toString()).hasSameSizeAs(socket.toString());
        Files.createFile(left);
        AdminServer server = new AdminServer(loops.vertx(), new Living());
        listen(server, socket);
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(names()).containsExactly("admin.sock");
        server.close(socket);
        assertThat(names()).isEmpty();
    }

    private List<String> names() throws IOException {
        try (var all = Files.list(folder)) {
            return all.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }
}

package io.bridgehead.admin;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the admin API answers with; called on the server's loop, which must not wait. */
public interface AdminApi {
    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param body the answer, or {@code error} and {@code problems}
     */
    record Reply(int status, JsonObject body) {
        /** It was done. */
        public static Reply good(JsonObject body) {
            return new Reply(200, body);
        }

        /** It was not done: 400 for what the caller gave, 404 for what is not there, 409 for a conflict, 403 by policy, 503 for later. */
        public static Reply bad(int status, String error, List<String> problems) {
            JsonObject body = new JsonObject().put("error", error);
            return new Reply(status, problems.isEmpty() ? body : body.put("problems", new JsonArray(problems)));
        }
    }

    /**
     * Who asks.
     *
     * @param operator proved by certificate; empty on the socket, whose permissions say who may
     * @param from the address with its port, or what the socket is called
     */
    record Requester(String operator, String from) {
        /** Somebody who may open the socket. */
        public static final Requester AT_SOCKET = new Requester("", "admin socket");
    }

    /** Answers GET. */
    Future<Reply> get(String path);

    /**
     * Answers POST.
     *
     * @param by for the log of what was changed
     */
    Future<Reply> post(String path, Function<String, @Nullable String> fields, byte[] body, Requester by);

    /** Whether traffic can be sent here: empty when it can, else the reason. Asked of the data path's own loops. */
    Future<String> ready();

    /** All meters; may take some milliseconds, so it is called on the blocking pool. */
    String scrape(String contentType);
}

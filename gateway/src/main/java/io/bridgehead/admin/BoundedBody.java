package io.bridgehead.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** The body of a request, read whole within a bound. */
final class BoundedBody {
    private BoundedBody() {}

    /**
     * Reads it. What is beyond the bound is taken and dropped, so that the client gets the answer that says so. Nothing is called when the
     * connection ends before the body.
     *
     * @param bytesMax how long it may be
     * @param whole is given it
     * @param tooLong is called instead, at the body's end, when it is longer
     */
    static void read(HttpServerRequest request, int bytesMax, Consumer<Buffer> whole, Runnable tooLong) {
        Buffer body = Buffer.buffer();
        boolean[] beyond = new boolean[1];
        request.handler(part -> {
            if (beyond[0] || body.length() + part.length() > bytesMax) {
                beyond[0] = true;
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(_ -> {
            if (beyond[0]) {
                tooLong.run();
            } else {
                whole.accept(body);
            }
        });
    }
}

package io.bridgehead.upstream.endpoint;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Records what a stream told, for a test to wait for. */
public final class Answer implements ResponseEvents {
    private final CompletableFuture<String> head = new CompletableFuture<>();
    private final CompletableFuture<String> whole = new CompletableFuture<>();
    private final Queue<String> body = new ConcurrentLinkedQueue<>();
    private final AtomicInteger writables = new AtomicInteger();

    /** The status, or the name of the reset; waits at most ten seconds. */
    public String head() {
        return get(head);
    }

    /** Status and body, or the name of the reset. */
    public String whole() {
        return get(whole);
    }

    public boolean isDone() {
        return whole.isDone();
    }

    public String body() {
        return String.join("", body);
    }

    public int writables() {
        return writables.get();
    }

    static String get(CompletableFuture<String> future) {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer within 10 s", e);
        }
    }

    @Override
    public void onInformational(ResponseHead informational) {
        // Of no interest here.
    }

    @Override
    public void onResponse(ResponseHead response, boolean end) {
        head.complete(String.valueOf(response.status()));
        if (end) {
            done();
        }
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        body.add(new String(chunk.toBytes(), StandardCharsets.US_ASCII));
        chunk.release();
        if (end) {
            done();
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        done();
    }

    private void done() {
        whole.complete(head.getNow("?") + " " + body());
    }

    @Override
    public void onReset(StreamReset reset) {
        head.complete(reset.name());
        whole.complete(reset.name());
    }

    @Override
    public void onWritable() {
        writables.incrementAndGet();
    }
}

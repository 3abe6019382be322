package io.bridgehead.wire.hpack;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.SplittableRandom;

/** Heads of requests as they come: some fields always the same, some never, some large, all kinds of bytes. */
final class RandomFields {
    private static final List<String> NAMES = List.of(
            "accept",
            "user-agent",
            "cookie",
            "authorization",
            "via",
            "traceparent",
            "x-request-id",
            "etag",
            "x",
            "date",
            "content-length",
            "x-forwarded-for",
            "bridgehead-service",
            "te",
            "a-name-that-is-in-no-table-at-all");

    private RandomFields() {}

    static Http2Headers make(SplittableRandom random) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        headers.method(new AsciiString(random.nextInt(4) == 0 ? "DELETE" : random.nextInt(3) == 0 ? "POST" : "GET"));
        headers.scheme(new AsciiString(random.nextBoolean() ? "http" : "https"));
        headers.authority(new AsciiString(random.nextInt(5) == 0 ? text(random, 30) : "shop.example"));
        headers.path(new AsciiString(random.nextInt(3) == 0 ? "/" : "/" + text(random, 60)));
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            int kind = random.nextInt(10);
            String value = kind < 6 ? "the usual " + name : kind < 9 ? text(random, 50) : text(random, 3000);
            headers.add(new AsciiString(name), new AsciiString(value));
        }
        return headers;
    }

    private static String text(SplittableRandom random, int max) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(max);
        for (int i = 0; i < length; i++) {
            text.append((char) (random.nextInt(8) == 0 ? random.nextInt(1, 128) : random.nextInt('a', 'z')));
        }
        return text.toString();
    }
}

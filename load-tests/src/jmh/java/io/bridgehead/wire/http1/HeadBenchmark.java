package io.bridgehead.wire.http1;

import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** HTTP/1.1 heads as a browser and a service send them: read with the guard, and written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeadBenchmark {
    /** As the intake leaves room behind a head for fields that are added. */
    private static final int SPARE_BYTES = 256;

    private static final byte[] REQUEST = latin1("""
            GET /shop/items/4711?colour=blue&page=2 HTTP/1.1\r
            Host: shop.example.internal\r
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
            Accept-Language: en-GB,en;q=0.5\r
            Accept-Encoding: gzip, deflate, br\r
            Cookie: session=0123456789abcdef0123456789abcdef\r
            traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r
            Connection: keep-alive\r
            \r
            """);
    private static final byte[] RESPONSE = latin1("""
            HTTP/1.1 200 OK\r
            Date: Tue, 24 Nov 2026 12:00:00 GMT\r
            Content-Type: application/json; charset=utf-8\r
            Content-Length: 16\r
            Cache-Control: private, max-age=60\r
            ETag: "5f1d7a84-10"\r
            Vary: Accept-Encoding\r
            \r
            """);

    private final RequestHeadReader requests = new RequestHeadReader(WireLimits.edge(), "http");
    private final ResponseHeadReader responses = new ResponseHeadReader(WireLimits.endpoint());
    private final RequestHead request = read(requests);
    private final ResponseHead response = read(responses);
    private final ByteBuf out = Unpooled.directBuffer(4096);

    /** The copy that a head is made on is part of it. */
    @Benchmark
    public RequestHead readRequest() {
        return read(requests);
    }

    /** The copy that a head is made on is part of it. */
    @Benchmark
    public ResponseHead readResponse() {
        return read(responses);
    }

    /** For an endpoint. */
    @Benchmark
    public int writeRequest() {
        out.clear();
        HeadWriter.request(request).fields(request.fields(), true).writeTo(out);
        return out.writerIndex();
    }

    /** For a client. */
    @Benchmark
    public int writeResponse() {
        out.clear();
        HeadWriter.response(response.status()).fields(response.fields(), true).writeTo(out);
        return out.writerIndex();
    }

    private static RequestHead read(RequestHeadReader reader) {
        byte[] head = Arrays.copyOf(REQUEST, REQUEST.length + SPARE_BYTES);
        return Objects.requireNonNull(reader.read(head, REQUEST.length));
    }

    private static ResponseHead read(ResponseHeadReader reader) {
        byte[] head = Arrays.copyOf(RESPONSE, RESPONSE.length + SPARE_BYTES);
        return Objects.requireNonNull(reader.read(head, RESPONSE.length));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

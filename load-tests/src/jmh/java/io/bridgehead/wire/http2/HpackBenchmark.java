package io.bridgehead.wire.http2;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.hpack.FieldBlockWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
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

/** HPACK from and to the flat form, for heads that the connection has carried before: their fields are in the table. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HpackBenchmark {
    private static final WireLimits LIMITS = WireLimits.tunnel();

    private final RequestHead request = new RequestHead("GET", "http", "shop.example.internal", "/items/4711", fields(
            "user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "accept-encoding", "gzip, deflate, br",
            "x-forwarded-for", "192.0.2.7",
            "x-forwarded-proto", "http",
            "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    private final ResponseHead response = new ResponseHead(
            200, fields("content-type", "application/json", "content-length", "16", "cache-control", "private"));

    private final Coding requests = new Coding(true, OutgoingHeaders.request(request));
    private final Coding responses = new Coding(false, OutgoingHeaders.response(response));

    /** A request on its way into a tunnel. */
    @Benchmark
    public int encodeRequest() {
        return requests.encode(OutgoingHeaders.request(request));
    }

    /** A request out of a tunnel. */
    @Benchmark
    public Http2Headers decodeRequest() throws Http2Exception {
        return requests.decode();
    }

    /** A response on its way into a tunnel. */
    @Benchmark
    public int encodeResponse() {
        return responses.encode(OutgoingHeaders.response(response));
    }

    /** A response out of a tunnel. */
    @Benchmark
    public Http2Headers decodeResponse() throws Http2Exception {
        return responses.decode();
    }

    private static HeaderFields fields(String... namesAndValues) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    /** Both ends of a connection that has carried this head once. */
    private static final class Coding {
        private final FieldBlockWriter writer = new FieldBlockWriter();
        private final BlockDecoder decoder;
        private final ByteBuf block;

        Coding(boolean request, OutgoingHeaders head) {
            decoder = new BlockDecoder(LIMITS, request);
            encode(head);
            try {
                decoder.decodeHeaders(3, Unpooled.copiedBuffer(writer.block(), 0, writer.length()));
            } catch (Http2Exception e) {
                throw new IllegalStateException(e);
            }
            encode(head);
            block = Unpooled.copiedBuffer(writer.block(), 0, writer.length());
        }

        int encode(OutgoingHeaders head) {
            writer.begin();
            head.writeTo(writer);
            return writer.length();
        }

        Http2Headers decode() throws Http2Exception {
            return decoder.decodeHeaders(3, block.readerIndex(0));
        }
    }
}

package io.bridgehead.e2e.traffic;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** A collector that understands OTLP over HTTP and keeps what it gets. */
public final class OtlpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final List<Seen> spans = new CopyOnWriteArrayList<>();
    private final List<String> metrics = new CopyOnWriteArrayList<>();

    /**
     * A span.
     *
     * @param node the node that sent it
     * @param parentId empty for the first of a trace
     */
    public record Seen(
            String node,
            String traceId,
            String spanId,
            String parentId,
            Span.SpanKind kind,
            Map<String, String> attributes) {}

    private OtlpReceiver(HttpServer server) {
        this.server = server;
    }

    public static OtlpReceiver start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
            OtlpReceiver receiver = new OtlpReceiver(server);
            server.createContext("/v1/traces", receiver::traces);
            server.createContext("/v1/metrics", receiver::metrics);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For gateway.yaml. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Seen> spans() {
        return List.copyOf(spans);
    }

    /** The names of the metrics that came, each with the node that sent it: {@code node name}. */
    public List<String> metrics() {
        return List.copyOf(metrics);
    }

    private void traces(HttpExchange exchange) throws IOException {
        ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body(exchange));
        for (ResourceSpans resource : request.getResourceSpansList()) {
            String node =
                    attributes(resource.getResource().getAttributesList()).getOrDefault("service.instance.id", "");
            resource.getScopeSpansList()
                    .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(seen(node, span))));
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static Seen seen(String node, Span span) {
        return new Seen(
                node,
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getKind(),
                attributes(span.getAttributesList()));
    }

    private void metrics(HttpExchange exchange) throws IOException {
        ExportMetricsServiceRequest.parseFrom(body(exchange))
                .getResourceMetricsList()
                .forEach(resource -> {
                    String node = attributes(resource.getResource().getAttributesList())
                            .getOrDefault("service.instance.id", "");
                    resource.getScopeMetricsList()
                            .forEach(scope -> scope.getMetricsList().stream()
                                    .map(Metric::getName)
                                    .forEach(name -> metrics.add(node + " " + name)));
                });
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static InputStream body(HttpExchange exchange) throws IOException {
        InputStream body = exchange.getRequestBody();
        return "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"))
                ? new GZIPInputStream(body)
                : body;
    }

    private static Map<String, String> attributes(List<KeyValue> list) {
        Map<String, String> attributes = new TreeMap<>();
        list.forEach(attribute -> attributes.put(attribute.getKey(), text(attribute.getValue())));
        return attributes;
    }

    private static String text(AnyValue value) {
        return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

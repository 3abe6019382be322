package io.bridgehead.e2e.traffic;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** A collector that understands OTLP over HTTP and keeps what it gets. */
public final class OtlpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Seen> spans = new CopyOnWriteArrayList<>();
    private final List<Logged> logs = new CopyOnWriteArrayList<>();
    private final List<String> metrics = new CopyOnWriteArrayList<>();
    private final Map<String, String> forms = new ConcurrentHashMap<>();
    private final Set<String> exemplars = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable HttpsServer> secured = new AtomicReference<>();
    private volatile CountDownLatch answering = new CountDownLatch(0);

    /**
     * A span.
     *
     * @param node the node that sent it
     * @param parentId empty for the first of a trace
     * @param events what happened, each as its name and its attributes in order: {@code retry {tier=0, to=127.0.0.1:80}}
     */
    public record Seen(
            String node,
            String traceId,
            String spanId,
            String parentId,
            Span.SpanKind kind,
            Map<String, String> attributes,
            List<String> events) {
        public Seen {
            events = List.copyOf(events);
        }
    }

    /**
     * A log record.
     *
     * @param node the node that sent it
     * @param traceId empty for one that belongs to no trace
     */
    public record Logged(String node, String traceId, String spanId, String body, Map<String, String> attributes) {}

    private OtlpReceiver(HttpServer server) {
        this.server = server;
    }

    public static OtlpReceiver start() {
        try {
            OtlpReceiver receiver = new OtlpReceiver(HttpServer.create(anyPort(), 50));
            receiver.serve(receiver.server);
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void serve(HttpServer door) {
        door.setExecutor(threads);
        door.createContext("/v1/traces", this::traces);
        door.createContext("/v1/logs", this::logs);
        door.createContext("/v1/metrics", this::metrics);
        door.start();
    }

    /**
     * Opens a second door, by TLS and for those with a certificate of its authority.
     *
     * @param identity of the receiver, for {@code localhost}; the bundle has the authority
     * @return for gateway.yaml
     */
    public String secure(MaterialFiles.Paths identity) {
        try {
            SSLContext context = TlsEndpoint.context(identity);
            HttpsServer door = HttpsServer.create(anyPort(), 50);
            door.setHttpsConfigurator(new HttpsConfigurator(context) {
                @Override
                public void configure(HttpsParameters given) {
                    SSLParameters wanted = context.getDefaultSSLParameters();
                    wanted.setNeedClientAuth(true);
                    given.setSSLParameters(wanted);
                }
            });
            serve(door);
            secured.set(door);
            return "https://localhost:" + door.getAddress().getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | MaterialException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For gateway.yaml. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Seen> spans() {
        return List.copyOf(spans);
    }

    /** A node's span of a kind in a trace. */
    public Optional<Seen> span(String node, String traceId, Span.SpanKind kind) {
        return spans.stream()
                .filter(span -> span.node().equals(node) && span.traceId().equals(traceId) && span.kind() == kind)
                .findFirst();
    }

    /** Waits for it. */
    public Seen awaitSpan(String node, String traceId, Span.SpanKind kind) {
        Patience.until(
                kind + " of " + node + " in trace " + traceId,
                () -> span(node, traceId, kind).isPresent(),
                () -> spans().toString());
        return span(node, traceId, kind).orElseThrow();
    }

    public List<Logged> logs() {
        return List.copyOf(logs);
    }

    /** The names of the metrics that came, each with the node that sent it: {@code node name}. */
    public List<String> metrics() {
        return List.copyOf(metrics);
    }

    /** From now on it takes spans and logs and does not answer, and answers metrics with 503, until {@link #answers}. */
    public void hangs() {
        answering = new CountDownLatch(1);
    }

    /** It answers again, whoever still waits. */
    public void answers() {
        answering.countDown();
    }

    /** How a node pushed a histogram last: its unit and temporality. */
    public String form(String node, String name) {
        return forms.getOrDefault(node + " " + name, "");
    }

    /** Exemplars of histograms that came: {@code node name traceId spanId}. */
    public Set<String> exemplars() {
        return Set.copyOf(exemplars);
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
                attributes(span.getAttributesList()),
                span.getEventsList().stream()
                        .map(event -> event.getName() + " " + attributes(event.getAttributesList()))
                        .toList());
    }

    private void logs(HttpExchange exchange) throws IOException {
        for (ResourceLogs resource :
                ExportLogsServiceRequest.parseFrom(body(exchange)).getResourceLogsList()) {
            String node =
                    attributes(resource.getResource().getAttributesList()).getOrDefault("service.instance.id", "");
            resource.getScopeLogsList()
                    .forEach(scope -> scope.getLogRecordsList()
                            .forEach(line -> logs.add(new Logged(
                                    node,
                                    hex(line.getTraceId()),
                                    hex(line.getSpanId()),
                                    line.getBody().getStringValue(),
                                    attributes(line.getAttributesList())))));
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private void metrics(HttpExchange exchange) throws IOException {
        if (answering.getCount() > 0) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
        }
        ExportMetricsServiceRequest.parseFrom(body(exchange))
                .getResourceMetricsList()
                .forEach(resource -> {
                    String node = attributes(resource.getResource().getAttributesList())
                            .getOrDefault("service.instance.id", "");
                    resource.getScopeMetricsList()
                            .forEach(scope -> scope.getMetricsList().forEach(metric -> take(node, metric)));
                });
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private void take(String node, Metric metric) {
        String name = node + " " + metric.getName();
        metrics.add(name);
        if (metric.hasHistogram()) {
            Histogram histogram = metric.getHistogram();
            forms.put(name, metric.getUnit() + " " + histogram.getAggregationTemporality());
            histogram
                    .getDataPointsList()
                    .forEach(point -> point.getExemplarsList()
                            .forEach(one ->
                                    exemplars.add(name + " " + hex(one.getTraceId()) + " " + hex(one.getSpanId()))));
        }
    }

    private InputStream body(HttpExchange exchange) throws IOException {
        try {
            answering.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
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
        if (value.hasDoubleValue()) {
            return Double.toString(value.getDoubleValue());
        }
        return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Override
    public void close() {
        answers();
        server.stop(0);
        HttpsServer door = secured.get();
        if (door != null) {
            door.stop(0);
        }
        threads.shutdownNow();
    }
}

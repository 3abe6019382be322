package io.bridgehead.config.read;

import io.bridgehead.config.AccessLog;
import io.bridgehead.config.AuditLog;
import io.bridgehead.config.NodeConfig.Admin;
import io.bridgehead.config.NodeConfig.Meters;
import io.bridgehead.config.NodeConfig.Metrics;
import io.bridgehead.config.NodeConfig.RemoteAdmin;
import io.bridgehead.config.NodeConfig.Telemetry;
import io.bridgehead.config.NodeLines;
import io.bridgehead.config.Otlp;
import io.bridgehead.config.ProbeSettings;
import io.bridgehead.config.TraceSettings;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Secret;
import io.bridgehead.config.schema.Section;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of {@code admin} and {@code telemetry}: what the node tells of itself, and to whom. */
final class SignalKeys {
    private static final Key<Boolean> METRICS_ENABLED =
            Key.defaulted("enabled", Scalars.truth(), "true", "Whether metrics and readiness are served by HTTP.");
    private static final Key<InetAddress> METRICS_ADDRESS = Key.defaulted(
            "address", ConfigTypes.address(), "127.0.0.1", "Where it listens; loopback and private addresses only.");
    private static final Key<Integer> METRICS_PORT = Key.defaulted(
            "port",
            Scalars.integer(0, 65_535),
            "9090",
            "0 lets the system choose; allowed on loopback addresses only.");
    private static final Key<Boolean> METRICS_PAGE = Key.defaulted(
            "statusPage",
            Scalars.truth(),
            "true",
            "Whether `/` serves the status page, which only reads, to whoever is on this machine.");
    private static final Section<Metrics> METRICS = Section.of(
            "admin.metrics",
            SignalKeys::buildMetrics,
            METRICS_ENABLED,
            METRICS_ADDRESS,
            METRICS_PORT,
            METRICS_PAGE,
            ListenerKeys.UNSAFE);

    private static final Key<Path> SOCKET = Key.defaulted(
            "socket",
            Scalars.path(),
            "/run/bridgehead/admin.sock",
            "The Unix socket of the admin API, which the commands use.");
    private static final Key<Metrics> ADMIN_METRICS = Key.defaulted(
            "metrics",
            METRICS,
            "{}",
            "Plaintext port of `/metrics`, `/ready` and `/live`, and of the status page at `/`.");
    private static final Key<RemoteAdmin> ADMIN_REMOTE = Key.optional(
            "remote",
            AdminKeys.REMOTE,
            "The port of the admin API for operators elsewhere: `bridgehead --node HOST:PORT`. Without it only the socket serves it.");
    private static final Key<ProbeSettings> ADMIN_PROBE = Key.optional(
            "probe",
            ProbeKeys.PROBE,
            "A plaintext port for load balancers, which is open only while the node is ready; `GET /ready` answers there as well.");
    static final Section<Admin> ADMIN = Section.of(
            "admin",
            fields -> new Admin(
                    fields.get(SOCKET), fields.get(ADMIN_METRICS), fields.find(ADMIN_REMOTE), fields.find(ADMIN_PROBE)),
            SOCKET,
            ADMIN_METRICS,
            ADMIN_REMOTE,
            ADMIN_PROBE);

    private static final Key<URI> ENDPOINT = Key.required(
            "endpoint", ConfigTypes.url(), "Base address of a collector; `/v1/metrics` and `/v1/traces` are appended.");
    private static final Key<String> PROTOCOL = Key.defaulted(
            "protocol", Scalars.word("http/protobuf"), "http/protobuf", "OTLP over HTTP with protocol buffers.");
    private static final Key<Boolean> PUSH_METRICS =
            Key.defaulted("metrics", Scalars.truth(), "true", "Whether metrics are pushed.");
    private static final Key<Boolean> PUSH_TRACES =
            Key.defaulted("traces", Scalars.truth(), "true", "Whether traces are pushed.");
    private static final Key<Boolean> PUSH_LOGS = Key.defaulted(
            "logs",
            Scalars.truth(),
            "false",
            "Whether the lines of the access log and of the node's log are pushed too, as log records; with or without the access log itself.");
    private static final Key<Double> SAMPLING = Key.defaulted(
            "sampling",
            Scalars.number(0, 1),
            "1.0",
            "Share of new traces that are kept; a caller's own decision is followed.");
    private static final Key<Duration> INTERVAL =
            Key.defaulted("interval", Scalars.duration("1s", "1h"), "10s", "Between two pushes of metrics.");
    private static final Key<Map<String, Secret>> HEADERS = Key.defaulted(
            "headers",
            new MapType<>("header", Scalars.text("a header name"), Scalars.secret(), 0, 16),
            "{}",
            "Sent with every push, such as a token; never printed.");
    private static final Key<Otlp.Temporality> TEMPORALITY = Key.defaulted(
            "temporality",
            Scalars.choice(Otlp.Temporality.class, one -> one.name().toLowerCase(Locale.ROOT)),
            "cumulative",
            "What counters and histograms say: what there was since the node began, or since the last push (`delta`).");
    private static final Key<Path> TLS_AUTHORITIES = Key.optional(
            "authorities",
            Scalars.path(),
            "Who may vouch for the collector's certificate, PEM. Without it: the authorities of the Java platform.");
    private static final Key<Path> TLS_CERTIFICATE =
            Key.optional("certificate", Scalars.path(), "What the node shows the collector, PEM, the leaf first.");
    private static final Key<Path> TLS_KEY =
            Key.optional("key", Scalars.path(), "The private key of `certificate`, PEM, not encrypted.");
    private static final Section<Otlp.Tls> TLS =
            Section.of("telemetry.otlp.tls", SignalKeys::buildTls, TLS_AUTHORITIES, TLS_CERTIFICATE, TLS_KEY);
    private static final Key<Otlp.Tls> OTLP_TLS = Key.optional(
            "tls",
            TLS,
            "TLS to an `endpoint` of https. The files are read again when they have changed: new connections use them, bad ones change nothing.");
    private static final Section<Otlp> OTLP = Section.of(
            "telemetry.otlp",
            SignalKeys::buildOtlp,
            ENDPOINT,
            PROTOCOL,
            PUSH_METRICS,
            PUSH_TRACES,
            PUSH_LOGS,
            SAMPLING,
            INTERVAL,
            TEMPORALITY,
            HEADERS,
            OTLP_TLS);

    private static final Key<Otlp> TELEMETRY_OTLP =
            Key.optional("otlp", OTLP, "Where signals are pushed. Without it nothing is pushed.");
    private static final Key<AccessLog> TELEMETRY_LOG =
            Key.defaulted("accessLog", AccessLogKeys.ACCESS_LOG, "{}", "One line per exchange.");
    private static final Key<TraceSettings> TELEMETRY_TRACES =
            Key.defaulted("traces", TraceKeys.TRACES, "{}", "How the node takes part in traces, and which it records.");
    private static final Key<Boolean> PRIORITY = Key.defaulted(
            "priority",
            Scalars.truth(),
            "false",
            "Whether each line begins with its priority, such as `<4>`, for journald (sd-daemon).");
    private static final Key<NodeLines.Level> LEVEL = Key.optional(
            "level",
            Scalars.choice(NodeLines.Level.class, Enum::name),
            "The least severe message of the log. Without it that of `BRIDGEHEAD_LOG_LEVEL` in the process's environment, INFO without that.");
    private static final Section<NodeLines> NODE_LINES = Section.of(
            "telemetry.log", fields -> new NodeLines(fields.get(PRIORITY), fields.find(LEVEL)), PRIORITY, LEVEL);
    private static final Key<Path> AUDIT_PATH = Key.optional(
            "path",
            Scalars.path(),
            "A file for what operators did or were refused, for orders, and for requests that policies refused or remarked on. Without it the former stand in the node's log alone, and the latter in the access log.");
    private static final Key<Integer> AUDIT_RATE = Key.defaulted(
            "verdictsPerSecond",
            Scalars.integer(0, 10_000),
            "100",
            "At most so many lines a second on requests; the next one says how many were left out.");
    private static final Section<AuditLog> AUDIT = Section.of(
            "telemetry.audit",
            fields -> new AuditLog(fields.find(AUDIT_PATH), fields.get(AUDIT_RATE)),
            AUDIT_PATH,
            AUDIT_RATE);
    private static final Key<NodeLines> TELEMETRY_NODE_LINES =
            Key.defaulted("log", NODE_LINES, "{}", "How the node's log is written.");
    private static final Key<AuditLog> TELEMETRY_AUDIT =
            Key.defaulted("audit", AUDIT, "{}", "Who did what, and what policies forbade.");
    private static final Key<Boolean> ENVOY_ALIASES = Key.defaulted(
            "envoyAliases",
            Scalars.truth(),
            "false",
            "Whether `/metrics` has the meters that dashboards for Envoy ask for most by Envoy's names as well.");
    private static final Key<Meters> TELEMETRY_METRICS = Key.defaulted(
            "metrics",
            Section.of("telemetry.metrics", fields -> new Meters(fields.get(ENVOY_ALIASES)), ENVOY_ALIASES),
            "{}",
            "Meters as they are pulled from `/metrics`.");
    static final Section<Telemetry> TELEMETRY = Section.of(
            "telemetry",
            fields -> new Telemetry(
                    fields.find(TELEMETRY_OTLP),
                    fields.get(TELEMETRY_LOG),
                    fields.get(TELEMETRY_TRACES),
                    fields.get(TELEMETRY_NODE_LINES),
                    fields.get(TELEMETRY_AUDIT),
                    fields.get(TELEMETRY_METRICS)),
            TELEMETRY_OTLP,
            TELEMETRY_LOG,
            TELEMETRY_TRACES,
            TELEMETRY_NODE_LINES,
            TELEMETRY_AUDIT,
            TELEMETRY_METRICS);

    private SignalKeys() {}

    private static @Nullable Metrics buildMetrics(Fields fields) {
        int before = fields.problems();
        ListenerKeys.requireInternal(fields, METRICS_ADDRESS, fields.get(ListenerKeys.UNSAFE));
        ListenerKeys.requireFixedPort(fields, METRICS_ADDRESS, METRICS_PORT);
        Metrics metrics = new Metrics(
                fields.get(METRICS_ENABLED),
                fields.get(METRICS_ADDRESS),
                fields.get(METRICS_PORT),
                fields.get(METRICS_PAGE),
                fields.get(ListenerKeys.UNSAFE));
        return fields.problems() == before ? metrics : null;
    }

    private static @Nullable Otlp buildOtlp(Fields fields) {
        assert fields.get(PROTOCOL).equals("http/protobuf");
        URI endpoint = fields.get(ENDPOINT);
        Otlp.Tls tls = fields.find(OTLP_TLS);
        if (tls != null && !"https".equals(endpoint.getScheme())) {
            fields.refuse(
                    OTLP_TLS,
                    "tls beside endpoint " + endpoint,
                    "an endpoint that begins with https://",
                    "without https nothing is encrypted: correct the endpoint, or leave tls out");
            return null;
        }
        return new Otlp(
                endpoint,
                fields.get(PUSH_METRICS),
                fields.get(PUSH_TRACES),
                fields.get(PUSH_LOGS),
                fields.get(SAMPLING),
                fields.get(INTERVAL),
                fields.get(TEMPORALITY),
                fields.get(HEADERS),
                tls);
    }

    private static Otlp.@Nullable Tls buildTls(Fields fields) {
        Path certificate = fields.find(TLS_CERTIFICATE);
        Path key = fields.find(TLS_KEY);
        if ((certificate == null) != (key == null)) {
            Key<Path> alone = certificate == null ? TLS_KEY : TLS_CERTIFICATE;
            fields.refuse(
                    alone,
                    fields.shown(alone) + " alone",
                    "certificate and key together, or neither",
                    "name both files of the node's certificate");
            return null;
        }
        return new Otlp.Tls(fields.find(TLS_AUTHORITIES), certificate, key);
    }
}

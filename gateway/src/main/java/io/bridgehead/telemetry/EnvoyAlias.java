package io.bridgehead.telemetry;

import java.util.List;

/** The names of Envoy's that {@link EnvoyAliases} gives, and what each is made from; docs/metrics.md is written from it. */
enum EnvoyAlias {
    ATTEMPTS("envoy_cluster_upstream_rq", "counter", Signal.CLIENT_DURATION, Part.CLUSTER, "attempts"),
    ATTEMPTS_BY_CLASS(
            "envoy_cluster_upstream_rq_xx",
            "untyped",
            Signal.CLIENT_DURATION,
            Part.CLUSTER_BY_CLASS,
            "attempts by the class of their answer"),
    RETRIES("envoy_cluster_upstream_rq_retry", "untyped", Signal.RETRIES, Part.CLUSTER, "attempts after the first"),
    TIMEOUTS(
            "envoy_cluster_upstream_rq_timeout",
            "untyped",
            Signal.CLIENT_DURATION,
            Part.CLUSTER_TIMEOUTS,
            "attempts that took too long"),
    CONNECTS_FAILED(
            "envoy_cluster_upstream_cx_connect_fail",
            "untyped",
            Signal.CONNECTS_FAILED,
            Part.CLUSTER,
            Signal.CONNECTS_FAILED.meaning()),
    CONNECTIONS(
            "envoy_cluster_upstream_cx_active",
            "gauge",
            Signal.ENDPOINT_CONNECTIONS,
            Part.CLUSTER,
            "open connections of this node to endpoints of a service; not tunnels"),
    HEALTHY(
            "envoy_cluster_membership_healthy",
            "gauge",
            Signal.ENDPOINTS_FIT,
            Part.CLUSTER,
            Signal.ENDPOINTS_FIT.meaning()),
    MEMBERS(
            "envoy_cluster_membership_total",
            "untyped",
            Signal.ENDPOINTS_KNOWN,
            Part.CLUSTER,
            Signal.ENDPOINTS_KNOWN.meaning()),
    EJECTIONS(
            "envoy_cluster_outlier_detection_ejections_enforced",
            "counter",
            Signal.EJECTIONS,
            Part.CLUSTER,
            Signal.EJECTIONS.meaning()),
    REQUESTS("envoy_http_downstream_rq", "counter", Signal.SERVER_DURATION, Part.MANAGER, "requests"),
    REQUESTS_BY_CLASS(
            "envoy_http_downstream_rq_xx",
            "untyped",
            Signal.SERVER_DURATION,
            Part.MANAGER_BY_CLASS,
            "requests by the class of their answer");

    static final String CLUSTER = "envoy_cluster_name";
    static final String MANAGER = "envoy_http_conn_manager_prefix";
    static final String CLASS = "envoy_response_code_class";

    private final String family;
    private final String kind;
    private final Signal from;
    private final Part part;
    private final String meaning;

    EnvoyAlias(String family, String kind, Signal from, Part part, String meaning) {
        this.family = family;
        this.kind = kind;
        this.from = from;
        this.part = part;
        this.meaning = meaning;
    }

    /** Which series of a meter are summed up, and under which labels. */
    enum Part {
        CLUSTER,
        CLUSTER_BY_CLASS,
        CLUSTER_TIMEOUTS,
        MANAGER,
        MANAGER_BY_CLASS;

        /** Beside {@code node} and {@code site}. */
        List<String> labels() {
            return switch (this) {
                case CLUSTER, CLUSTER_TIMEOUTS -> List.of(EnvoyAlias.CLUSTER);
                case CLUSTER_BY_CLASS -> List.of(EnvoyAlias.CLUSTER, CLASS);
                case MANAGER -> List.of(EnvoyAlias.MANAGER);
                case MANAGER_BY_CLASS -> List.of(EnvoyAlias.MANAGER, CLASS);
            };
        }
    }

    /** Without the {@code _total} of counters. */
    String family() {
        return family;
    }

    /** As series have it. */
    String shown() {
        return kind.equals("counter") ? family + "_total" : family;
    }

    /** {@code counter}, {@code gauge}, or {@code untyped} for what has not the ending that Prometheus' rules want for its kind. */
    String kind() {
        return kind;
    }

    Signal from() {
        return from;
    }

    Part part() {
        return part;
    }

    String meaning() {
        return meaning;
    }
}

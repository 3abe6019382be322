package io.bridgehead.model;

/**
 * Every cause for which this product ends a request without the endpoint's own answer. Logs, metrics, spans and
 * {@code bridgehead-refusal} use {@link #text()}; clients see the status, the {@code Proxy-Status} error (RFC 9209, section
 * 2.3) and a problem document (RFC 9457); the flag is the one that Envoy's access log uses for the same cause.
 */
public enum Refusal {
    BAD_REQUEST("bad-request", 400, "http_request_error", "DPE", Culprit.CLIENT),
    HEAD_TOO_LARGE("head-too-large", 431, "http_request_error", "DPE", Culprit.CLIENT),
    HEAD_TIMEOUT("head-timeout", 408, "http_request_error", "DT", Culprit.CLIENT),
    BODY_TIMEOUT("body-timeout", 408, "http_request_error", "DT", Culprit.CLIENT),
    EXPECTATION_UNKNOWN("expectation-unknown", 417, "http_request_error", "DPE", Culprit.CLIENT),
    VERSION_UNSUPPORTED("version-unsupported", 505, "http_request_error", "DPE", Culprit.CLIENT),
    UPGRADE_NOT_ALLOWED("upgrade-not-allowed", 400, "http_request_denied", "UAEX", Culprit.CLIENT),
    CONNECT_NOT_ALLOWED("connect-not-allowed", 405, "http_request_denied", "UAEX", Culprit.CLIENT),
    CLIENT_STALLED("client-stalled", 408, "connection_write_timeout", "SI", Culprit.CLIENT),
    CLIENT_GONE("client-gone", 499, "http_request_error", "DC", Culprit.CLIENT),
    NO_ROUTE("no-route", 404, "destination_not_found", "NR", Culprit.CLIENT),
    MISDIRECTED("misdirected", 421, "http_request_denied", "NR", Culprit.CLIENT),
    NOT_AUTHORIZED("not-authorized", 403, "http_request_denied", "UAEX", Culprit.POLICY),
    ORIGIN_REFUSED("origin-refused", 502, "destination_unavailable", "UF", Culprit.TUNNEL),
    TOKEN_MISSING("token-missing", 401, "http_request_denied", "UAEX", Culprit.CLIENT),
    TOKEN_INVALID("token-invalid", 401, "http_request_denied", "UAEX", Culprit.CLIENT),
    TOKEN_KEYS_UNKNOWN("token-keys-unknown", 503, "http_request_denied", "UAEX", Culprit.NODE),
    CHECK_FAILED("check-failed", 403, "http_request_denied", "UAEX", Culprit.POLICY),
    RATE_LIMITED("rate-limited", 429, "http_request_denied", "RL", Culprit.POLICY),
    NO_HEALTHY_SITE("no-healthy-site", 503, "destination_unavailable", "UH", Culprit.ENDPOINT),
    NO_HEALTHY_ENDPOINT("no-healthy-endpoint", 503, "destination_unavailable", "UH", Culprit.ENDPOINT),
    CONNECT_FAILED("connect-failed", 503, "connection_refused", "UF", Culprit.ENDPOINT),
    CONNECT_TIMEOUT("connect-timeout", 504, "connection_timeout", "UF", Culprit.ENDPOINT),
    ENDPOINT_TLS("endpoint-tls", 502, "tls_protocol_error", "UF", Culprit.ENDPOINT),
    ENDPOINT_CLOSED("endpoint-closed", 502, "connection_terminated", "UC", Culprit.ENDPOINT),
    ENDPOINT_PROTOCOL("endpoint-protocol", 502, "http_protocol_error", "UPE", Culprit.ENDPOINT),
    RESPONSE_TIMEOUT("response-timeout", 504, "http_response_timeout", "UT", Culprit.ENDPOINT),
    STREAM_IDLE("stream-idle", 504, "connection_read_timeout", "SI", Culprit.ENDPOINT),
    TUNNEL_DOWN("tunnel-down", 503, "destination_unavailable", "UF", Culprit.TUNNEL),
    TUNNEL_LOST("tunnel-lost", 502, "connection_terminated", "UC", Culprit.TUNNEL),
    ATTEMPTS_EXHAUSTED("attempts-exhausted", 503, "destination_unavailable", "URX", Culprit.ENDPOINT),
    DEADLINE_EXCEEDED("deadline-exceeded", 504, "http_response_timeout", "UT", Culprit.ENDPOINT),
    POOL_FULL("pool-full", 503, "connection_limit_reached", "UO", Culprit.NODE),
    OVERLOADED("overloaded", 503, "connection_limit_reached", "OM", Culprit.NODE),
    LOOP_DETECTED("loop-detected", 508, "proxy_loop_detected", "NC", Culprit.NODE),
    LISTENER_FULL("listener-full", 503, "connection_limit_reached", "UO", Culprit.NODE),
    NODE_FULL("node-full", 503, "connection_limit_reached", "UO", Culprit.NODE),
    STREAMS_FULL("streams-full", 503, "connection_limit_reached", "RL", Culprit.CLIENT),
    ADDRESS_FULL("address-full", 503, "connection_limit_reached", "RL", Culprit.CLIENT),
    PROXY_HEADER_INVALID("proxy-header-invalid", 400, "http_request_error", "DPE", Culprit.CLIENT),
    PROXY_HEADER_TIMEOUT("proxy-header-timeout", 408, "http_request_error", "DT", Culprit.CLIENT),
    PROXY_HEADER_UNTRUSTED("proxy-header-untrusted", 400, "http_request_denied", "DPE", Culprit.CLIENT),
    NOT_TLS("not-tls", 400, "http_request_error", "DPE", Culprit.CLIENT),
    CLIENT_HELLO_INVALID("client-hello-invalid", 400, "tls_protocol_error", "DPE", Culprit.CLIENT),
    CLIENT_HELLO_TOO_LARGE("client-hello-too-large", 431, "tls_protocol_error", "DPE", Culprit.CLIENT),
    CLIENT_HELLO_TIMEOUT("client-hello-timeout", 408, "tls_protocol_error", "DT", Culprit.CLIENT),
    NO_BACKEND("no-backend", 500, "destination_not_found", "NC", Culprit.POLICY),
    NOT_READY("not-ready", 503, "destination_unavailable", "NC", Culprit.NODE),
    INTERNAL("internal", 500, "proxy_internal_error", "NC", Culprit.NODE);

    /** Who has to do something about it. */
    public enum Culprit {
        CLIENT,
        POLICY,
        ENDPOINT,
        TUNNEL,
        NODE
    }

    private final String text;
    private final int status;
    private final String proxyStatusError;
    private final String responseFlag;
    private final Culprit culprit;

    Refusal(String text, int status, String proxyStatusError, String responseFlag, Culprit culprit) {
        this.text = text;
        this.status = status;
        this.proxyStatusError = proxyStatusError;
        this.responseFlag = responseFlag;
        this.culprit = culprit;
    }

    /** The stable name, in lower case with hyphens; also OpenTelemetry's {@code error.type}. */
    public String text() {
        return text;
    }

    /** The HTTP status that clients see. */
    public int status() {
        return status;
    }

    /** The error token of RFC 9209. */
    public String proxyStatusError() {
        return proxyStatusError;
    }

    /** Envoy's response flag. */
    public String responseFlag() {
        return responseFlag;
    }

    /** Who has to do something about it. */
    public Culprit culprit() {
        return culprit;
    }
}

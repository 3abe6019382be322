package io.bridgehead.model;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A field name in lower case, ready to be compared with the bytes of a {@link HeaderFields}. */
public final class HeaderName {
    public static final HeaderName BAGGAGE = of("baggage");
    public static final HeaderName CONNECTION = of("connection");
    public static final HeaderName CONTENT_LENGTH = of("content-length");
    public static final HeaderName CONTENT_TYPE = of("content-type");
    public static final HeaderName DATE = of("date");
    public static final HeaderName EXPECT = of("expect");
    public static final HeaderName FORWARDED = of("forwarded");
    public static final HeaderName HOST = of("host");
    public static final HeaderName KEEP_ALIVE = of("keep-alive");
    public static final HeaderName PROXY_CONNECTION = of("proxy-connection");
    public static final HeaderName PROXY_STATUS = of("proxy-status");
    public static final HeaderName RETRY_AFTER = of("retry-after");
    public static final HeaderName SEC_WEBSOCKET_ACCEPT = of("sec-websocket-accept");
    public static final HeaderName SEC_WEBSOCKET_KEY = of("sec-websocket-key");
    public static final HeaderName TE = of("te");
    public static final HeaderName TRACEPARENT = of("traceparent");
    public static final HeaderName TRACESTATE = of("tracestate");
    public static final HeaderName TRAILER = of("trailer");
    public static final HeaderName TRANSFER_ENCODING = of("transfer-encoding");
    public static final HeaderName UPGRADE = of("upgrade");
    public static final HeaderName VIA = of("via");
    public static final HeaderName X_FORWARDED_CLIENT_CERT = of("x-forwarded-client-cert");
    public static final HeaderName X_FORWARDED_FOR = of("x-forwarded-for");
    public static final HeaderName X_FORWARDED_HOST = of("x-forwarded-host");
    public static final HeaderName X_FORWARDED_PROTO = of("x-forwarded-proto");
    public static final HeaderName X_REAL_IP = of("x-real-ip");
    public static final HeaderName X_REQUEST_ID = of("x-request-id");
    public static final HeaderName BRIDGEHEAD_ALPN = of("bridgehead-alpn");
    public static final HeaderName BRIDGEHEAD_ATTEMPT_TIME = of("bridgehead-attempt-time");
    public static final HeaderName BRIDGEHEAD_ATTEMPTS = of("bridgehead-attempts");
    public static final HeaderName BRIDGEHEAD_CHAIN = of("bridgehead-chain");
    public static final HeaderName BRIDGEHEAD_CLIENT = of("bridgehead-client");
    public static final HeaderName BRIDGEHEAD_DEADLINE = of("bridgehead-deadline");
    public static final HeaderName BRIDGEHEAD_FLOW = of("bridgehead-flow");
    public static final HeaderName BRIDGEHEAD_ORIGIN = of("bridgehead-origin");
    public static final HeaderName BRIDGEHEAD_REFUSAL = of("bridgehead-refusal");
    public static final HeaderName BRIDGEHEAD_REVISION = of("bridgehead-revision");
    public static final HeaderName BRIDGEHEAD_SERVER_NAME = of("bridgehead-server-name");
    public static final HeaderName BRIDGEHEAD_SERVICE = of("bridgehead-service");
    public static final HeaderName BRIDGEHEAD_SESSION = of("bridgehead-session");
    public static final HeaderName BRIDGEHEAD_STATUS = of("bridgehead-status");
    public static final HeaderName BRIDGEHEAD_TLS = of("bridgehead-tls");

    private final String text;
    private final byte[] bytes;

    private HeaderName(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The name in lower case. */
    public static HeaderName of(String name) {
        return new HeaderName(name.toLowerCase(Locale.ROOT));
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HeaderName that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}

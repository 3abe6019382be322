package io.bridgehead.telemetry;

import io.bridgehead.tls.OutsideTls;
import io.micrometer.core.ipc.http.HttpSender;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * Brings metrics to a collector that is known by files of its own. On the publisher's thread, which may wait: {@value #CONNECT_MILLIS} ms for a
 * connection and {@value #READ_MILLIS} ms for an answer.
 */
final class CollectorSender implements HttpSender {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int READ_MILLIS = 10_000;
    private static final int ANSWER_BYTES_MAX = 4 << 10;
    private static final int FAILED_FROM = 400;

    private final SSLSocketFactory sockets;

    CollectorSender(OutsideTls tls) {
        this.sockets = tls.context().getSocketFactory();
    }

    @Override
    public Response send(Request request) throws IOException {
        if (!(request.getUrl().openConnection(Proxy.NO_PROXY) instanceof HttpsURLConnection connection)) {
            throw new IOException(request.getUrl() + ": expected an address that begins with https://");
        }
        connection.setSSLSocketFactory(sockets);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestMethod(request.getMethod().name());
        request.getRequestHeaders().forEach(connection::setRequestProperty);
        byte[] body = request.getEntity();
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (var out = connection.getOutputStream()) {
            out.write(body);
        }
        int status = connection.getResponseCode();
        try (InputStream answer = status < FAILED_FROM ? connection.getInputStream() : connection.getErrorStream()) {
            String text = answer == null ? "" : new String(answer.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
            return new Response(status, text);
        }
    }
}

package io.bridgehead.e2e.traffic;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/** Reads a node's status page as a browser asks for it, and follows what it is told. */
public final class PageReader {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
    private static final int EVENTS_MAX = 30;
    private static final String DATA = "data: ";

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI node;

    /** @param port of {@code admin.metrics}, on loopback */
    public PageReader(int port) {
        this.node = URI.create("http://127.0.0.1:" + port);
    }

    /** One of the page's parts. */
    public HttpResponse<String> get(String path) {
        return send(path, HttpResponse.BodyHandlers.ofString());
    }

    /** All meters in the form of OpenMetrics. */
    public String openMetrics() {
        HttpRequest request = HttpRequest.newBuilder(node.resolve("/metrics"))
                .timeout(ANSWER_MAX)
                .header("accept", "application/openmetrics-text; version=1.0.0")
                .build();
        return send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private <T> HttpResponse<T> send(String path, HttpResponse.BodyHandler<T> how) {
        HttpRequest request = HttpRequest.newBuilder(node.resolve(path))
                .timeout(ANSWER_MAX)
                .header("sec-fetch-site", "same-origin")
                .build();
        return send(request, how);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> how) {
        try {
            return client.send(request, how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The first of the next {@value #EVENTS_MAX} tellings, a minute's worth, that is as wanted. */
    public JsonObject told(Predicate<JsonObject> wanted) {
        HttpResponse<InputStream> answer = send("/page/events", HttpResponse.BodyHandlers.ofInputStream());
        if (!answer.headers().firstValue("content-type").orElse("").equals("text/event-stream")) {
            throw new AssertionError("no stream of events: " + answer.statusCode() + " " + answer.headers());
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            JsonObject last = new JsonObject();
            for (int events = 0; events < EVENTS_MAX; ) {
                String line = lines.readLine();
                if (line == null) {
                    throw new AssertionError("the stream ended after " + last);
                }
                if (line.startsWith(DATA)) {
                    events++;
                    last = new JsonObject(line.substring(DATA.length()));
                    if (wanted.test(last)) {
                        return last;
                    }
                }
            }
            throw new AssertionError("not told; last was " + last.encodePrettily());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

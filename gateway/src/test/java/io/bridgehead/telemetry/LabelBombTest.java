package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.proxy.AttemptRecord;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.NotedFields;
import io.bridgehead.proxy.TestExchanges;
import io.micrometer.core.instrument.Timer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A million values of whatever clients and endpoints can choose make no more series than the bound, and nothing goes uncounted. */
final class LabelBombTest {
    private static final int MANY = 1_000_000;
    private static final String PLAIN = "text/plain; version=0.0.4; charset=utf-8";

    /** Pushes, too, to nobody: both registries must bear it. */
    private static final String CONFIG = "site: { name: here }\n"
            + "telemetry: { accessLog: { enabled: false },"
            + " otlp: { endpoint: \"http://127.0.0.1:1\", interval: 1h, traces: false } }\n";

    private Telemetry telemetry;

    @BeforeEach
    void start() throws Exception {
        NodeConfigReader reader = new NodeConfigReader(Path.of("/etc/bridgehead"), "gw-1");
        NodeConfig config = ((Reading.Done<NodeConfig>) reader.read("gateway.yaml", CONFIG)).value();
        telemetry = Telemetry.start(
                config,
                "test",
                () -> 0,
                System::nanoTime,
                Thread.ofPlatform().daemon().factory());
    }

    @AfterEach
    void close() {
        telemetry.close();
    }

    /** As the data path tells it. */
    private void told(ExchangeRecord exchange) {
        telemetry.started(exchange);
        for (AttemptRecord attempt : exchange.attempts()) {
            telemetry.attemptEnded(exchange, attempt);
        }
        telemetry.ended(exchange);
    }

    private void told(ExchangeRecord exchange, int number) {
        String method = number % 2 == 0 ? "GET" : "M" + number;
        SpiffeId identity = SpiffeId.parse("spiffe://corp.example/sa/u" + number);
        told(TestExchanges.disguised(exchange, method, "h" + number + ".test", "/p/" + number + "?q", identity));
    }

    private Collection<Timer> exchanges() {
        return telemetry.registry().find(Signal.SERVER_DURATION.meter()).timers();
    }

    private long counted(String service) {
        return exchanges().stream()
                .filter(timer ->
                        service.isEmpty() || service.equals(timer.getId().getTag(Tag.SERVICE)))
                .mapToLong(Timer::count)
                .sum();
    }

    @Test
    void pathsHostsIdentitiesAndMethodsOfClientsAreNoLabels() {
        List<ExchangeRecord> exchanges =
                List.of(TestExchanges.answered(0, NotedFields.NONE, 200, 20), TestExchanges.unknown(0));
        for (int i = 0; i < 4; i++) {
            told(exchanges.get(i / 2), i);
        }
        int meters = telemetry.registry().getMeters().size();
        long lines = telemetry.scrape(PLAIN).lines().count();
        for (int i = 4; i < MANY; i++) {
            told(exchanges.get((i / 2) % 2), i);
        }
        assertThat(telemetry.registry().getMeters()).hasSize(meters);
        assertThat(telemetry.scrape(PLAIN).lines().count()).isEqualTo(lines);
        assertThat(exchanges())
                .extracting(timer -> timer.getId().getTag(Tag.METHOD))
                .containsOnly("GET", "_OTHER")
                .hasSize(4);
        assertThat(counted("")).isEqualTo(MANY);
        assertThat(telemetry.scrape(PLAIN)).doesNotContain(ExchangeMeters.OVERFLOW, "h999999", "/p/", "/sa/u");
    }

    /** 900 statuses of endpoints by 11 methods are more than the bound: what comes after it is one series, which tells how much that is. */
    @Test
    void whatIsAboveTheBoundIsCountedInASeriesThatSaysSo() {
        List<String> methods = List.of(
                "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY", "BREW");
        ExchangeRecord exchange = TestExchanges.answered(0, NotedFields.NONE, 200, 20);
        SpiffeId identity = exchange.caller().identity();
        for (int i = 0; i < MANY; i++) {
            TestExchanges.disguised(exchange, methods.get(i % methods.size()), "h.test", "/", identity);
            told(TestExchanges.withStatus(exchange, 100 + i % 900));
        }
        assertThat(exchanges()).hasSize(ExchangeMeters.SERIES_MAX + 1);
        assertThat(counted("")).isEqualTo(MANY);
        long kept = counted("orders");
        assertThat(counted(ExchangeMeters.OVERFLOW)).isEqualTo(MANY - kept).isGreaterThan(MANY / 3);
        assertThat(telemetry.scrape(PLAIN).lines())
                .filteredOn(line -> line.startsWith("http_server_request_duration_seconds_count{"))
                .hasSize(ExchangeMeters.SERIES_MAX + 1)
                .filteredOn(line -> line.contains("service=\"overflow\""))
                .singleElement()
                .asString()
                .endsWith(" " + (MANY - kept));
        assertThat(telemetry.traffic().requests()).isEqualTo(MANY);
    }
}

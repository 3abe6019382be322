package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.sun.net.httpserver.HttpServer;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("sets the level of the log of the process")
final class TelemetryTest {
    /** The telemetry's own bound, and what a busy machine adds. */
    private static final Duration ENOUGH = Duration.ofSeconds(8);

    @TempDir
    Path folder = Path.of("");

    private static NodeConfig config(String telemetry) {
        NodeConfigReader reader = new NodeConfigReader(Path.of("/etc/bridgehead"), "gw-1");
        return switch (reader.read("gateway.yaml", "site: { name: aws }\ntelemetry: " + telemetry + "\n")) {
            case Reading.Done<NodeConfig> done -> done.value();
            case Reading.Refused<NodeConfig> refused -> throw new AssertionError(refused.problems());
        };
    }

    /** Each of its signals would wait 5 to 10 s for an answer. */
    @Test
    void aCollectorThatIsSilentDoesNotHoldUpTheEnd() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Telemetry telemetry = telemetry(silent.getLocalPort());
            assertThat(CompletableFuture.runAsync(telemetry::close, threads)).succeedsWithin(ENOUGH);
        }
    }

    private static HttpServer collector(BlockingQueue<String> pushed) throws IOException {
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            pushed.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        return collector;
    }

    private static String logs(HttpServer collector) {
        return "otlp: { endpoint: \"http://127.0.0.1:" + collector.getAddress().getPort()
                + "\", interval: 1h, metrics: false, traces: false, logs: true }";
    }

    /** The level of its log is the test's to set back. */
    @Test
    void whatIsPushedHasTheLevelOfTheReloadAsTheLogHas() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        BlockingQueue<String> pushed = new LinkedBlockingQueue<>();
        HttpServer collector = collector(pushed);
        String otlp = logs(collector);
        try {
            Telemetry telemetry = started("{ accessLog: { enabled: false }, log: { level: WARN }, " + otlp + " }");
            telemetry
                    .prepare(config("{ accessLog: { enabled: false }, log: { level: DEBUG }, " + otlp + " }"))
                    .use()
                    .end();
            LoggerFactory.getLogger("bridgehead").atDebug().log("only at DEBUG");
            await(() -> pushed.stream().anyMatch(body -> body.contains("only at DEBUG")));
            telemetry.close();
        } finally {
            root.setLevel(before);
            collector.stop(0);
        }
        assertThat(pushed).anyMatch(body -> body.contains("only at DEBUG"));
    }

    private static void await(Callable<Boolean> done) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!done.call() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void audit(String text) {
        LoggerFactory.getLogger(AuditFile.LOGGER).atInfo().log(text);
    }

    private static String audited(Path file, int perSecond) {
        return "{ accessLog: { enabled: false }, audit: { path: " + file + ", verdictsPerSecond: " + perSecond + " } }";
    }

    /** Such as when an event loop stands still, so that nobody ends them. */
    @Test
    void theEndWritesWhatThoseBeforeHaveAndWhatWaitsForThem() throws Exception {
        Path file = folder.resolve("audit.log");
        // backwards, so that a slow machine has more time than the end of a node gives it
        AtomicLong nanos = new AtomicLong();
        Telemetry telemetry = started(
                audited(file, 1), Thread.ofPlatform().daemon().factory(), () -> nanos.addAndGet(-60_000_000_000L));
        audit("first");
        Telemetry.Left _ = telemetry.prepare(config(audited(file, 2))).use();
        audit("second");
        telemetry.close();
        assertThat(Files.readString(file)).contains("first", "second");
    }

    @Test
    void whatComesNextInAFileWaitsForALoopThatStandsStillOnlySoLong() throws Exception {
        Path file = folder.resolve("audit.log");
        Telemetry telemetry = started(audited(file, 1));
        telemetry.prepare(config(audited(file, 2))).use().endAfter(new CompletableFuture<>(), 10);
        audit("second");
        await(() -> Files.readString(file).contains("second"));
        assertThat(Files.readString(file)).contains("second");
        telemetry.close();
    }

    @Test
    void filesInUseAreOpenedAgainAndThoseOfWhatIsGivenUpAreNotLeftBehind() throws Exception {
        Path file = folder.resolve("audit.log");
        Path other = folder.resolve("other.log");
        Telemetry telemetry = started(audited(file, 1));
        Files.move(file, folder.resolve("audit.log.1"));
        Telemetry.Prepared given = telemetry.prepare(config(audited(other, 1)));
        assertThat(other).exists();
        given.drop();
        assertThat(other).doesNotExist();
        assertThat(telemetry.openAgain()).isEmpty();
        audit("after it was renamed");
        await(() -> Files.readString(file).contains("after it was renamed"));
        telemetry.close();
        assertThat(Files.readString(file)).contains("after it was renamed");
        assertThat(other).doesNotExist();
    }

    /** Whoever begins to write says a line as it is begun: in the midst of the change. */
    @Test
    void aLineThatIsSaidWhileAnotherConfigurationIsTakenIsPushedOnce() throws Exception {
        BlockingQueue<String> pushed = new LinkedBlockingQueue<>();
        HttpServer collector = collector(pushed);
        AtomicInteger number = new AtomicInteger();
        ThreadFactory threads = task -> new Thread(task) {
            @Override
            public void start() {
                LoggerFactory.getLogger("bridgehead").atWarn().log("line {}.", number.incrementAndGet());
                super.start();
            }
        };
        String rest = logs(collector) + ", audit: { path: " + folder.resolve("audit.log") + ", verdictsPerSecond: ";
        Telemetry telemetry = started("{ accessLog: { enabled: false }, " + rest + "1 } }", threads, System::nanoTime);
        try {
            telemetry
                    .prepare(config("{ accessLog: { enabled: false }, " + rest + "2 } }"))
                    .use()
                    .end();
            // by the one before, and by the next
            await(() -> Stream.of("line 4.", "line 5.").allMatch(String.join("", pushed)::contains));
        } finally {
            telemetry.close();
            collector.stop(0);
        }
        Matcher lines = Pattern.compile("line [0-9]+\\.").matcher(String.join("", pushed));
        assertThat(lines.results().map(MatchResult::group)).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void oneFileUnderTwoNamesIsRefusedWithBoth() throws Exception {
        Path file = Files.createFile(folder.resolve("access.log"));
        Path link = Files.createSymbolicLink(folder.resolve("link.log"), file);
        Path hard = Files.createLink(folder.resolve("hard.log"), file);
        for (Path other : List.of(link, hard)) {
            assertThatIOException()
                    .isThrownBy(() -> started("{ accessLog: { path: " + file + " }, audit: { path: " + other + " } }"))
                    .withMessageContainingAll("audit.path", other.toString(), "accessLog.path", file.toString());
        }
        assertThat(file).as("nobody's to delete").exists();
    }

    private static Telemetry telemetry(int port) throws Exception {
        return started("{ accessLog: { enabled: false }, otlp: { endpoint: \"http://127.0.0.1:" + port
                + "\", interval: 1h, logs: true } }");
    }

    private static Telemetry started(String telemetry) throws Exception {
        return started(telemetry, Thread.ofPlatform().daemon().factory(), System::nanoTime);
    }

    private static Telemetry started(String telemetry, ThreadFactory threads, LongSupplier nanoTime) throws Exception {
        return Telemetry.start(config(telemetry), "test", () -> 0, nanoTime, threads);
    }
}

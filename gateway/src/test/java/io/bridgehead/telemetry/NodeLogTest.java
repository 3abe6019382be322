package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Rejection;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.UnsignedRecord;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class NodeLogTest {
    /** A record that was refused may bring a carrier's name of its own choice. */
    @Test
    void theCarrierOfARefusedRecordIsCutAndFreedOfControlCharacters() throws Exception {
        String carrier = "cell \"\u001b[2J\n" + "x".repeat(1 << 20) + "\"";
        List<ILoggingEvent> lines = heard(log -> {
            log.recordRejected(new Rejection(Fault.MALFORMED, Optional.empty(), carrier, "no record"));
            log.boundExceeded(carrier, "1 record a second");
        });
        assertThat(lines).hasSize(2).allSatisfy(line -> {
            String pairs = String.valueOf(line.getKeyValuePairs());
            assertThat(pairs.length()).isLessThan(2_000);
            assertThat(pairs).contains("cell \"?[2J?x").doesNotContain("\u001b", "\n");
        });
    }

    private static Rejection forged(int origin, String carrier) {
        String id = "spiffe://td.test/site/azure/gateway/n" + origin;
        UnsignedRecord content =
                new UnsignedRecord(Kind.CHANGESET, "shop", id, new Stamp(1, 0, id), Bytes.utf8("kind: Service"));
        SignedRecord record = content.signed(Bytes.utf8("forged"), List.of(Bytes.utf8("a certificate")));
        return new Rejection(Fault.SIGNATURE, Optional.of(record), carrier, "does not belong to it");
    }

    @Test
    void whoForgesGetsOneLineAMinuteWhateverOriginsItNames() throws Exception {
        AtomicLong now = new AtomicLong();
        List<ILoggingEvent> lines = heard(now::get, log -> {
            for (int i = 0; i < 6_000; i++) {
                now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
                log.recordRejected(forged(i, "10.0.0.9:5701"));
            }
            log.recordRejected(forged(0, "10.0.0.8:5701"));
        });
        assertThat(lines).hasSize(10 + 1);
        assertThat(String.valueOf(lines.get(1).getKeyValuePairs())).contains("10.0.0.9", "repeated=\"599\"");
        assertThat(String.valueOf(lines.getLast().getKeyValuePairs()))
                .as("another one is heard")
                .contains("10.0.0.8");
    }

    /** Both are known by their signature or certificate; what they say is not. */
    @Test
    void whoTellsWhatCannotBeGetsOneLineAMinuteWhateverItIs() throws Exception {
        AtomicLong now = new AtomicLong();
        List<ILoggingEvent> lines = heard(now::get, log -> {
            for (int i = 0; i < 600; i++) {
                now.addAndGet(TimeUnit.SECONDS.toNanos(1));
                log.reportRefused("spiffe://td.test/site/azure/gateway/a", "it speaks for node n" + i);
                log.voucherRefused("azure-a", "a voucher of " + i + " bytes");
            }
        });
        assertThat(lines).hasSize(20);
    }

    /** What a node log does. */
    private interface Work {
        void on(NodeLog log);
    }

    private static List<ILoggingEvent> heard(Work work) throws Exception {
        return heard(() -> 0, work);
    }

    private static List<ILoggingEvent> heard(LongSupplier nanoTime, Work work) throws Exception {
        Thread own = Thread.currentThread();
        // the logger is the process's: tests beside this one may write to it too
        ListAppender<ILoggingEvent> heard = new ListAppender<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (own.equals(Thread.currentThread())) {
                    super.append(event);
                }
            }
        };
        Logger logger = (Logger) LoggerFactory.getLogger("bridgehead");
        heard.start();
        try (Telemetry telemetry = Telemetry.start(
                config(),
                "test",
                () -> 0,
                System::nanoTime,
                Thread.ofPlatform().daemon().factory())) {
            logger.addAppender(heard);
            work.on(new NodeLog(telemetry, nanoTime));
        } finally {
            logger.detachAppender(heard);
        }
        return List.copyOf(heard.list);
    }

    private static NodeConfig config() {
        NodeConfigReader reader = new NodeConfigReader(Path.of("/etc/bridgehead"), "gw-1");
        String text = "site: { name: aws }\ntelemetry: { accessLog: { enabled: false } }\n";
        return switch (reader.read("gateway.yaml", text)) {
            case Reading.Done<NodeConfig> done -> done.value();
            case Reading.Refused<NodeConfig> refused -> throw new AssertionError(refused.problems());
        };
    }
}

package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes of metrics, each of which a collector takes or does not. What it does not take is lost, counted, and said once in a while. On the
 * publisher's thread.
 */
@OwnedBy(Owner.ANY_THREAD)
final class MetricsPush implements OtlpMetricsSender {
    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");

    private final OtlpMetricsSender sender;
    private final Repeats failures;
    private final AtomicLong lost;

    /**
     * @param failures holds back what is said again and again
     * @param lost counts what the collector does not take
     */
    MetricsPush(OtlpMetricsSender sender, Repeats failures, AtomicLong lost) {
        this.lost = lost;
        this.sender = sender;
        this.failures = failures;
    }

    @Override
    public void send(Request request) {
        try {
            sender.send(request);
        } catch (Exception e) {
            lost.incrementAndGet();
            failed(e);
        }
    }

    private void failed(Exception cause) {
        long repeated = failures.passes("signals", "metrics", cause.toString());
        if (repeated >= 0) {
            LOG.atWarn()
                    .addKeyValue("repeated", repeated)
                    .log("signals: the collector did not take a push of metrics: {}", cause.toString());
        }
    }
}

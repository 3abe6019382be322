package io.bridgehead.telemetry;

import io.bridgehead.model.SiteName;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.proxy.NotedFields;
import io.bridgehead.proxy.TestExchanges;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What meters take of an exchange and of its attempt, by the CPU time of their thread, the best of many rounds: differences of whole nodes with
 * and without meters are smaller than what else differs between two processes. All that is read stays in the processor's caches here, so this
 * is the least that they cost.
 */
public final class MetersCpu {
    private static final int ROUNDS = 60;
    private static final int WARM_UP_ROUNDS = 20;
    private static final int CALLS = 200_000;
    private static final int EXCHANGES = 256;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private MetersCpu() {}

    /** Prints nanoseconds for one exchange, for one attempt, and for a request that goes through two nodes. */
    public static void main(String[] arguments) {
        MeterClock clock = new MeterClock(System::currentTimeMillis, System::nanoTime);
        ExchangeMeters meters = new ExchangeMeters(
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock),
                new SiteName("here"),
                null);
        ExchangeRecord[] exchanges = new ExchangeRecord[EXCHANGES];
        for (int i = 0; i < EXCHANGES; i++) {
            exchanges[i] = TestExchanges.answered(0, NotedFields.NONE, 200, 20);
        }
        double ended = Double.MAX_VALUE;
        double attempt = Double.MAX_VALUE;
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < CALLS; i++) {
                meters.ended(exchanges[i % EXCHANGES]);
            }
            long between = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < CALLS; i++) {
                ExchangeRecord exchange = exchanges[i % EXCHANGES];
                meters.attemptEnded(exchange, exchange.attempts().getLast());
            }
            long end = THREADS.getCurrentThreadCpuTime();
            if (round >= WARM_UP_ROUNDS) {
                ended = Math.min(ended, (double) (between - start) / CALLS);
                attempt = Math.min(attempt, (double) (end - between) / CALLS);
            }
        }
        System.out.printf(
                "exchange %.0f ns, attempt %.0f ns; a request through two nodes %.0f ns%n",
                ended, attempt, 2 * (ended + attempt));
    }
}

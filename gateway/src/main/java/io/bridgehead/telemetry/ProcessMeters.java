package io.bridgehead.telemetry;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Processor, file descriptors and uptime of the process, under Micrometer's names but where those break the rules for names of metrics
 * (<a href="https://prometheus.io/docs/practices/naming/">Prometheus, Metric and label naming</a>): time of the processor is counted in
 * seconds, and a number of processors is no {@code _count}.
 */
final class ProcessMeters {
    private static final String CPU_TIME = "process.cpu.time";
    private static final String PROCESSORS = "system.cpu.count";
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private ProcessMeters() {}

    /** Renames what is to be renamed; before any meter is registered. */
    static void filter(MeterRegistry registry) {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                return id.getName().equals(CPU_TIME) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
            }

            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().equals(PROCESSORS) ? id.withName("system.processors") : id;
            }
        });
    }

    /** Registers them, with a registry that has the filter. */
    static void bindTo(MeterRegistry registry) {
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            FunctionCounter.builder("process.cpu", system, bean -> bean.getProcessCpuTime() / NANOS)
                    .baseUnit("seconds")
                    .description("Time of processors that the process has used")
                    .register(registry);
        }
    }
}

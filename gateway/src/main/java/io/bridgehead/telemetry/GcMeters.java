package io.bridgehead.telemetry;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * How often the garbage collectors worked and for how long, read when somebody asks. Micrometer's own meters have the virtual machine tell
 * of each collection, which under load costs one hundredth of the processor.
 */
final class GcMeters {
    private GcMeters() {}

    static void bindTo(MeterRegistry registry) {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            FunctionTimer.builder(
                            "jvm.gc.pause",
                            collector,
                            GarbageCollectorMXBean::getCollectionCount,
                            GarbageCollectorMXBean::getCollectionTime,
                            TimeUnit.MILLISECONDS)
                    .description("Collections and the time they took")
                    .tag("gc", collector.getName())
                    .register(registry);
        }
    }
}

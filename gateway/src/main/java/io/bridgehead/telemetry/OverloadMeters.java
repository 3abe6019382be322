package io.bridgehead.telemetry;

import io.bridgehead.limit.Overload;
import io.bridgehead.limit.OverloadLevel;
import io.bridgehead.limit.OverloadObserver;
import io.bridgehead.limit.Pressure;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Meters and log lines of the node's level of overload and of what leads to it. */
public final class OverloadMeters implements OverloadObserver {
    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");

    private final MeterRegistry registry;
    private final Timer lag;

    public OverloadMeters(Telemetry telemetry) {
        this.registry = telemetry.registry();
        this.lag = Signal.LOOP_LAG.timer().register(registry);
    }

    /** Registers gauges of the level and of what was measured last. */
    public void show(Overload overload, Supplier<Pressure> pressure) {
        Gauge.builder(
                        Signal.OVERLOAD_LEVEL.meter(),
                        overload,
                        now -> now.level().step())
                .description(Signal.OVERLOAD_LEVEL.meaning())
                .register(registry);
        input("heap", pressure, Pressure::heap);
        input("direct_memory", pressure, Pressure::directMemory);
        input("descriptors", pressure, Pressure::descriptors);
        input("loop_lag", pressure, Pressure::loopLag);
    }

    private void input(String name, Supplier<Pressure> pressure, ToDoubleFunction<Pressure> part) {
        Gauge.builder(Signal.OVERLOAD_PRESSURE.meter(), () -> part.applyAsDouble(pressure.get()))
                .description(Signal.OVERLOAD_PRESSURE.meaning())
                .tag(Tag.INPUT, name)
                .register(registry);
    }

    @Override
    public void lagged(long nanos) {
        lag.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void levelChanged(OverloadLevel before, OverloadLevel after, Pressure pressure) {
        Signal.OVERLOAD_CHANGES
                .counter()
                .tag(Tag.LEVEL, after.text())
                .register(registry)
                .increment();
        (after == OverloadLevel.NONE ? LOG.atInfo() : LOG.atWarn())
                .log("overload {} -> {}: {}", before.text(), after.text(), pressure);
    }
}

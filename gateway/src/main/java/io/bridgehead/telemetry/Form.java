package io.bridgehead.telemetry;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a meter measures, and in which unit; of histograms also the bounds of the buckets. */
enum Form {
    COUNT("counter", ""),
    COUNT_BYTES("counter", "By"),
    GAUGE("gauge", ""),
    GAUGE_SECONDS("gauge", "s"),
    GAUGE_BYTES("gauge", "By"),
    /** Of exchanges: the bounds that OpenTelemetry's conventions advise. */
    DURATION("histogram", "s", 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10),
    LOOP_LAG("histogram", "s", 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
    RECORD_LAG("histogram", "s", 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 300),
    /** Of bodies: 1 KiB to 64 MiB, each four times the one before. */
    SIZE("histogram", "By", 1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26);

    private static final double NANOS = 1e9;

    private final String kind;
    private final String unit;

    @SuppressWarnings("ImmutableEnumChecker") // made by toList, which no one can change
    private final List<Double> bounds;

    Form(String kind, String unit, double... bounds) {
        this.kind = kind;
        this.unit = unit;
        this.bounds = Arrays.stream(bounds).boxed().toList();
    }

    /** {@code counter}, {@code gauge} or {@code histogram}. */
    String kind() {
        return kind;
    }

    /** By the UCUM, as OpenTelemetry's conventions have it; empty for plain numbers. */
    String unit() {
        return unit;
    }

    /** As registries take it, which put it into names; null for none. */
    @Nullable
    String baseUnit() {
        return switch (unit) {
            case "s" -> "seconds";
            case "By" -> "bytes";
            default -> null;
        };
    }

    /** The upper bounds of the buckets, in the unit and in order; empty for what is no histogram. */
    List<Double> bounds() {
        return bounds;
    }

    /** The bounds of a histogram of durations. */
    List<Duration> durations() {
        return bounds.stream()
                .map(seconds -> Duration.ofNanos(Math.round(seconds * NANOS)))
                .toList();
    }
}

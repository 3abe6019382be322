package io.bridgehead.model;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Field lines in the flat form: ten of them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeaderFieldsBenchmark {
    private static final HeaderName LAST = HeaderName.of("x-field-9");
    private static final HeaderName ABSENT = HeaderName.of("x-absent");
    private static final HeaderName ADDED = HeaderName.of("x-forwarded-for");

    private final HeaderFields fields = tenFields();

    private static HeaderFields tenFields() {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < 10; i++) {
            fields.add("x-field-" + i, "some value of usual length");
        }
        return fields;
    }

    /** Look for one that is not there. */
    @Benchmark
    public boolean containsAbsent() {
        return fields.contains(ABSENT);
    }

    /** Make the value of the last one. */
    @Benchmark
    public String firstOfLast() {
        return String.valueOf(fields.first(LAST));
    }

    /** What an attempt begins with. */
    @Benchmark
    public HeaderFields copy() {
        return fields.copy();
    }

    /** Copy, and replace one that is not there. */
    @Benchmark
    public HeaderFields copyAndSet() {
        HeaderFields copy = fields.copy();
        copy.set(ADDED, "192.0.2.7");
        return copy;
    }
}

package io.bridgehead.wire.guard;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
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

/** Paths and hosts on their way through the guard. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class GuardBenchmark {
    private final byte[] plain = latin1("/shop/items/4711?colour=blue&page=2");
    private final byte[] escaped = latin1("/shop/./items/%34711/../4712?colour=blue&page=2");
    private final byte[] host = latin1("shop.example.internal");
    private final byte[] otherHost = latin1("Shop.Example.Internal:8443");
    private final PathGuard paths = new PathGuard();
    private final AuthorityGuard authorities = new AuthorityGuard();

    /** Nothing to normalise. */
    @Benchmark
    public String plainPath() {
        return Objects.requireNonNull(paths.read(plain, 0, plain.length));
    }

    /** Escapes and dot segments. */
    @Benchmark
    public String escapedPath() {
        return Objects.requireNonNull(paths.read(escaped, 0, escaped.length));
    }

    /** The host that the connection's last request had. */
    @Benchmark
    public String sameHost() {
        return Objects.requireNonNull(authorities.read(host, 0, host.length));
    }

    /** Two hosts in turn. */
    @Benchmark
    public int changingHost() {
        return Objects.requireNonNull(authorities.read(host, 0, host.length)).length()
                + Objects.requireNonNull(authorities.read(otherHost, 0, otherHost.length))
                        .length();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

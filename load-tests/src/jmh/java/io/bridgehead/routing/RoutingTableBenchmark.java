package io.bridgehead.routing;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.Authorizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding the service of a host: must not cost more with more services. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoutingTableBenchmark {
    /** How many there are; one in ten has a wildcard beside its name. */
    @Param({"10", "10000"})
    public int services;

    private RoutingTable table = RoutingTable.EMPTY;
    private String exact = "";
    private String wildcard = "";

    /** Builds the table. */
    @Setup
    public void build() {
        SequencedMap<SiteName, List<Endpoint>> endpoints = new LinkedHashMap<>();
        endpoints.put(new SiteName("a"), List.of(Endpoint.parse("127.0.0.1:8080")));
        Authorizer open = Authorizer.everySite(new TrustDomain("corp.example"));
        table = RoutingTable.of(
                "1",
                IntStream.range(0, services)
                        .mapToObj(i -> ServiceRoute.http("s" + i, hosts(i), endpoints, open))
                        .toList());
        exact = "s" + (services - 1) + ".example.internal";
        wildcard = "deep.below.w" + (services - 10) + ".example.internal";
    }

    private static List<String> hosts(int i) {
        String exact = "s" + i + ".example.internal";
        return i % 10 == 0 ? List.of(exact, "*.w" + i + ".example.internal") : List.of(exact);
    }

    /** By its name; a new string each time, because that of a request has no hash yet. */
    @Benchmark
    public ServiceRoute byName() {
        return Objects.requireNonNull(table.byHost(fresh(exact)));
    }

    /** By a wildcard, two labels up. */
    @Benchmark
    public ServiceRoute byWildcard() {
        return Objects.requireNonNull(table.byHost(fresh(wildcard)));
    }

    private static String fresh(String text) {
        return new String(text.toCharArray());
    }
}

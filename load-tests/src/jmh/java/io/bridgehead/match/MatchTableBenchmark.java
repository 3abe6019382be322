package io.bridgehead.match;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

/** Finding the rule of a request: must not cost more with more rules. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatchTableBenchmark {
    /** Requests that come in turn, so that a table is not only seen where the last look-up left it in a cache. */
    private static final int REQUESTS = 1024;

    /** How many matches there are. */
    @Param({"10", "1000", "100000"})
    public int routes;

    private MatchTable<Integer> paths = MatchTable.of(List.of());
    private MatchTable<Integer> tenants = paths;
    private MatchTable<Integer> mixed = paths;
    private final RequestHead[] spread = new RequestHead[REQUESTS];
    private RequestHead exact = request("/", 0);
    private RequestHead prefix = exact;
    private RequestHead none = exact;
    private int next;

    /** Builds the tables. */
    @Setup
    public void build() {
        paths = MatchTable.of(entries(this::byPath));
        tenants = MatchTable.of(entries(i -> new RequestMatch(
                PathMatch.ANY,
                List.of(new NamedMatch("x-tenant", new ValueMatch.Exact("tenant-" + i))),
                List.of(),
                null)));
        List<MatchTable.Entry<Integer>> withExpressions = new ArrayList<>(entries(this::byPath));
        for (int i = 0; i < 20; i++) {
            withExpressions.add(new MatchTable.Entry<>(
                    match(new PathMatch.Regex("/reports-" + i + "/[0-9]{4}/[^/]+")), -i));
        }
        mixed = MatchTable.of(withExpressions);
        for (int i = 0; i < REQUESTS; i++) {
            spread[i] = request(path((int) ((long) i * routes / REQUESTS)) + "/4711?page=2", i);
        }
        int last = routes - 2 + routes % 2;
        exact = request(path(last), last);
        prefix = request(path(last + 1) + "/4711/parts?page=2", last);
        none = request("/other" + path(last), last);
    }

    private List<MatchTable.Entry<Integer>> entries(IntFunction<RequestMatch> match) {
        return IntStream.range(0, routes)
                .mapToObj(i -> new MatchTable.Entry<>(match.apply(i), i))
                .toList();
    }

    private RequestMatch byPath(int i) {
        return match(i % 2 == 0 ? new PathMatch.Exact(path(i)) : new PathMatch.Prefix(path(i)));
    }

    private static RequestMatch match(PathMatch path) {
        return new RequestMatch(path, List.of(), List.of(), null);
    }

    private static String path(int i) {
        return "/team-" + (10 + i % 90) + "/service-" + (100_000 + i);
    }

    private static RequestHead request(String path, int i) {
        HeaderFields fields = new HeaderFields();
        fields.add("user-agent", "curl/8.5.0");
        fields.add("accept", "*/*");
        fields.add("x-request-id", "0123456789abcdef");
        fields.add("x-tenant", "tenant-" + i);
        return new RequestHead("GET", "http", "shop.example.internal", path, fields);
    }

    private RequestHead next() {
        next = (next + 1) & (REQUESTS - 1);
        return spread[next];
    }

    /** By a whole path. */
    @Benchmark
    public @Nullable Integer byExactPath() {
        return paths.find(exact);
    }

    /** By a prefix, two elements up. */
    @Benchmark
    public @Nullable Integer byPrefix() {
        return paths.find(prefix);
    }

    /** No rule fits. */
    @Benchmark
    public @Nullable Integer byNothing() {
        return paths.find(none);
    }

    /** Requests for many routes in turn. */
    @Benchmark
    public @Nullable Integer byPathsInTurn() {
        return paths.find(next());
    }

    /** All matches have one path and want different values of a field. */
    @Benchmark
    public @Nullable Integer byHeader() {
        return tenants.find(exact);
    }

    /** A prefix of a table that has twenty expressions as well, whose beginnings are not those of the path. */
    @Benchmark
    public @Nullable Integer byPrefixBesideExpressions() {
        return mixed.find(prefix);
    }
}

package io.bridgehead.match;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups of {@link MatchTableBenchmark} by the CPU time of their thread, all sizes in turns, the best of many rounds: what can be
 * compared on a machine that is not quiet, where wall-clock time says what else ran.
 */
public final class MatchTableCpu {
    private static final int[] SIZES = {10, 1000, 100_000};
    private static final int ROUNDS = 60;
    private static final int WARM_UP_ROUNDS = 10;
    private static final int LOOKUPS = 100_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private MatchTableCpu() {}

    /** Prints one line for each kind of look-up. */
    public static void main(String[] arguments) {
        MatchTableBenchmark[] tables = new MatchTableBenchmark[SIZES.length];
        for (int size = 0; size < SIZES.length; size++) {
            long before = THREADS.getCurrentThreadCpuTime();
            tables[size] = new MatchTableBenchmark();
            tables[size].routes = SIZES[size];
            tables[size].build();
            System.out.printf(
                    "three tables of %d built in %d ms of CPU%n",
                    SIZES[size], (THREADS.getCurrentThreadCpuTime() - before) / 1_000_000);
        }
        Map<String, ToIntFunction<MatchTableBenchmark>> kinds = new LinkedHashMap<>();
        kinds.put("byExactPath", table -> number(table.byExactPath()));
        kinds.put("byPrefix", table -> number(table.byPrefix()));
        kinds.put("byNothing", table -> number(table.byNothing()));
        kinds.put("byPathsInTurn", table -> number(table.byPathsInTurn()));
        kinds.put("byHeader", table -> number(table.byHeader()));
        kinds.put("byPrefixBesideExpressions", table -> number(table.byPrefixBesideExpressions()));
        // what is compiled for the first kind alone would be slower than what has seen them all
        kinds.values().forEach(kind -> measure(tables, kind, WARM_UP_ROUNDS + 1));
        kinds.forEach((name, kind) -> print(name, measure(tables, kind, ROUNDS)));
    }

    private static double[] measure(
            MatchTableBenchmark[] tables, ToIntFunction<MatchTableBenchmark> kind, int rounds) {
        double[] best = new double[tables.length];
        Arrays.fill(best, Double.MAX_VALUE);
        int seen = 0;
        for (int round = 0; round < rounds; round++) {
            for (int size = 0; size < tables.length; size++) {
                long before = THREADS.getCurrentThreadCpuTime();
                for (int i = 0; i < LOOKUPS; i++) {
                    seen += kind.applyAsInt(tables[size]);
                }
                double nanos = (double) (THREADS.getCurrentThreadCpuTime() - before) / LOOKUPS;
                best[size] = round < WARM_UP_ROUNDS ? best[size] : Math.min(best[size], nanos);
            }
        }
        if (seen == 0) {
            throw new IllegalStateException("nothing was looked up");
        }
        return best;
    }

    private static int number(@Nullable Integer found) {
        return found == null ? 1 : found | 1;
    }

    private static void print(String name, double[] best) {
        System.out.printf("| %s | %.0f | %.0f | %.0f | %.2f |%n", name, best[0], best[1], best[2], best[2] / best[0]);
    }
}

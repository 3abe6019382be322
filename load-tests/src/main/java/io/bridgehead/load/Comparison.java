package io.bridgehead.load;

import io.bridgehead.load.report.RowResult;
import io.bridgehead.load.report.WarmUp;
import io.bridgehead.load.row.Figure;
import io.bridgehead.load.row.Row;
import io.bridgehead.load.setting.Setting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures a row: every setting until it is steady, then all in turns, another one first in each round, so that what else the machine
 * does falls on all.
 */
final class Comparison {
    private static final double COST_CHANGE_MAX = 0.08;
    private static final double COMPILER_SHARE_MAX = 0.02;

    private final int rounds;
    private final int seconds;
    private final long warmUpNanosMax;
    private final Recordings recordings;

    Comparison(Options options, Recordings recordings) {
        this.rounds = options.rounds();
        this.seconds = options.seconds();
        this.warmUpNanosMax = TimeUnit.SECONDS.toNanos(options.warmUpSeconds());
        this.recordings = recordings;
    }

    RowResult of(Row row, List<Setting> settings) {
        List<Setting> suited =
                new ArrayList<>(settings.stream().filter(row::suits).toList());
        // In the order of the table: HAProxy where it takes part, else the node without signals.
        RowResult result =
                new RowResult(row, suited.isEmpty() ? "" : suited.getFirst().name());
        for (Setting setting : suited) {
            result.add(setting.name(), warmUp(row, setting));
        }
        for (Setting setting : suited) {
            recordings.begin(row, setting);
        }
        for (int round = 0; round < rounds; round++) {
            for (Setting setting : suited) {
                result.add(setting.name(), measure(row, setting));
            }
            Collections.rotate(suited, 1);
        }
        for (Setting setting : suited) {
            recordings.end(row, setting);
        }
        return result;
    }

    private Map<Figure, Double> measure(Row row, Setting setting) {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.putAll(row.saturate(setting, seconds));
        figures.putAll(row.pace(setting, Math.max(1, seconds / 2)));
        setting.mustRun();
        return figures;
    }

    /** Until two measurements in a row are like those before them and compilers rest, or patience ends. */
    private WarmUp warmUp(Row row, Setting setting) {
        WarmUp state = new WarmUp(0, 0, 0, 0, false);
        long start = System.nanoTime();
        for (int alike = 0; System.nanoTime() - start < warmUpNanosMax && alike < 2; ) {
            Map<Figure, Double> figures = row.saturate(setting, seconds);
            double cost = figures.getOrDefault(row.cost(), 0.0);
            double compilers = figures.getOrDefault(Figure.COMPILER_SHARE, 0.0);
            boolean same = state.measurements() > 0 && Math.abs(cost - state.last()) < COST_CHANGE_MAX * state.last();
            alike = same && compilers < COMPILER_SHARE_MAX ? alike + 1 : 0;
            state = new WarmUp(state.measurements() + 1, state.last(), cost, compilers, alike == 2);
        }
        return state;
    }
}

package io.bridgehead.load.report;

import io.bridgehead.load.row.Figure;
import java.util.Locale;
import java.util.Map;

/** A row's result for people: figures down, settings across, medians and the ratios' median, least and greatest. */
public final class Table {
    private static final int LABEL_WIDTH = 26;
    private static final int VALUE_WIDTH = 12;
    private static final int RATIO_WIDTH = 22;

    private final RowResult result;
    private final StringBuilder text = new StringBuilder();

    private Table(RowResult result) {
        this.result = result;
    }

    /** The table, with a line break at its end. */
    public static String of(RowResult result) {
        Table table = new Table(result);
        table.warmUps();
        table.head();
        result.figures().forEach(table::line);
        return table.text.toString();
    }

    private void warmUps() {
        line(result.row().name() + ": " + result.row().meaning());
        for (Map.Entry<String, WarmUp> entry : result.warmUps().entrySet()) {
            WarmUp state = entry.getValue();
            line(String.format(
                    Locale.ROOT,
                    "  warm-up of %s: %d measurements, %s %s then %s, %.1f %% in compilers: %s",
                    entry.getKey(),
                    state.measurements(),
                    result.row().cost().label().strip(),
                    number(state.before(), result.row().cost().decimals()),
                    number(state.last(), result.row().cost().decimals()),
                    state.compilerShare() * 100,
                    state.steady() ? "steady" : "NOT steady"));
        }
    }

    private void head() {
        StringBuilder line = new StringBuilder(pad("", LABEL_WIDTH));
        for (String setting : result.settings()) {
            boolean compared = result.ratio(setting, result.row().cost()).isPresent();
            line.append(right(setting, VALUE_WIDTH + 2)).append(compared ? right("ratio (min-max)", RATIO_WIDTH) : "");
        }
        line(line.toString());
    }

    private void line(Figure figure) {
        StringBuilder line = new StringBuilder(pad(figure.label(), LABEL_WIDTH));
        for (String setting : result.settings()) {
            String value = result.spread(setting, figure)
                    .map(spread -> number(spread.median(), figure.decimals()))
                    .orElse("-");
            line.append(right(value, Math.max(VALUE_WIDTH, setting.length()) + 2));
            boolean compared = result.ratio(setting, result.row().cost()).isPresent();
            String ratio = result.ratio(setting, figure).map(Table::ratio).orElse("");
            line.append(compared ? right(ratio, RATIO_WIDTH) : "");
        }
        line(line.toString());
    }

    private static String ratio(Spread spread) {
        return number(spread.median(), 2) + " (" + number(spread.min(), 2) + "-" + number(spread.max(), 2) + ")";
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(1, width - text.length())) + text;
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }
}

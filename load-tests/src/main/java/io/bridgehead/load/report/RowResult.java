package io.bridgehead.load.report;

import io.bridgehead.load.row.Figure;
import io.bridgehead.load.row.Row;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All measurements of one row. Written by one thread. */
public final class RowResult {
    private final Row row;
    private final String baseline;
    private final Map<String, WarmUp> warmUps = new LinkedHashMap<>();
    private final Map<String, List<Map<Figure, Double>>> rounds = new LinkedHashMap<>();

    /** @param baseline the setting that the others are divided by */
    public RowResult(Row row, String baseline) {
        this.row = row;
        this.baseline = baseline;
    }

    /** What was measured. */
    public Row row() {
        return row;
    }

    /** Notes how a setting came to rest. */
    public void add(String setting, WarmUp warmUp) {
        warmUps.put(setting, warmUp);
        rounds.put(setting, new ArrayList<>());
    }

    /** Notes a round of a setting. */
    public void add(String setting, Map<Figure, Double> figures) {
        rounds.computeIfAbsent(setting, _ -> new ArrayList<>()).add(Map.copyOf(figures));
    }

    /** Those measured, in the order of their first measurement. */
    public Set<String> settings() {
        return rounds.keySet();
    }

    /** By setting. */
    public Map<String, WarmUp> warmUps() {
        return warmUps;
    }

    /** Of a setting, in order. */
    public List<Map<Figure, Double>> rounds(String setting) {
        return rounds.getOrDefault(setting, List.of());
    }

    /** Those that some setting has. */
    public Set<Figure> figures() {
        Set<Figure> all = EnumSet.noneOf(Figure.class);
        rounds.values().forEach(list -> list.forEach(figures -> all.addAll(figures.keySet())));
        return all;
    }

    /** Empty if the setting does not have this figure. */
    public Optional<Spread> spread(String setting, Figure figure) {
        List<Double> values = rounds(setting).stream()
                .filter(figures -> figures.containsKey(figure))
                .map(figures -> figures.getOrDefault(figure, 0.0))
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** What the setting took for one of the baseline's, in the same round; empty if one of both does not have this figure. */
    public Optional<Spread> ratio(String setting, Figure figure) {
        List<Map<Figure, Double>> bases = rounds(baseline);
        List<Map<Figure, Double>> own = rounds(setting);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(bases.size(), own.size()); i++) {
            double base = bases.get(i).getOrDefault(figure, 0.0);
            if (base > 0 && own.get(i).containsKey(figure)) {
                ratios.add(own.get(i).getOrDefault(figure, 0.0) / base);
            }
        }
        return setting.equals(baseline) || ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
    }
}

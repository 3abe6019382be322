package io.bridgehead.load.report;

import io.bridgehead.load.row.Figure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that a comparison found, as JSON. Written by one thread. */
public final class Report {
    private final JsonObject about;
    private final List<RowResult> rows = new ArrayList<>();

    /** @param about the machine and the settings */
    public Report(Map<String, String> about) {
        this.about = new JsonObject();
        about.forEach(this.about::put);
    }

    /** Adds a row. */
    public void add(RowResult result) {
        rows.add(result);
    }

    /** Writes the rows so far; replaces the file. */
    public void write(Path file) throws IOException {
        JsonArray list = new JsonArray();
        rows.forEach(row -> list.add(json(row)));
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(
                file, new JsonObject().put("about", about).put("rows", list).encodePrettily() + "\n");
    }

    private static JsonObject json(RowResult result) {
        JsonObject settings = new JsonObject();
        for (String setting : result.settings()) {
            settings.put(setting, json(result, setting));
        }
        return new JsonObject()
                .put("name", result.row().name())
                .put("meaning", result.row().meaning())
                .put("settings", settings);
    }

    private static JsonObject json(RowResult result, String setting) {
        JsonObject medians = new JsonObject();
        JsonObject ratios = new JsonObject();
        for (Figure figure : result.figures()) {
            result.spread(setting, figure).ifPresent(spread -> medians.put(figure.name(), json(spread)));
            result.ratio(setting, figure).ifPresent(spread -> ratios.put(figure.name(), json(spread)));
        }
        JsonArray rounds = new JsonArray();
        for (Map<Figure, Double> figures : result.rounds(setting)) {
            JsonObject round = new JsonObject();
            figures.forEach((figure, value) -> round.put(figure.name(), value));
            rounds.add(round);
        }
        JsonObject json =
                new JsonObject().put("figures", medians).put("ratios", ratios).put("rounds", rounds);
        WarmUp warmUp = result.warmUps().get(setting);
        if (warmUp != null) {
            json.put(
                    "warmUp",
                    new JsonObject()
                            .put("measurements", warmUp.measurements())
                            .put("before", warmUp.before())
                            .put("last", warmUp.last())
                            .put("compilerShare", warmUp.compilerShare())
                            .put("steady", warmUp.steady()));
        }
        return json;
    }

    private static JsonObject json(Spread spread) {
        return new JsonObject()
                .put("median", spread.median())
                .put("min", spread.min())
                .put("max", spread.max());
    }
}

package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alerts, dashboards and runbooks speak of meters, labels and pages that there are. */
final class ObservabilityFilesTest {
    private static final Path FOLDER = Path.of("..", "packaging", "observability");
    private static final Path RUNBOOKS = Path.of("..", "docs", "runbooks");
    private static final Pattern METRIC = Pattern.compile("\\b(?<!:)((?:bridgehead|http|rpc)_[a-z_]+[a-z])\\b(?!:)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+) ?(?:=~|!=|!~|=) ?\\\\?\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on) \\(([a-z_, ]+)\\)");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern RUNBOOK = Pattern.compile("runbook: ([\\w-]+)");

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> filesWithExpressions() throws IOException {
        List<Path> files = new ArrayList<>(
                List.of(FOLDER.resolve("prometheus/alerts.yaml"), FOLDER.resolve("prometheus/recording-rules.yaml")));
        files.addAll(dashboards());
        return files;
    }

    static List<Path> dashboards() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve("grafana"))) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    /** The names that a meter can have in the Prometheus form. */
    private static Set<String> metrics() {
        Set<String> names = new HashSet<>();
        for (Signal signal : Signal.values()) {
            String name = signal.meter().replace('.', '_');
            for (String unit : List.of("", "_seconds", "_bytes")) {
                for (String end : List.of("", "_total", "_bucket", "_count", "_sum", "_max")) {
                    names.add(name + unit + end);
                }
            }
        }
        return names;
    }

    private static Set<String> labels() {
        Set<String> names = new HashSet<>(Set.of("node", "site", "le", "job", "area", "gc", "instance"));
        for (Signal signal : Signal.values()) {
            signal.tags().forEach(tag -> names.add(tag.replace('.', '_')));
        }
        return names;
    }

    private static Set<String> found(Pattern pattern, String text) {
        return new TreeSet<>(pattern.matcher(text)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList());
    }

    @ParameterizedTest
    @MethodSource("filesWithExpressions")
    void expressionsSpeakOfMetersAndLabelsThatThereAre(Path file) {
        String text = text(file);
        Set<String> used = found(METRIC, text);
        assertThat(used).as("nothing was found: the pattern is wrong").isNotEmpty();
        Set<String> grouped = new TreeSet<>();
        found(GROUPING, text)
                .forEach(list ->
                        Arrays.stream(list.split(",")).map(String::strip).forEach(grouped::add));
        Set<String> labels = labels();
        used.removeIf(labels::contains);
        assertThat(metrics()).containsAll(used);
        assertThat(grouped).isNotEmpty();
        assertThat(labels).containsAll(grouped);
        Set<String> selected = found(LABEL, text);
        selected.remove("uid");
        assertThat(labels).containsAll(selected);
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void dashboardsAreWhole(Path file) {
        JsonObject board = new JsonObject(text(file));
        assertThat(board.getString("title")).startsWith("Bridgehead / ");
        JsonArray panels = board.getJsonArray("panels");
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < panels.size(); i++) {
            JsonObject panel = panels.getJsonObject(i);
            assertThat(ids.add(panel.getInteger("id"))).as(panel.encode()).isTrue();
            JsonObject place = panel.getJsonObject("gridPos");
            assertThat(place.getInteger("x") + place.getInteger("w")).isLessThanOrEqualTo(24);
            if (!"row".equals(panel.getString("type"))) {
                assertThat(panel.getJsonArray("targets"))
                        .as(panel.getString("title"))
                        .isNotEmpty();
            }
        }
        assertThat(ids.size()).isGreaterThan(10);
    }

    @Test
    void eachAlertHasARunbookAndEachRunbookAnAlert() throws IOException {
        String alerts = text(FOLDER.resolve("prometheus/alerts.yaml"));
        Set<String> pages = found(RUNBOOK, alerts);
        String index = text(RUNBOOKS.resolve("README.md"));
        for (String alert : found(ALERT, alerts)) {
            assertThat(index).contains("`" + alert + "`");
        }
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            Set<String> there =
                    new TreeSet<>(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("README.md"))
                            .map(name -> name.substring(0, name.length() - ".md".length()))
                            .toList());
            assertThat(pages).isEqualTo(there);
        }
        assertThat(ALERT.matcher(alerts).results().count())
                .isEqualTo(RUNBOOK.matcher(alerts).results().count());
    }
}

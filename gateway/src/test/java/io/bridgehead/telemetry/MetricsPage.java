package io.bridgehead.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the reference of every meter out of {@link Signal}, {@link Form}, {@link Tag} and {@link EnvoyAlias}. */
final class MetricsPage {
    private final StringBuilder page = new StringBuilder();

    private MetricsPage() {}

    static String of(String introduction) {
        MetricsPage page = new MetricsPage();
        page.page.append(introduction);
        page.meters();
        page.buckets();
        page.labels();
        page.aliases();
        return page.page.toString();
    }

    private static List<Signal> sorted() {
        return Stream.of(Signal.values())
                .sorted(Comparator.comparing(Signal::meter))
                .toList();
    }

    private void meters() {
        page.append(
                "\n## Meters\n\n| meter | Prometheus | type | unit | labels | meaning |\n|---|---|---|---|---|---|\n");
        for (Signal signal : sorted()) {
            page.append("| `%s` | `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            signal.meter(),
                            shown(signal),
                            signal.form().kind(),
                            signal.form().unit(),
                            code(signal.tags()),
                            linked(signal.meaning())));
        }
    }

    private void buckets() {
        page.append("\n## Buckets\n\n| meters | upper bounds |\n|---|---|\n");
        for (Form form : Form.values()) {
            if (form.kind().equals("histogram")) {
                List<String> meters = sorted().stream()
                        .filter(signal -> signal.form() == form)
                        .map(Signal::meter)
                        .toList();
                String bounds =
                        form.bounds().stream().map(bound -> bound(form, bound)).collect(Collectors.joining(", "));
                page.append("| %s | %s |\n".formatted(code(meters), bounds));
            }
        }
    }

    private static String bound(Form form, double bound) {
        if (form.unit().equals("By")) {
            long kibibytes = Math.round(bound) >> 10;
            return kibibytes < 1024 ? kibibytes + " KiB" : (kibibytes >> 10) + " MiB";
        }
        return (bound == Math.rint(bound) ? Long.toString(Math.round(bound)) : Double.toString(bound)) + " s";
    }

    private void labels() {
        page.append("\n## Labels\n\n| label | Prometheus | meaning |\n|---|---|---|\n");
        Tag.meanings()
                .forEach((name, meaning) ->
                        page.append("| `%s` | `%s` | %s |\n".formatted(name, name.replace('.', '_'), meaning)));
    }

    private void aliases() {
        page.append("""

                ## Envoy's names

                With `telemetry.metrics.envoyAliases: true` ([signals.md](signals.md#dashboards-for-envoy)). Each has `node` and `site` as well.

                | alias | type | from | labels | meaning |
                |---|---|---|---|---|
                """);
        for (EnvoyAlias alias : EnvoyAlias.values()) {
            page.append("| `%s` | %s | `%s` | %s | %s |\n"
                    .formatted(
                            alias.shown(),
                            alias.kind(),
                            alias.from().meter(),
                            code(alias.part().labels()),
                            linked(alias.meaning())));
        }
    }

    private static String code(List<String> words) {
        return words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
    }

    private static String linked(String text) {
        return text.replaceAll("docs/([a-z-]+\\.md)", "[$1]($1)");
    }

    /** What a registry makes of it, by its own word: the line on its type. */
    static String shown(Signal signal) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Meter meter = register(signal, registry);
        String type = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE ")
                        && line.endsWith(" " + signal.form().kind()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        meter.getId() + " is no " + signal.form().kind() + ": " + registry.scrape()));
        registry.close();
        return type.split(" ", -1)[2];
    }

    private static Meter register(Signal signal, PrometheusMeterRegistry registry) {
        Tags tags = Tags.of(signal.tags().stream()
                .map(name -> io.micrometer.core.instrument.Tag.of(name, "x"))
                .toList());
        return switch (signal.form()) {
            case COUNT, COUNT_BYTES -> signal.counter().tags(tags).register(registry);
            case GAUGE, GAUGE_SECONDS, GAUGE_BYTES ->
                Gauge.builder(signal.meter(), () -> 1)
                        .baseUnit(signal.baseUnit())
                        .tags(tags)
                        .register(registry);
            case DURATION, LOOP_LAG, RECORD_LAG -> signal.timer().tags(tags).register(registry);
            case SIZE -> signal.summary().tags(tags).register(registry);
        };
    }
}

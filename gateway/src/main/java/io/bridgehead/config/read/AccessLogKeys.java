package io.bridgehead.config.read;

import io.bridgehead.config.AccessFormat;
import io.bridgehead.config.AccessLog;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.ServiceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The keys of {@code telemetry.accessLog}. */
final class AccessLogKeys {
    private static final int SERVICES_MAX = 1000;

    private enum Form {
        JSON,
        TEXT
    }

    private enum StatusClass {
        S1XX,
        S2XX,
        S3XX,
        S4XX,
        S5XX;

        String text() {
            return name().substring(1).toLowerCase(Locale.ROOT);
        }
    }

    private static final Key<List<StatusClass>> STATUS = Key.defaulted(
            "status",
            new ListType<>(Scalars.choice(StatusClass.class, StatusClass::text), 0, StatusClass.values().length),
            "[]",
            "Exchanges with such a status have lines.");
    private static final Key<Duration> SLOWER_THAN = Key.optional(
            "slowerThan",
            Scalars.duration("1ms", "1h"),
            "Exchanges that took longer in all have lines. With neither this nor `status` all have.");
    private static final Key<List<ServiceName>> SERVICES = Key.defaulted(
            "services",
            new ListType<>(Scalars.serviceName(), 0, SERVICES_MAX),
            "[]",
            "Only exchanges of these services have lines; empty: those of all, and those without a service.");
    private static final Section<AccessLog.Only> ONLY_SECTION =
            Section.of("telemetry.accessLog.only", AccessLogKeys::only, STATUS, SLOWER_THAN, SERVICES);

    private static final Key<Boolean> ENABLED =
            Key.defaulted("enabled", Scalars.truth(), "true", "Whether each exchange is logged as one line.");
    private static final Key<Form> FORMAT = Key.defaulted(
            "format",
            Scalars.choice(Form.class, form -> form.name().toLowerCase(Locale.ROOT)),
            "json",
            "One JSON object a line, or text as `text` says.");
    private static final Key<AccessFormat> TEXT = Key.optional(
            "text",
            ScalarType.text(
                    "a line with Envoy's command operators, such as \"%RESPONSE_CODE% %REQ(:AUTHORITY)%\"",
                    AccessFormat::parse),
            "A line with `format: text`, in the syntax of Envoy's command operators ([signals.md](signals.md#lines-as-text)). Without it: Envoy's default and what refusals need.");
    private static final Key<Path> PATH =
            Key.defaulted("path", Scalars.path(), "stdout", "A file, or `stdout` for standard output.");
    private static final Key<Double> SAMPLE = Key.defaulted(
            "sample",
            Scalars.number(0, 1),
            "1.0",
            "Share of lines that are written, chosen by chance. What failed or was refused is always.");
    private static final Key<AccessLog.Only> ONLY =
            Key.defaulted("only", ONLY_SECTION, "{}", "Which exchanges have lines; of `sample` the share of these.");
    static final Section<AccessLog> ACCESS_LOG =
            Section.of("telemetry.accessLog", AccessLogKeys::build, ENABLED, FORMAT, TEXT, PATH, SAMPLE, ONLY);

    private AccessLogKeys() {}

    private static AccessLog.Only only(Fields fields) {
        return new AccessLog.Only(
                fields.get(STATUS).stream()
                        .map(one -> List.of(StatusClass.values()).indexOf(one) + 1)
                        .toList(),
                fields.find(SLOWER_THAN),
                fields.get(SERVICES).stream().map(ServiceName::value).toList());
    }

    private static @Nullable AccessLog build(Fields fields) {
        boolean asText = fields.get(FORMAT) == Form.TEXT;
        AccessFormat told = fields.find(TEXT);
        if (told != null && !asText) {
            fields.refuse(TEXT, "a text beside format: json", "it beside format: text only", "write format: text");
            return null;
        }
        AccessFormat text = told == null && asText ? AccessFormat.parse(AccessFormat.DEFAULT) : told;
        Path path = fields.get(PATH);
        return new AccessLog(
                fields.get(ENABLED),
                path.toString().equals("stdout") ? null : path,
                text,
                fields.get(SAMPLE),
                fields.get(ONLY));
    }
}

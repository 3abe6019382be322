package io.bridgehead.config.read;

import io.bridgehead.config.TraceSettings;
import io.bridgehead.config.TraceSettings.Always;
import io.bridgehead.config.TraceSettings.Baggage;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.TraceFormat;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of {@code telemetry.traces}. */
final class TraceKeys {
    private static final int KEYS_MAX = 64;
    private static final String TOKEN = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$";

    private static final Key<Boolean> ERRORS = Key.defaulted(
            "errors",
            Scalars.truth(),
            "true",
            "Whether exchanges are recorded that ended with a status from 500 on, or because of an endpoint, a tunnel or this node.");
    private static final Key<Duration> SLOWER_THAN = Key.optional(
            "slowerThan",
            Scalars.duration("1ms", "1h"),
            "Exchanges are recorded whose answer began later than that after the request's head. Without it none for being slow.");
    private static final Key<Integer> PER_SECOND = Key.defaulted(
            "perSecond",
            Scalars.integer(0, 1000),
            "10",
            "At most so many exchanges a second are recorded by these rules; 0 for none.");
    private static final Section<Always> ALWAYS_SECTION = Section.of(
            "telemetry.traces.always",
            fields -> new Always(fields.get(ERRORS), fields.find(SLOWER_THAN), fields.get(PER_SECOND)),
            ERRORS,
            SLOWER_THAN,
            PER_SECOND);

    private static final Key<List<TraceFormat>> PROPAGATION = Key.defaulted(
            "propagation",
            new ListType<>(word(TraceFormat.class), 1, TraceFormat.values().length),
            "[tracecontext]",
            "How clients and endpoints say which trace a request belongs to: `traceparent`, `b3`, or `X-B3-*`. Read in this order (either form of B3 where one is named), the first that is there counts; endpoints get all that are named. Between nodes it is always `traceparent`.");
    private static final Key<Baggage> BAGGAGE = Key.defaulted(
            "baggage",
            word(Baggage.class),
            "private",
            "At which listeners clients' `baggage` goes on: those with `exposure: private`, all, or none. Ports of Gateways count as public. Between sites it is kept.");
    private static final Key<List<String>> BAGGAGE_KEYS = Key.defaulted(
            "baggageKeys",
            new ListType<>(token(), 0, KEYS_MAX),
            "[]",
            "Members of `baggage` that go on where the rest does not.");
    private static final Key<Always> ALWAYS = Key.defaulted(
            "always",
            ALWAYS_SECTION,
            "{}",
            "What is recorded at its end though its trace is not sampled; where `otlp.traces` pushes traces. What is sent on stays marked as not sampled.");
    static final Section<TraceSettings> TRACES =
            Section.of("telemetry.traces", TraceKeys::build, PROPAGATION, BAGGAGE, BAGGAGE_KEYS, ALWAYS);

    private TraceKeys() {}

    private static <E extends Enum<E>> ScalarType<E> word(Class<E> type) {
        return Scalars.choice(type, value -> value.name().toLowerCase(Locale.ROOT));
    }

    private static ScalarType<String> token() {
        String expected = "a key of baggage, such as tenant";
        Pattern pattern = Pattern.compile(TOKEN);
        return ScalarType.text(expected, text -> {
                    if (!pattern.matcher(text).matches()) {
                        throw new IllegalArgumentException("expected " + expected);
                    }
                    return text;
                })
                .matching(TOKEN);
    }

    private static @Nullable TraceSettings build(Fields fields) {
        List<TraceFormat> formats = fields.get(PROPAGATION);
        if (Set.copyOf(formats).size() < formats.size()) {
            fields.refuse(PROPAGATION, "a format twice", "each of them once", null);
            return null;
        }
        return new TraceSettings(formats, fields.get(BAGGAGE), fields.get(BAGGAGE_KEYS), fields.get(ALWAYS));
    }
}

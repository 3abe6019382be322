package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is kept of fields for the access log has a bound for each value and for an exchange. */
final class NotedFieldsTest {
    private static final List<HeaderName> NAMES =
            IntStream.range(0, 6).mapToObj(i -> HeaderName.of("x-" + i)).toList();

    private static HeaderFields fields(int characters) {
        HeaderFields fields = new HeaderFields();
        NAMES.forEach(name -> fields.add(name, "v".repeat(characters)));
        return fields;
    }

    private static List<Integer> lengths(int characters, int charactersMax) {
        @Nullable String[] values = NotedFields.of(fields(characters), NAMES, charactersMax);
        return values == null
                ? List.of()
                : Arrays.stream(values)
                        .map(value -> value == null ? -1 : value.length())
                        .toList();
    }

    @Test
    void eachValueAndAllTogetherAreCut() {
        assertThat(lengths(10, NotedFields.ALL_CHARACTERS_MAX)).containsExactly(10, 10, 10, 10, 10, 10);
        assertThat(lengths(2000, NotedFields.ALL_CHARACTERS_MAX)).containsExactly(1024, 1024, 1024, 1024, 0, 0);
        assertThat(lengths(10, 25)).containsExactly(10, 10, 5, 0, 0, 0);
    }

    @Test
    void theRequestsAndTheAnswersShareTheBound() {
        ExchangeRecord record = new ExchangeRecord(EntryPoint.http("http", new Rig(Rig.orders()).client()), 0);
        NotedFields wanted = new NotedFields(NAMES.subList(0, 3), NAMES);
        record.noteRequest(fields(1024), wanted);
        record.answered(200, fields(600), wanted);
        assertThat(record.notedOfRequest(2)).hasSize(1024);
        assertThat(record.notedOfAnswer(0)).hasSize(600);
        assertThat(record.notedOfAnswer(1)).hasSize(424);
        assertThat(record.notedOfAnswer(2)).isEmpty();
    }
}

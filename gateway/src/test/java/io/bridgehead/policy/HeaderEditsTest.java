package io.bridgehead.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeaderEditsTest {
    @Test
    void setReplacesAddAppendsAndRemoveRemoves() {
        HeaderEdits edits =
                new HeaderEdits(fields("My-Set", "bar", "new-set", "1"), fields("my-add", "bar,baz"), names("My-Gone"));
        HeaderFields fields =
                head("my-set", "foo", "my-set", "too", "my-add", "foo", "my-gone", "1", "my-gone", "2", "other", "x");
        edits.apply(fields);
        assertThat(fields).hasToString("""
                my-add: foo
                other: x
                my-set: bar
                new-set: 1
                my-add: bar,baz
                """);
        assertThat(edits.isEmpty()).isFalse();
    }

    @Test
    void editsOfAbsentFieldsSetAndAddThem() {
        HeaderFields fields = new HeaderFields();
        new HeaderEdits(fields("a", "é"), fields("b", ""), names("c")).apply(fields);
        assertThat(fields.size()).isEqualTo(2);
        assertThat(fields.value(0)).isEqualTo("Ã©").as("UTF-8 on the wire");
        assertThat(fields.value(1)).isEmpty();
    }

    @Test
    void theFirstOfSeveralEntriesOfOneNameCounts() {
        HeaderEdits edits = new HeaderEdits(fields("a", "1", "A", "2"), fields("b", "1", "B", "2"), names("c", "C"));
        assertThat(edits).isEqualTo(new HeaderEdits(fields("a", "1"), fields("b", "1"), names("c")));
    }

    @Test
    void oneNameHasOneActionOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeaderEdits(fields("a", "1"), fields("A", "1"), List.of()))
                .withMessage("header 'a': expected in one of set, add and remove, but is in set and add");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeaderEdits(fields("a", "1"), List.of(), names("a")))
                .withMessageContaining("set and remove");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host",
                "Connection",
                "keep-alive",
                "Transfer-Encoding",
                "content-length",
                "TE",
                "trailer",
                "upgrade",
                "expect",
                "bridgehead-caller",
                "Bridgehead-Anything",
                ":path",
                "a b",
                "",
                "a:b",
                "a\r\nb",
                "é"
            })
    void whatCannotBeEditedIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeaderEdits(fields(name, "x"), List.of(), List.of()))
                .withMessageStartingWith("header '");
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderEdits(List.of(), fields(name, "x"), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderEdits(List.of(), List.of(), names(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\nb", "a\0b", "a\u007fb", " a", "a ", "\ta"})
    void aValueCannotEndItsLine(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeaderEdits.Field(HeaderName.of("x-secret"), value))
                .withMessageStartingWith("value of header 'x-secret': expected no ");
    }

    @Test
    void valuesAreNotPrinted() {
        assertThat(new HeaderEdits(fields("authorization", "Bearer abc"), List.of(), List.of()).toString())
                .contains("authorization: ***")
                .doesNotContain("abc");
    }

    private static List<HeaderEdits.Field> fields(String... pairs) {
        List<String> all = Arrays.asList(pairs);
        return Stream.iterate(0, i -> i + 1 < all.size(), i -> i + 2)
                .map(i -> new HeaderEdits.Field(HeaderName.of(all.get(i)), all.get(i + 1)))
                .toList();
    }

    private static List<HeaderName> names(String... names) {
        return Arrays.stream(names).map(HeaderName::of).toList();
    }

    private static HeaderFields head(String... pairs) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.add(pairs[i], Arrays.asList(pairs).get(i + 1));
        }
        return fields;
    }
}

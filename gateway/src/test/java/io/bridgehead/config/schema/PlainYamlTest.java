package io.bridgehead.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read in the plain way is what the parser reads, at the same places, without a problem. */
final class PlainYamlTest {
    private static final String SERVICE = """
            apiVersion: bridgehead.io/v1
            kind: Service
            metadata: { name: orders, labels: { note: "some # text", "team": 'a' } }
            # who is asked
            spec:
              hostnames: [ orders.example, "*.orders.example" ]   # two

              sites:
                west:
                  endpoints:
                  - 127.0.0.1:8080
                  - { address: "127.0.0.1:8081", weight: 3 }
                east: { endpoints: [ "10.0.0.1:80" ] }
              allow:
                - from: [ "site:*" ]
                  methods: [GET, POST]
                - from:
                    - spiffe://corp.example/a
              health: { http: { path: /ready }, interval: 2s }
            """;

    private static final String[] PARTS = {
        "a", "b1", "key", "name", ":", ": ", " ", "  ", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "- ", "{", "}", "{ ",
                " }", "[", "]", ", ", ",", "\"", "'",
        "\"x y\"", "'z'", "#", " # c", "1", "-1", "0.5", ".5", "true", "null", "~", "/p", "*", "&a ", "!t ", "|", ">",
                "?", "? ", "%", "@", "`", "\\", "---\n",
        "...\n", "<<", "\u00e9", "\t", "http://x", "::1", "a: b", "a: { b: c }", "[ a, b ]", "\nk: v", "\n  k: v",
                "\n  - k: v", "\n    k: v"
    };

    @Test
    void aDocumentAsPeopleWriteThemIsPlain() {
        assertThat(isSame(SERVICE.replace("\"team\"", "team"))).isTrue();
        assertThat(PlainYaml.read("f", SERVICE)).as("a key in quotes").isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b",
                "a: b\n\n\n",
                "a: b # c\n# d",
                "a:\n- b\n- c: d\n  e: f\n",
                "a:\n  - b\nc: d",
                "a: {}\nb: []",
                "a: { b: [ { c: d }, e ] }",
                "a: x  y # z",
                "a: b#c",
                "a: 'b: c'",
                "a: 10.0.0.1:80",
                "a: -5",
                "a:\n\n    # far\n    b: c\n  # near\nd: e  \n",
                "# first\na: b",
                "#\n\n  # more\n\na: b\n"
            })
    void thisIsPlain(String text) {
        assertThat(isSame(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# only this",
                "# indented\n  a: b",
                "# marked\n---\na: b",
                "\n# late\na: b",
                "a",
                "a:",
                "a:\nb: c",
                "a: b\na: c",
                "a: b\n c",
                "a: b: c",
                "a: &x b",
                "a: *x",
                "a: !t b",
                "a: |\n  b",
                "a: \"b\\n\"",
                "a: 'it''s'",
                "a: \"b\nc\"",
                "a: { b: c,\n d: e }",
                "a: [ b, ]",
                "a: [ b: c ]",
                "a: { b }",
                "a: { b: c } d",
                "a:\tb",
                "a: \u00e9",
                "a: b\r\n",
                "a: b\n---\nc: d",
                "a: b\n...",
                "a:\n    b: c\n  d: e",
                "a:\n  b: c\n - d",
                "a: - b",
                "a:\n  - - b",
                "- a"
            })
    void thisIsLeftToTheParser(String text) {
        assertThat(PlainYaml.read("f", text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "0",
                "-1",
                "2s",
                "16KiB",
                "10%",
                "0.0.0.0",
                "true",
                "null",
                "stdout",
                "/var/lib",
                "a b",
                "'a'",
                "\"*\"",
                "[ a, \"b\" ]",
                "{ a: 1, b: [ c ] }",
                "10.0.0.0/8",
                "h:80"
            })
    void aValueByItselfIsPlain(String text) {
        assertThat(isSameValue(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "a: b", "a ", "a # b", "...", "... a", "---", "- a", "a\nb", "{", "[ a", "'a", "*a", "!t a",
                "\u00e9"
            })
    void aValueThatIsNotIsLeftToTheParser(String text) {
        assertThat(PlainYaml.value("f", text)).isNull();
    }

    @Test
    void whateverAValueIsAMixtureOfIsReadAlikeOrLeftToTheParser() {
        SplittableRandom random = new SplittableRandom(9);
        int plain = 0;
        for (int i = 0; i < 40_000; i++) {
            StringBuilder text = new StringBuilder();
            int parts = random.nextInt(1, 6);
            for (int j = 0; j < parts; j++) {
                text.append(PARTS[random.nextInt(PARTS.length)]);
            }
            plain += isSameValue(text.toString()) ? 1 : 0;
        }
        assertThat(plain).isGreaterThan(1_000);
    }

    @Test
    void nestingIsBoundedAsInTheParser() {
        for (int depth = YamlReader.DEPTH_MAX - 3; depth <= YamlReader.DEPTH_MAX + 1; depth++) {
            String flow = "a: " + "[".repeat(depth) + " b " + "]".repeat(depth);
            StringBuilder block = new StringBuilder();
            for (int i = 0; i < depth; i++) {
                block.append(" ".repeat(i)).append("k:\n");
            }
            block.append(" ".repeat(depth)).append("k: v\n");
            assertThat(isSame(flow)).as(flow).isEqualTo(depth < YamlReader.DEPTH_MAX - 1);
            assertThat(isSame(block.toString())).as("%d levels", depth).isEqualTo(depth < YamlReader.DEPTH_MAX - 1);
        }
    }

    /** Keys of one mapping are compared with each other: beyond some hundred the parser has a better way. */
    @Test
    void aMappingOfManyKeysIsLeftToTheParser() {
        for (int keys : new int[] {256, 257, 100_000}) {
            StringBuilder flow = new StringBuilder("a: {");
            StringBuilder block = new StringBuilder();
            for (int i = 0; i < keys; i++) {
                flow.append(i == 0 ? "" : ", ").append('k').append(i).append(": v");
                block.append('k').append(i).append(": v\n");
            }
            assertThat(PlainYaml.read("f", flow.append('}').toString()) != null).isEqualTo(keys == 256);
            assertThat(PlainYaml.read("f", block.toString()) != null).isEqualTo(keys == 256);
        }
    }

    @Test
    void whateverPartsAreAMixtureOfIsReadAlikeOrLeftToTheParser() {
        SplittableRandom random = new SplittableRandom(7);
        int plain = 0;
        for (int i = 0; i < 60_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(8) == 0 ? "" : "a: ");
            int parts = random.nextInt(1, 14);
            for (int j = 0; j < parts; j++) {
                text.append(PARTS[random.nextInt(PARTS.length)]);
            }
            plain += isSame(text.toString()) ? 1 : 0;
        }
        assertThat(plain).isGreaterThan(1_500);
    }

    @Test
    void aDocumentWithAFewCharactersChangedIsReadAlikeOrLeftToTheParser() {
        SplittableRandom random = new SplittableRandom(8);
        String service = SERVICE.replace("\"team\"", "team");
        int plain = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(service);
            int changes = random.nextInt(1, 4);
            for (int j = 0; j < changes; j++) {
                int at = random.nextInt(text.length());
                String part = PARTS[random.nextInt(PARTS.length)];
                text.replace(at, Math.min(text.length(), at + random.nextInt(3)), part);
            }
            plain += isSame(text.toString()) ? 1 : 0;
        }
        assertThat(plain).isGreaterThan(1_500);
    }

    @Test
    void theExamplesAreReadAlike() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(Path.of("../config-examples"))) {
            walk.filter(file -> file.toString().endsWith(".yaml")).forEach(files::add);
        }
        int plain = 0;
        int all = 0;
        for (Path file : files) {
            for (YamlDocument document : YamlReader.parsed("f", text(file), new Problems())) {
                plain += isSame(document.text()) ? 1 : 0;
                all++;
            }
        }
        assertThat(plain).as("of %d", all).isGreaterThan(all / 2);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a text is a plain value; if it is, the parser must make the same of it. */
    private static boolean isSameValue(String text) {
        Value plain = PlainYaml.value("f", text);
        if (plain == null) {
            return false;
        }
        Problems problems = new Problems();
        List<YamlDocument> parsed = YamlReader.parsed("f", text, problems);
        assertThat(problems.list()).as(text).isEmpty();
        if (plain instanceof Value.Text nothing && nothing.isNothing()) {
            assertThat(parsed).as(text).isEmpty();
        } else {
            assertThat(parsed).as(text).extracting(YamlDocument::root).containsExactly(plain);
        }
        return true;
    }

    /** Whether a text is plain; if it is, the parser must make the same of it. */
    private static boolean isSame(String text) {
        YamlDocument plain = PlainYaml.read("f", text);
        if (plain == null) {
            return false;
        }
        Problems problems = new Problems();
        List<YamlDocument> parsed = YamlReader.parsed("f", text, problems);
        assertThat(problems.list()).as(text).isEmpty();
        assertThat(List.of(plain)).as(text).isEqualTo(parsed);
        return true;
    }
}

package io.bridgehead.config.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.manifest.ConfigMap;
import io.bridgehead.config.manifest.HttpRoute;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.schema.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong leaves out no more than itself. */
class LenientReadingTest {
    private static final Path FILES = Path.of("src/test/resources/io/bridgehead/config");

    @TempDir
    Path folder;

    @Test
    void aRefusedDocumentLeavesTheOthersStanding() {
        ManifestReading reading = ManifestReader.read(
                "f.yaml",
                map("one", "a: b") + "---\n" + map("two", "a: 5") + "---\n" + map("three", "a: c, a: d") + "---\n"
                        + map("four", "a: e"));
        assertThat(names(reading)).containsExactly("one", "four");
        assertThat(reading.refused())
                .extracting(Problem::toString)
                .containsExactly(
                        "f.yaml:9:12: data.a: found '***', expected text",
                        "f.yaml:14:15: found key 'a' twice, expected it once; the first is at line 14");
        assertThat(reading.unreadable()).isEmpty();
    }

    @Test
    void unknownKeysAreNoticedAndTheDocumentStands() {
        ManifestReading reading = ManifestReader.read("f.yaml", """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: a, managedFields: [ {} ], color: red }
                spec:
                  useDefaultGateways: All
                  rules:
                  - matchs: []
                    backendRefs: [ { name: a, port: 80, wieght: 3 } ]
                status: { parents: [ 5 ] }
                extra: 5
                ---
                apiVersion: gateway.networking.x-k8s.io/v1alpha1
                kind: XBackend
                metadata: { name: a }
                """);
        assertThat(names(reading)).containsExactly("a");
        assertThat(reading.refused()).isEmpty();
        assertThat(reading.noticed())
                .extracting(problem -> problem.toString().replaceAll("expected one of [^;]*", "..."))
                .containsExactly(
                        "f.yaml:3:45: metadata: found unknown key 'color', ...",
                        "f.yaml:5:3: spec: found unknown key 'useDefaultGateways', ...; 'useDefaultGateways' is not served by this version",
                        "f.yaml:7:5: spec.rules[0]: found unknown key 'matchs', ...; did you mean 'matches'?",
                        "f.yaml:8:41: spec.rules[0].backendRefs[0]: found unknown key 'wieght', ...; did you mean 'weight'?",
                        "f.yaml:10:1: found unknown key 'extra', ...",
                        "f.yaml:13:7: kind: found 'XBackend', ...; kind XBackend is not served by this version");
    }

    @Test
    void keysWithoutValuesAreAsGoodAsAbsent() {
        ManifestReading reading = ManifestReader.read("f.yaml", """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: a, namespace: "", labels: null, creationTimestamp: null }
                spec:
                  parentRefs:
                  hostnames: null
                  rules:
                  - matches: ~
                    filters:
                    timeouts:
                    backendRefs: [ { name: a, port: 80, weight: null } ]
                """);
        assertThat(reading.refused()).isEmpty();
        assertThat(reading.noticed()).isEmpty();
        HttpRoute route = (HttpRoute) reading.manifests().getFirst();
        assertThat(route.id().namespace()).isEqualTo("default");
        assertThat(route.rules().getFirst().matches()).hasSize(1);
        assertThat(route.rules().getFirst().backendRefs().getFirst().weight()).isEqualTo(1);
    }

    @Test
    void ofTwoOfOneNameTheFirstStandsAndBothPlacesAreNamed() {
        ManifestReading reading = new ManifestReader()
                .add("a.yaml", map("same", "a: b"))
                .add("b.yaml", map("other", "a: b") + "---\n" + map("same", "a: c"))
                .result();
        assertThat(names(reading)).containsExactly("same", "other");
        assertThat(((ConfigMap) reading.manifests().getFirst()).data()).containsEntry("a", "b");
        assertThat(reading.refused())
                .extracting(Problem::toString)
                .containsExactly(
                        "b.yaml:8:19: metadata.name: found 'ConfigMap default/same' twice, expected each once; the first is at a.yaml:3:19");
    }

    @Test
    void theSameNameInAnotherNamespaceOrOfAnotherKindIsAnotherName() {
        String one = map("same", "a: b");
        ManifestReading reading = new ManifestReader()
                .add("a.yaml", one)
                .add("b.yaml", one.replace("{ name: same }", "{ name: same, namespace: other }"))
                .add("c.yaml", one.replace("ConfigMap", "Secret").replace("data: { a: b }", "stringData: { a: b }"))
                .result();
        assertThat(reading.refused()).isEmpty();
        assertThat(reading.manifests()).hasSize(3);
    }

    @Test
    void aFileThatIsNoYamlKeepsWhatItSaidBefore() {
        ManifestMemory memory = new ManifestMemory();
        ManifestReading before =
                new ManifestReader(memory).add("f.yaml", map("a", "b: c")).result();
        ManifestReading after = new ManifestReader(memory)
                .add("f.yaml", map("a", "b: d") + "---\n{ half")
                .add("g.yaml", new byte[] {(byte) 0xff})
                .result();
        assertThat(after.manifests()).isEqualTo(before.manifests());
        assertThat(after.unreadable()).containsExactlyInAnyOrder("f.yaml", "g.yaml");
        assertThat(after.refused())
                .extracting(Problem::toString)
                .containsExactly(
                        "f.yaml:6:7: found '<stream end>', expected ',' or '}'; while parsing a flow mapping that began at line 6",
                        "g.yaml: found bytes that are not UTF-8, expected text in UTF-8; save the file as UTF-8");
        assertThat(new ManifestReader(memory)
                        .add("f.yaml", map("a", "b: d"))
                        .result()
                        .refused())
                .isEmpty();
    }

    @Test
    void unchangedFilesAreNotReadAgainAndKeepTheirProblems() {
        ManifestMemory memory = new ManifestMemory();
        String text = map("a", "b: c") + "---\n" + map("b", "c: 5");
        ManifestReading first = new ManifestReader(memory).add("f.yaml", text).result();
        ManifestReading second = new ManifestReader(memory).add("f.yaml", text).result();
        assertThat(second).isEqualTo(first);
        assertThat(second.manifests().getFirst()).isSameAs(first.manifests().getFirst());
    }

    @Test
    void foldersAreReadAtEveryDepthAndChangesAreSeen() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a/b"));
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/x.yaml"), "{");
        Files.writeString(
                inner.resolve("one.json"),
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"one\"}}");
        Path two = Files.writeString(folder.resolve("two.yml"), map("two", "a: b"));
        Files.writeString(folder.resolve("three.txt"), "{");
        Files.createSymbolicLink(inner.resolve("loop"), folder);
        ManifestMemory memory = new ManifestMemory();
        ManifestReading reading = ManifestFiles.read(List.of(folder), memory);
        assertThat(reading.refused()).isEmpty();
        assertThat(names(reading)).containsExactly("one", "two");
        long print = ManifestFiles.fingerprint(List.of(folder));
        assertThat(ManifestFiles.fingerprint(List.of(folder))).isEqualTo(print);
        FileTime written = Files.getLastModifiedTime(two);
        Files.writeString(two, map("two", "a: c"));
        Files.setLastModifiedTime(two, FileTime.fromMillis(written.toMillis() + 1000));
        assertThat(ManifestFiles.fingerprint(List.of(folder))).isNotEqualTo(print);
        Files.delete(two);
        assertThat(names(ManifestFiles.read(List.of(folder), memory))).containsExactly("one");
        assertThat(ManifestFiles.read(List.of(folder.resolve("none")), memory).unreadable())
                .containsExactly(folder.resolve("none").toString());
    }

    @Test
    void moreProblemsThanAreKeptStillRefuseEveryDocument() {
        String text =
                IntStream.range(0, 3000).mapToObj(i -> map("m" + i, "a: " + i)).collect(Collectors.joining("---\n"));
        ManifestReading reading = ManifestReader.read("f.yaml", text + "---\n" + map("good", "a: b"));
        assertThat(names(reading)).containsExactly("good");
        assertThat(reading.refused()).hasSize(1001);
    }

    @Test
    void tenThousandRoutesAreReadInBoundedTime() {
        String text =
                IntStream.range(0, 10_000).mapToObj(LenientReadingTest::route).collect(Collectors.joining("---\n"));
        ManifestMemory memory = new ManifestMemory();
        long start = System.nanoTime();
        ManifestReading reading = new ManifestReader(memory).add("f.yaml", text).result();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(reading.refused()).isEmpty();
        assertThat(reading.manifests()).hasSize(10_000);
        System.out.println("10,000 HTTPRoutes of " + text.length() / 1024 + " KiB read in " + took.toMillis() + " ms");
        assertThat(took).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void noTextThrows() throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(FILES)) {
            for (Path file : files.filter(path -> path.toString().matches(".*manifests/.*\\.(yaml|yml|json)"))
                    .sorted()
                    .toList()) {
                texts.add(Files.readString(file));
            }
        }
        Random random = new Random(20260131);
        int stood = 0;
        for (int i = 0; i < 400; i++) {
            String text = changed(texts.get(random.nextInt(texts.size())), random);
            ManifestReading reading = ManifestReader.read("f.yaml", text);
            stood += reading.manifests().size();
            reading.manifests()
                    .forEach(manifest ->
                            assertThat(manifest.source().start().line()).isPositive());
        }
        assertThat(stood).isPositive();
    }

    /** The text with some pieces left out, doubled, moved, or replaced by what means something to a parser. */
    private static String changed(String text, Random random) {
        String[] words = {
            "\n", "  ", "- ", ": ", "{", "}", "[", "]", "null", "5", "'", "\"", "---\n", "\t", "&a ", "*a", "!!x ", "|",
            "\u0000", "\uD83D", "*", "#", "<<: "
        };
        StringBuilder changing = new StringBuilder(text);
        for (int i = random.nextInt(4); i >= 0 && !changing.isEmpty(); i--) {
            int from = random.nextInt(changing.length());
            int to = Math.min(changing.length(), from + random.nextInt(20));
            String piece = changing.substring(from, to);
            switch (random.nextInt(4)) {
                case 0 -> changing.delete(from, to);
                case 1 -> changing.insert(random.nextInt(changing.length()), piece);
                case 2 -> changing.replace(from, to, words[random.nextInt(words.length)]);
                default -> changing.insert(from, words[random.nextInt(words.length)]);
            }
        }
        return changing.toString();
    }

    private static List<String> names(ManifestReading reading) {
        return reading.manifests().stream()
                .map(manifest -> manifest.metadata().name())
                .toList();
    }

    private static String map(String name, String data) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: { name: %s }
                data: { %s }
                """.formatted(name, data);
    }

    private static String route(int i) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata:
                  name: route-%d
                  namespace: shop
                spec:
                  parentRefs:
                  - name: edge
                  hostnames:
                  - host-%d.example.com
                  rules:
                  - matches:
                    - path:
                        type: PathPrefix
                        value: /v%d
                      headers:
                      - name: version
                        value: two
                    backendRefs:
                    - name: orders
                      port: 80
                      weight: 9
                    - name: orders-next
                      port: 80
                """.formatted(i, i, i);
    }
}

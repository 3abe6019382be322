package io.bridgehead.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.Document;
import io.bridgehead.config.DocumentId;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.ServiceSpec;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentReaderTest {
    private static final String ORDERS = """
            # orders, \uD83D\uDE80 for the shop
            apiVersion: bridgehead.io/v1
            kind: Service
            metadata: { name: orders }
            spec:
              hostnames: [ Orders.Example.Internal, 192.0.2.7, "2001:DB8:0::7" ]
              sites:
                aws-use1:  { endpoints: [ "orders.internal:8080" ] }
                azure-weu: { endpoints: [ "10.4.0.7:8080", "10.4.0.8:8080" ] }   # two
              health:   { http: { path: /ready }, interval: 2s }
              allow:    [ { from: [ "site:*" ], methods: [GET, POST] } ]
              failover: { order: [ local, aws-use1, azure-weu ], startBelow: 70%, holdDown: 30s, failback: { mode: ramp, over: 5m } }
            """;
    private static final String DB = """
            apiVersion: bridgehead.io/v1
            kind: Service
            metadata: { name: db }
            spec: { protocol: tcp, ports: [ { listener: pg } ], sites: { aws-use1: { endpoints: [ "10.0.0.1:5432" ] } } }
            """;

    @Test
    void theDocumentOfTheProductPageIsRead() {
        ServiceDocument orders = (ServiceDocument) read(ORDERS).getFirst();
        ServiceSpec spec = orders.spec();
        assertThat(orders.id()).isEqualTo(DocumentId.parse("Service/orders"));
        assertThat(spec.hostnames()).containsExactly("orders.example.internal", "192.0.2.7", "2001:db8::7");
        assertThat(spec.sites().firstEntry().getKey().value()).isEqualTo("aws-use1");
        assertThat(spec.health().http()).isEqualTo(new ServiceSpec.HttpProbe("/ready", "", List.of("200-399")));
        assertThat(spec.failover().startBelowPercent()).isEqualTo(70);
        assertThat(spec.failover().failback())
                .isEqualTo(new ServiceSpec.Failback(ServiceSpec.FailbackMode.RAMP, Duration.ofMinutes(5)));
        assertThat(spec.timeouts().streamIdle()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void eachDocumentKeepsItsExactTextAndReadsTheSameAgain() {
        List<Document> both = read(ORDERS + "---\n" + DB + "...\n");
        assertThat(both.get(0).source().text()).isEqualTo(ORDERS);
        assertThat(both.get(1).source().text()).isEqualTo(DB);
        assertThat(both.get(1).source().start().line()).isEqualTo(14);
        for (Document document : both) {
            List<Document> again = read(document.source().text());
            assertThat(again.getFirst().source().text())
                    .isEqualTo(document.source().text());
            assertThat(((ServiceDocument) again.getFirst()).spec()).isEqualTo(((ServiceDocument) document).spec());
        }
    }

    @Test
    void placesAreThoseOfTheFile() {
        List<Document> both = read(ORDERS + "--- # next\n" + DB);
        assertThat(both.get(0).source().place("spec.sites.azure-weu.endpoints[1]"))
                .hasToString("f.yaml:9:48");
        assertThat(both.get(1).source().place("spec.ports[0].listener")).hasToString("f.yaml:17:45");
        assertThat(both.get(1).source().place("spec.nowhere[3]")).hasToString("f.yaml:17:1");
    }

    @Test
    void placesHoldWhenADocumentBeginsOnItsMarkersLine() {
        String flow = "{apiVersion: bridgehead.io/v1, kind: Service, metadata: {name: db},"
                + " spec: {protocol: tcp, ports: [{listener: pg}], sites: {a: {endpoints: ['h:1']}}}}";
        Document document = read("--- " + flow).getFirst();
        assertThat(document.source().text()).isEqualTo(flow + "\n");
        assertThat(document.source().place("metadata.name")).hasToString("f.yaml:1:68");
    }

    @Test
    void sameNameInTwoFilesNamesBothPlaces() {
        Reading<List<Document>> reading = new DocumentReader()
                .add("a.yaml", DB.getBytes(StandardCharsets.UTF_8))
                .add("b.yaml", DB.getBytes(StandardCharsets.UTF_8))
                .result();
        assertThat(problems(reading))
                .singleElement()
                .hasToString(
                        "b.yaml:3:19: metadata.name: found 'db' twice, expected a name of its own for each Service;"
                                + " the first is at a.yaml:3:19");
    }

    @Test
    void tcpIdlesLonger() {
        String vault = DB.replace("protocol: tcp", "protocol: tls");
        assertThat(((ServiceDocument) read(vault).getFirst()).spec().timeouts().streamIdle())
                .isEqualTo(Duration.ofHours(1));
        assertThat(((ServiceDocument) read(DB).getFirst()).spec().timeouts().streamIdle())
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void foldersAreReadInOrderWithoutHiddenFiles(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("2.yaml"), DB);
        Files.writeString(folder.resolve("1.yml"), ORDERS);
        Files.writeString(folder.resolve(".3.yaml"), "{");
        Files.writeString(folder.resolve("notes.txt"), "{");
        Reading<List<Document>> reading = DocumentFiles.read(List.of(folder));
        assertThat(reading).isInstanceOf(Reading.Done.class);
        assertThat(((Reading.Done<List<Document>>) reading).value())
                .extracting(d -> d.id().name())
                .containsExactly("orders", "db");
        assertThat(problems(DocumentFiles.read(List.of(folder.resolve("absent"))))
                        .getFirst()
                        .value())
                .isEqualTo("no such file");
    }

    @Test
    void tenThousandDocumentsAreReadAndNotOneMore() {
        String[] parts = new String[11];
        for (int part = 0; part < parts.length; part++) {
            StringBuilder text = new StringBuilder();
            for (int i = part * 1000; i < Math.min(10_001, (part + 1) * 1000); i++) {
                text.append("---\n").append(DB.replace("name: db", "name: db-" + i));
            }
            parts[part] = text.toString();
        }
        DocumentReader reader = new DocumentReader();
        for (String part : parts) {
            reader.add("many.yaml", part.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(problems(reader.result()))
                .singleElement()
                .hasToString("many.yaml:2:1: found more documents, expected at most 10000 in all");
    }

    @Test
    void onlyWhatChangedIsReadAgain() {
        DocumentMemory memory = new DocumentMemory();
        List<Document> first = done(new DocumentReader(memory).add("a.yaml", DB));
        List<Document> again = done(new DocumentReader(memory).add("a.yaml", DB));
        assertThat(again.getFirst()).isSameAs(first.getFirst());
        List<Document> changed = done(new DocumentReader(memory).add("a.yaml", DB.replace("name: db", "name: other")));
        assertThat(changed.getFirst().id()).isNotEqualTo(first.getFirst().id());
    }

    @Test
    void problemsAreFoundEachTime() {
        DocumentMemory memory = new DocumentMemory();
        for (int i = 0; i < 2; i++) {
            assertThat(problems(new DocumentReader(memory)
                            .add("a.yaml", DB)
                            .add("b.yaml", DB)
                            .add("c.yaml", DB.replace("kind: Service", "kind: Servise"))
                            .result()))
                    .hasSize(2);
        }
    }

    private static List<Document> done(DocumentReader reader) {
        return switch (reader.result()) {
            case Reading.Done<List<Document>> done -> done.value();
            case Reading.Refused<List<Document>> refused -> throw new AssertionError(refused.problems());
        };
    }

    private static List<Document> read(String text) {
        return switch (DocumentReader.read("f.yaml", text)) {
            case Reading.Done<List<Document>> done -> done.value();
            case Reading.Refused<List<Document>> refused -> throw new AssertionError(refused.problems());
        };
    }

    private static List<Problem> problems(Reading<?> reading) {
        return reading instanceof Reading.Refused<?> refused ? refused.problems() : List.of();
    }
}

package io.bridgehead.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.Document;
import io.bridgehead.config.DocumentId;
import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.schema.Place;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final String FORM = """
            apiVersion: bridgehead.io/v1
            kind: Service
            metadata: { name: %s }
            spec: { hostnames: [ %s ], sites: { a: { endpoints: [ %s ] } } %s }
            """;

    @Test
    void saysWhatIsNewChangedAndGone() {
        List<Document> before = documents(
                FORM.formatted("orders", "orders.example", "\"10.0.0.1:80\"", ", failover: { holdDown: 30s }"),
                FORM.formatted("same", "same.example", "\"10.0.0.1:80\"", ""),
                FORM.formatted("old", "old.example", "\"10.0.0.1:80\"", ""));
        List<Document> after = documents(
                FORM.formatted(
                        "orders", "orders.example", "\"10.0.0.1:80\", \"10.0.0.2:80\"", ", balance: round-robin"),
                FORM.formatted("same", "same.example", "\"10.0.0.1:80\"", ""),
                FORM.formatted("new", "new.example", "\"10.0.0.1:80\"", ""));
        Plan plan = Plan.between(before, after);
        assertThat(plan.lines())
                .containsExactly(
                        "+ Service/new",
                        "~ Service/orders",
                        "    spec.sites.a.endpoints: [10.0.0.1:80] -> [10.0.0.1:80, 10.0.0.2:80]",
                        "    spec.failover.holdDown: 30s -> (none)",
                        "    spec.balance: (none) -> round-robin",
                        "- Service/old",
                        "1 added, 1 changed, 1 removed, 1 unchanged");
        assertThat(plan.isEmpty()).isFalse();
        assertThat(Plan.between(after, after).isEmpty()).isTrue();
    }

    @Test
    void commentsAreAChangeWithoutFields() {
        String text = FORM.formatted("orders", "orders.example", "\"10.0.0.1:80\"", "");
        assertThat(Plan.between(documents(text), documents("# why\n" + text)).lines())
                .containsExactly(
                        "~ Service/orders (comments and layout only)", "0 added, 1 changed, 0 removed, 0 unchanged");
    }

    @Test
    void whatMayBeSecretIsNotShown() {
        DocumentId id = new DocumentId("Service", "a");
        assertThat(fields(id, "a: http://u:p@host/\nclientSecret: s1\n", "a: http://u:q@host/\nclientSecret: s2\n"))
                .containsExactly("a: http://***@host/ -> http://***@host/", "clientSecret: *** -> ***");
        assertThat(fields(new DocumentId("Secret", "a"), "data: { x: MQ== }\n", "data: { x: Mg== }\n"))
                .containsExactly("data.x: *** -> ***");
    }

    private static List<String> fields(DocumentId id, String before, String after) {
        Place place = Place.of(id.toString());
        return Plan.between(Map.of(id, new DocumentSource(place, before)), Map.of(id, new DocumentSource(place, after)))
                .changed()
                .getFirst()
                .fields()
                .stream()
                .map(Plan.FieldChange::toString)
                .toList();
    }

    private static List<Document> documents(String... texts) {
        return CompilerTest.documents(String.join("---\n", texts));
    }
}

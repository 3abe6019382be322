package io.bridgehead.config.read;

import io.bridgehead.config.schema.Golden;
import io.bridgehead.config.schema.Section;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reference page and the schemas in {@code docs/} say what the key tables say. */
class ReferencePageTest {
    private static final Path DOCS = Path.of("../docs");
    private static final String INTRODUCTION = """
            # Configuration reference

            Two kinds of file. `gateway.yaml` belongs to one node. Documents belong to the fabric: every node gets them, wherever
            they were applied. Both are YAML 1.2. Unknown keys, keys given twice and wrong types are problems, all reported at once as
            `file:line:column: path: found 'value', expected ...`. A file has at most 1 MiB and 32 levels; a set of documents at
            most 10,000; aliases and tags are not read. Numbers and `true` are written without quotes, text that looks like them with.
            Relative paths are resolved against the folder of the file.

            A section that is left out has the defaults of its keys. Editors complete and check both kinds of file with the schemas
            in [schema/](schema/): begin a file with `# yaml-language-server: $schema=<path>`.

            `bridgehead reload` puts a changed `gateway.yaml` in force: all keys but some of `node`, `site`, `identity`, `tunnel`, `cluster`, `state`, `admin`,
            `endpointTls`, `dns`, `sessions`, `loops` and `trust`, which it names when they differ; [operations.md](operations.md#reload) has the list.

            This page is written from the tables that the reader itself works with:
            `mvn -pl gateway -am test -Dtest=ReferencePageTest -Dsurefire.failIfNoSpecifiedTests=false -Dbridgehead.golden=write`.
            """;

    @Test
    void pageListsEveryKey() {
        Map<String, Section<?>> roots = new LinkedHashMap<>();
        roots.put("`gateway.yaml`", NodeConfigReader.table());
        roots.put("`Service` documents", DocumentReader.table());
        roots.put("`TrafficPolicy` documents", DocumentReader.policyTable());
        roots.put("`AuthorizationPolicy` documents", DocumentReader.accessTable());
        Golden.check(DOCS.resolve("configuration.md"), ReferencePage.of(roots, INTRODUCTION));
    }

    @Test
    void schemasListEveryKey() {
        Golden.check(
                DOCS.resolve("schema/gateway.schema.json"),
                JsonSchema.of(
                        "https://bridgehead.io/schema/v1/gateway.json", "gateway.yaml", NodeConfigReader.table()));
        Golden.check(
                DOCS.resolve("schema/service.schema.json"),
                JsonSchema.of("https://bridgehead.io/schema/v1/service.json", "Service", DocumentReader.table()));
        Golden.check(
                DOCS.resolve("schema/traffic-policy.schema.json"),
                JsonSchema.of(
                        "https://bridgehead.io/schema/v1/traffic-policy.json",
                        "TrafficPolicy",
                        DocumentReader.policyTable()));
        Golden.check(
                DOCS.resolve("schema/authorization-policy.schema.json"),
                JsonSchema.of(
                        "https://bridgehead.io/schema/v1/authorization-policy.json",
                        "AuthorizationPolicy",
                        DocumentReader.accessTable()));
    }
}

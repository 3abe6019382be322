package io.bridgehead.control;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.compile.Compiler;
import io.bridgehead.compile.Plan;
import io.bridgehead.config.AuthorizationDocument;
import io.bridgehead.config.Document;
import io.bridgehead.config.DocumentId;
import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.sync.ActiveDocuments;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** From the texts that shared state holds to a routing table, or to every problem that stands in the way. Runs on the blocking pool. */
public final class Documents {
    private Documents() {}

    /** Reads and compiles all documents of all sources. */
    public static CompileResult compile(ActiveDocuments active, CompileContext context) {
        DocumentReader reader = new DocumentReader(context.memory());
        active.sources().forEach((source, texts) -> add(reader, source, texts));
        return switch (reader.result()) {
            case Reading.Refused<List<Document>> refused -> new CompileResult.Refused(refused.problems());
            case Reading.Done<List<Document>> done -> new Compiler(context).compile(done.value(), active.revision());
        };
    }

    /**
     * Reads what the context has not read before, on all processors, so that it is at hand when it is compiled. For a node's start, when nothing
     * else is to be done; problems are found again then.
     */
    static void readAhead(ActiveDocuments active, CompileContext context) {
        active.sources()
                .forEach((source, texts) -> texts.entrySet().parallelStream()
                        .forEach(named -> new DocumentReader(context.memory())
                                .add(file(source, named.getKey()), named.getValue())));
    }

    private static String file(String source, String name) {
        return source + ":" + name;
    }

    /** Those of a source's documents whose endpoints this node's {@code trust} refuses; documents with problems are left to whoever applies them. */
    public static List<String> leftOut(String source, SortedMap<String, String> texts, CompileContext context) {
        DocumentReader reader = new DocumentReader();
        add(reader, source, texts);
        return switch (reader.result()) {
            case Reading.Refused<List<Document>> _ -> List.of();
            case Reading.Done<List<Document>> done ->
                new Compiler(context)
                        .leftOut(done.value()).stream().map(Object::toString).toList();
        };
    }

    /** The AuthorizationPolicies among them, in the order of their names. */
    public static List<AuthorizationDocument> policies(ActiveDocuments active, CompileContext context) {
        DocumentReader reader = new DocumentReader(context.memory());
        active.sources()
                .forEach((source, texts) -> texts.forEach((name, text) -> {
                    if (name.startsWith(AuthorizationDocument.KIND + "/")) {
                        reader.add(file(source, name), text);
                    }
                }));
        return switch (reader.result()) {
            case Reading.Refused<List<Document>> _ -> List.of();
            case Reading.Done<List<Document>> done ->
                done.value().stream()
                        .filter(AuthorizationDocument.class::isInstance)
                        .map(AuthorizationDocument.class::cast)
                        .sorted(Comparator.comparing(AuthorizationDocument::name))
                        .toList();
        };
    }

    /** What differs between two states of a source: name to text. */
    public static Plan difference(Map<String, String> before, Map<String, String> after) {
        return Plan.between(sources(before), sources(after));
    }

    private static Map<DocumentId, DocumentSource> sources(Map<String, String> texts) {
        Map<DocumentId, DocumentSource> sources = new TreeMap<>();
        texts.forEach((name, text) -> sources.put(DocumentId.parse(name), new DocumentSource(Place.of(name), text)));
        return sources;
    }

    private static void add(DocumentReader reader, String source, SortedMap<String, String> texts) {
        texts.forEach((name, text) -> reader.add(file(source, name), text));
    }

    /** What would be active after a proposal: the other sources as they are, and this one as proposed. */
    public static ActiveDocuments proposed(ActiveDocuments active, String source, SortedMap<String, String> texts) {
        SortedMap<String, SortedMap<String, String>> sources = new TreeMap<>(active.sources());
        sources.put(source, texts);
        return new ActiveDocuments("proposed", sources);
    }
}

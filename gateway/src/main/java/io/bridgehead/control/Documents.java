package io.bridgehead.control;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.compile.Compiler;
import io.bridgehead.compile.Plan;
import io.bridgehead.config.AuthorizationDocument;
import io.bridgehead.config.Document;
import io.bridgehead.config.DocumentId;
import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.HostTrust;
import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.sync.ActiveDocuments;
import java.util.ArrayList;
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
        return switch (DocumentReader.read(active.sources(), Documents::file, context.memory())) {
            case Reading.Refused<List<Document>> refused -> new CompileResult.Refused(refused.problems());
            case Reading.Done<List<Document>> done -> compile(done.value(), active.revision(), context);
        };
    }

    /** What claims hosts that its source may not is left out before it could stand in the way of others. */
    private static CompileResult compile(List<Document> documents, String revision, CompileContext context) {
        List<Problem> leftOut = new ArrayList<>();
        List<Document> kept = trusted(documents, context.hostTrust(), leftOut);
        CompileResult result = new Compiler(context).compile(kept, revision);
        return result instanceof CompileResult.Compiled compiled && !leftOut.isEmpty()
                ? compiled.leaving(leftOut)
                : result;
    }

    private static List<Document> trusted(List<Document> documents, HostTrust trust, List<Problem> leftOut) {
        if (trust.equals(HostTrust.NONE)) {
            return documents;
        }
        List<Document> kept = new ArrayList<>();
        for (Document document : documents) {
            Place start = document.source().start();
            int colon = start.file().indexOf(':');
            String refusal = colon < 0 ? null : trust.refusal(start.file().substring(0, colon), document);
            if (refusal == null) {
                kept.add(document);
            } else {
                leftOut.add(Problem.at(
                        start,
                        "spec",
                        refusal,
                        "hosts that trust.hosts of this node lets its source claim",
                        document.id() + " is left out on this node"));
            }
        }
        return kept;
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
            case Reading.Done<List<Document>> done -> {
                List<Problem> leftOut = new ArrayList<>();
                List<Document> kept = trusted(done.value(), context.hostTrust(), leftOut);
                leftOut.addAll(new Compiler(context).leftOut(kept));
                yield leftOut.stream().map(Object::toString).toList();
            }
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

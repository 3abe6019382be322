package io.bridgehead.config.read;

import io.bridgehead.config.AuthorizationDocument;
import io.bridgehead.config.Document;
import io.bridgehead.config.DocumentId;
import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.ManifestDocument;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.ServiceSpec;
import io.bridgehead.config.TrafficPolicyDocument;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.SecretManifest;
import io.bridgehead.config.manifest.read.ManifestReader;
import io.bridgehead.config.read.DocumentMemory.Named;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.config.schema.Suggestion;
import io.bridgehead.config.schema.Value;
import io.bridgehead.config.schema.YamlDocument;
import io.bridgehead.config.schema.YamlReader;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a set of documents from any number of texts: {@link #add} each, then ask for the {@link #result}. A name that two
 * documents bear is a problem that names both places. Problems of one text do not hide those of another.
 */
@OwnedBy(Owner.CONFINED)
public final class DocumentReader {
    static final String OWN_VERSION = "bridgehead.io/v1";
    private static final String OWN_GROUP = "bridgehead.io/";
    /** Kinds that the product knows but this version does not serve: the message says so instead of guessing. */
    private static final List<String> LATER_KINDS = List.of("Site");

    private static final List<String> KINDS =
            List.of(ServiceDocument.KIND, TrafficPolicyDocument.KIND, AuthorizationDocument.KIND);

    private static final Key<ServiceName> NAME =
            Key.required("name", Scalars.serviceName(), "Its name; unique in the fabric among its kind.");
    private static final Key<Map<String, String>> LABELS = Key.defaulted(
            "labels",
            new MapType<>("label", Scalars.text("a label's name"), Scalars.text("a label's value"), 0, 64),
            "{}",
            "Free text by name, for people and selection.");
    private static final Section<Metadata> METADATA_SECTION =
            Section.of("metadata", fields -> new Metadata(fields.get(NAME), fields.get(LABELS)), NAME, LABELS);

    private static final Key<String> API_VERSION =
            Key.required("apiVersion", Scalars.word(OWN_VERSION), "The version of the document's form.");
    private static final Key<String> KIND = Key.required("kind", Scalars.word(ServiceDocument.KIND), "What it is.");
    private static final Key<Metadata> METADATA = Key.required("metadata", METADATA_SECTION, "What it is called.");
    private static final Key<ServiceSpec> SPEC = Key.required("spec", ServiceKeys.SPEC, "What it says.");

    private final DocumentMemory memory;
    private final Problems problems = new Problems();
    private final List<Document> documents = new ArrayList<>();
    private final Map<DocumentId, Place> places = new HashMap<>();
    private int counted;
    private boolean oneEach = true;

    /** Remembers nothing. */
    public DocumentReader() {
        this(new DocumentMemory());
    }

    /** Reads only what the memory does not know. */
    public DocumentReader(DocumentMemory memory) {
        this.memory = memory;
    }

    /**
     * Reads texts together; of those that differ in a few from what was read together before, only these.
     *
     * @param sources texts by source and name
     * @param file what messages call a text, by source and name
     */
    public static Reading<List<Document>> read(
            SortedMap<String, SortedMap<String, String>> sources, BinaryOperator<String> file, DocumentMemory memory) {
        List<Document> known = memory.recallTogether(sources, file);
        if (known != null) {
            return new Reading.Done<>(known);
        }
        DocumentReader reader = new DocumentReader(memory);
        sources.forEach((source, texts) -> texts.forEach((name, text) -> reader.add(file.apply(source, name), text)));
        Reading<List<Document>> read = reader.result();
        if (reader.oneEach && read instanceof Reading.Done<List<Document>>(List<Document> documents)) {
            memory.remember(sources, documents);
        }
        return read;
    }

    /** Reads one text alone. */
    public static Reading<List<Document>> read(String file, String text) {
        return new DocumentReader()
                .add(file, text.getBytes(StandardCharsets.UTF_8))
                .result();
    }

    /** Adds the documents of one file; {@code file} is what messages call it. */
    public DocumentReader add(String file, byte[] bytes) {
        String text = YamlReader.decode(file, bytes, problems);
        return text == null ? this : add(file, text);
    }

    /** Adds the documents of a text that is known to be one. */
    public DocumentReader add(String file, String text) {
        List<Named> known = memory.recall(file, text);
        if (known != null) {
            oneEach &= known.size() == 1;
            known.forEach(this::addNamed);
            return this;
        }
        int problemsBefore = problems.size();
        List<Named> read = new ArrayList<>();
        for (YamlDocument document : YamlReader.read(file, text, problems)) {
            Named named = readNamed(document, problems);
            if (named != null) {
                read.add(named);
            }
        }
        if (problems.size() == problemsBefore && !problems.isFull()) {
            memory.remember(file, text, read);
        }
        oneEach &= read.size() == 1;
        read.forEach(this::addNamed);
        return this;
    }

    /** Adds a problem found before there was text, such as a file that cannot be opened. */
    public DocumentReader add(Problem problem) {
        problems.add(problem);
        return this;
    }

    /** All documents in the order they were added, or every problem. */
    public Reading<List<Document>> result() {
        return problems.isEmpty() ? new Reading.Done<>(List.copyOf(documents)) : new Reading.Refused<>(problems.list());
    }

    /** The table of all keys of a service, for the reference page. */
    static Section<ServiceDocument> table() {
        return serviceSection(new DocumentSource(Place.of(""), ""));
    }

    /** The table of all keys of a TrafficPolicy, for the reference page. */
    static Section<TrafficPolicyDocument> policyTable() {
        return TrafficPolicyKeys.section(new DocumentSource(Place.of(""), ""));
    }

    /** The table of all keys of an AuthorizationPolicy, for the reference page. */
    static Section<AuthorizationDocument> accessTable() {
        return AuthorizationKeys.section(new DocumentSource(Place.of(""), ""));
    }

    /** Reads one document of this product's own form; null when there were problems, which were added. */
    public static @Nullable Document read(YamlDocument document, Problems problems) {
        Named named = readNamed(document, problems);
        return named == null ? null : named.document();
    }

    private static @Nullable Named readNamed(YamlDocument document, Problems problems) {
        if (document.root() instanceof Value.Entries && !isServed(document, problems)) {
            return null;
        }
        DocumentSource source = new DocumentSource(document.start(), document.text());
        if (ManifestReader.isManifest(document)) {
            return manifest(document, source, problems);
        }
        Document read = section(document, source).read(document.root(), "", problems);
        return read == null ? null : new Named(read, document.placeOf("metadata.name"));
    }

    private static Section<? extends Document> section(YamlDocument document, DocumentSource source) {
        Value.Text kind = document.scalar("kind");
        return switch (kind == null ? "" : kind.text()) {
            case TrafficPolicyDocument.KIND -> TrafficPolicyKeys.section(source);
            case AuthorizationDocument.KIND -> AuthorizationKeys.section(source);
            default -> serviceSection(source);
        };
    }

    /** Keys stay where they are used: what is published is on every disk of the fabric. */
    private static @Nullable Named manifest(YamlDocument document, DocumentSource source, Problems problems) {
        Value.Text kind = document.scalar("kind");
        if (kind != null && kind.text().equals(SecretManifest.KIND)) {
            problems.add(
                    kind,
                    "kind",
                    kind.shown(),
                    "a kind without secrets",
                    "a Secret is not published: put its file into the folder that 'secrets' of gateway.yaml names");
            return null;
        }
        Manifest manifest = ManifestReader.readOne(document, problems);
        return manifest == null
                ? null
                : new Named(new ManifestDocument(manifest, source), document.placeOf("metadata.name"));
    }

    private void addNamed(Named named) {
        counted++;
        if (counted > YamlReader.DOCUMENTS_MAX) {
            if (counted == YamlReader.DOCUMENTS_MAX + 1) {
                problems.add(Problem.at(
                        named.document().source().start(),
                        "",
                        "more documents",
                        "at most " + YamlReader.DOCUMENTS_MAX + " in all",
                        null));
            }
            return;
        }
        Document document = named.document();
        Place place = named.name();
        Place first = places.putIfAbsent(document.id(), place);
        if (first == null) {
            documents.add(document);
        } else {
            problems.add(Problem.at(
                    place,
                    "metadata.name",
                    "'" + document.id().name() + "' twice",
                    "a name of its own for each " + document.id().kind(),
                    "the first is at " + first));
        }
    }

    private static boolean isServed(YamlDocument document, Problems problems) {
        Value.Text kind = document.scalar("kind");
        Value.Text version = document.scalar("apiVersion");
        if (kind == null || version == null) {
            return true;
        }
        if (ManifestReader.isManifest(document)) {
            return true;
        }
        if (KINDS.contains(kind.text())) {
            boolean own = version.text().equals(OWN_VERSION);
            if (!own) {
                boolean ours =
                        version.text().startsWith(OWN_GROUP) || !kind.text().equals(ServiceDocument.KIND);
                problems.add(
                        version,
                        "apiVersion",
                        version.shown(),
                        "'" + OWN_VERSION + "'",
                        ours ? FormVersions.hint(version.text()) : "'v1' for a Service of Kubernetes");
            }
            return own;
        }
        String hint = LATER_KINDS.contains(kind.text())
                ? "kind " + kind.text() + " is not served by this version"
                : Suggestion.question(kind.text(), KINDS);
        problems.add(kind, "kind", kind.shown(), "'" + String.join("' or '", KINDS) + "'", hint);
        return false;
    }

    private static Section<ServiceDocument> serviceSection(DocumentSource source) {
        return Section.of("Service", fields -> build(fields, source), API_VERSION, KIND, METADATA, SPEC);
    }

    private static @Nullable ServiceDocument build(Fields fields, DocumentSource source) {
        assert fields.get(API_VERSION).equals(OWN_VERSION) && fields.get(KIND).equals(ServiceDocument.KIND);
        Metadata metadata = fields.get(METADATA);
        return new ServiceDocument(metadata.name(), metadata.labels(), fields.get(SPEC), source);
    }

    private record Metadata(ServiceName name, Map<String, String> labels) {}
}

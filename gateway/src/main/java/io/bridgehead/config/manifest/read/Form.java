package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ManifestMetadata;
import io.bridgehead.config.manifest.ManifestSource;
import io.bridgehead.config.manifest.Namespace;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Section;
import io.bridgehead.config.schema.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the manifests of one version of a kind are written, from the top.
 *
 * @param kind as it is written
 * @param namespaced whether its manifests are in namespaces
 * @param section reads everything; what comes of it needs the place to be whole
 */
record Form(String kind, boolean namespaced, Section<Body> section) {
    /** Keys of metadata that only a server needs. */
    private static final String[] OF_THE_SERVER = {
        "uid",
        "resourceVersion",
        "selfLink",
        "generateName",
        "managedFields",
        "finalizers",
        "ownerReferences",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "clusterName"
    };

    private static final int ENTRIES_MAX = 10_000;

    private static final Key<String> API_VERSION =
            Key.required("apiVersion", Words.text("an API version", 1, 317), "The version of the form.");
    private static final Key<String> KIND = Key.required("kind", Words.kind(), "What it is.");
    private static final Key<String> NAME = Key.required("name", Words.name(), "What it is called.");
    private static final Key<String> NAMESPACE = Key.defaulted(
            "namespace",
            Words.matching(
                    "a namespace of 1 to 63 characters of a-z, 0-9 and '-'", "([a-z0-9]([-a-z0-9]*[a-z0-9])?)?", 63),
            ManifestMetadata.DEFAULT_NAMESPACE,
            "Where it is.");
    private static final Key<Map<String, String>> LABELS = map("labels", Words.labelValue());
    private static final Key<Map<String, String>> ANNOTATIONS = map("annotations", Words.anyText());
    private static final Key<Instant> CREATED = Key.optional("creationTimestamp", Words.moment(), "When it was made.");
    private static final Key<Long> GENERATION =
            Key.defaulted("generation", Words.count(), "0", "The number of its form.");
    private static final Key<Said> METADATA = Key.required(
            "metadata",
            Section.of("metadata", Said::of, NAME, NAMESPACE, LABELS, ANNOTATIONS, CREATED, GENERATION)
                    .tolerant(OF_THE_SERVER),
            "What it says of itself.");

    /** A manifest without its place. */
    interface Body {
        /** The manifest at a place. */
        Manifest at(ManifestSource source);
    }

    /** Makes a manifest of what one key says. */
    interface Maker<S> {
        /** The manifest. */
        Manifest make(ManifestMetadata metadata, S said, ManifestSource source);
    }

    /** Makes a manifest of all keys at the top; null when they do not fit together, which was said. */
    interface TopMaker {
        /** The manifest. */
        @Nullable
        Body make(ManifestMetadata metadata, Fields fields);
    }

    /** What metadata say before it is known whose they are. */
    private record Said(
            String name,
            String namespace,
            Map<String, String> labels,
            Map<String, String> annotations,
            @Nullable Instant created,
            long generation) {
        static Said of(Fields fields) {
            return new Said(
                    fields.get(NAME),
                    fields.get(NAMESPACE).isEmpty() ? ManifestMetadata.DEFAULT_NAMESPACE : fields.get(NAMESPACE),
                    fields.get(LABELS),
                    fields.get(ANNOTATIONS),
                    fields.find(CREATED),
                    fields.get(GENERATION));
        }
    }

    /** A kind in namespaces whose manifests say everything in one key. */
    static <S> Form of(String kind, Key<S> said, Maker<S> maker) {
        return of(
                kind,
                true,
                (metadata, fields) -> {
                    S value = fields.get(said);
                    return source -> maker.make(metadata, value, source);
                },
                said);
    }

    /** A kind with keys of its own at the top. */
    static Form of(String kind, boolean namespaced, TopMaker maker, Key<?>... own) {
        List<Key<?>> keys = new ArrayList<>(List.of(API_VERSION, KIND, METADATA));
        keys.addAll(Arrays.asList(own));
        Function<Fields, @Nullable Body> builder = fields -> maker.make(metadata(fields, namespaced), fields);
        Section<Body> section =
                Section.of(kind, builder, keys.toArray(new Key<?>[0])).tolerant("status");
        return new Form(kind, namespaced, section);
    }

    /** Reads one manifest; null when it is left out, which was said. */
    @Nullable
    Manifest read(Value root, ManifestSource source, Problems problems) {
        Body body = section.read(root, source.within(), problems);
        return body == null ? null : body.at(source);
    }

    private static ManifestMetadata metadata(Fields fields, boolean namespaced) {
        Said said = fields.get(METADATA);
        String version = fields.get(API_VERSION);
        int slash = version.indexOf('/');
        String group = slash < 0 ? ManifestId.CORE_GROUP : version.substring(0, slash);
        String kind = fields.get(KIND);
        Map<String, String> labels = said.labels();
        if (kind.equals(Namespace.KIND)) {
            labels = new HashMap<>(labels);
            labels.put(Namespace.NAME_LABEL, said.name());
        }
        return new ManifestMetadata(
                new ManifestId(group, kind, namespaced ? said.namespace() : "", said.name()),
                labels,
                said.annotations(),
                said.created(),
                said.generation());
    }

    private static Key<Map<String, String>> map(String name, ScalarType<String> value) {
        return Key.defaulted(
                name, new MapType<>("key", Words.qualifiedName(), value, 0, ENTRIES_MAX), "{}", "Text by name.");
    }
}

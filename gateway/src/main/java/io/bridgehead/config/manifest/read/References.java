package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.BackendReference;
import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.HttpFilter;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ObjectReference;
import io.bridgehead.config.manifest.ParentReference;
import io.bridgehead.config.manifest.RouteBackend;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The keys of references from one manifest to another. */
final class References {
    private static final int BACKENDS_MAX = 16;
    private static final int PARENTS_MAX = 32;
    private static final String EMPTY = "\"\"";

    private static final Key<String> NAME = Key.required("name", Words.objectName(), "What it is called.");
    private static final Key<String> NAMESPACE =
            Key.optional("namespace", Words.namespace(), "Where it is. Without it: where the reference stands.");
    private static final Key<String> GROUP = Key.required("group", Words.group(), "Its API group.");
    private static final Key<String> CORE_GROUP =
            Key.defaulted("group", Words.group(), EMPTY, "Its API group; the core group unless given.");
    private static final Key<String> GATEWAY_GROUP =
            Key.defaulted("group", Words.group(), ManifestId.GATEWAY_GROUP, "Its API group.");
    private static final Key<String> KIND = Key.required("kind", Words.kind(), "Its kind.");
    private static final Key<String> SECRET_KIND = Key.defaulted("kind", Words.kind(), "Secret", "Its kind.");
    private static final Key<String> SERVICE_KIND =
            Key.defaulted("kind", Words.kind(), BackendReference.SERVICE, "Its kind.");
    private static final Key<String> GATEWAY_KIND = Key.defaulted("kind", Words.kind(), Gateway.KIND, "Its kind.");
    private static final Key<String> SECTION_NAME =
            Key.optional("sectionName", Words.sectionName(), "The listener. Without it: all that fit.");
    private static final Key<Integer> PORT = Key.optional("port", Words.port(), "The port.");
    private static final Key<Integer> WEIGHT =
            Key.defaulted("weight", Scalars.integer(0, 1_000_000), "1", "Its part of the sum of all weights.");

    /** An object of the same namespace. */
    static final Section<ObjectReference> LOCAL = object(CORE_GROUP, KIND, false);
    /** An object whose group and kind must be said. */
    static final Section<ObjectReference> OBJECT = object(GROUP, KIND, true);
    /** An object that is a secret unless it is said otherwise. */
    static final Section<ObjectReference> SECRET = object(CORE_GROUP, SECRET_KIND, true);

    /** Where requests go. */
    static final Section<BackendReference> BACKEND = Section.of(
                    "backendRef", References::backend, CORE_GROUP, SERVICE_KIND, NAMESPACE, NAME, PORT)
            .tolerant();

    /** What the listeners of a set attach to. */
    static final Section<ParentReference> PARENT_GATEWAY = Section.of(
                    "parentRef",
                    fields -> new ParentReference(
                            fields.get(GATEWAY_GROUP),
                            fields.get(GATEWAY_KIND),
                            fields.find(NAMESPACE),
                            fields.get(NAME),
                            null,
                            null),
                    GATEWAY_GROUP,
                    GATEWAY_KIND,
                    NAMESPACE,
                    NAME)
            .tolerant();

    private static final Section<ParentReference> PARENT = Section.of(
                    "parentRefs",
                    fields -> new ParentReference(
                            fields.get(GATEWAY_GROUP),
                            fields.get(GATEWAY_KIND),
                            fields.find(NAMESPACE),
                            fields.get(NAME),
                            fields.find(SECTION_NAME),
                            fields.find(PORT)),
                    GATEWAY_GROUP,
                    GATEWAY_KIND,
                    NAMESPACE,
                    NAME,
                    SECTION_NAME,
                    PORT)
            .tolerant();

    /** What a route attaches to. */
    static final Key<List<ParentReference>> PARENT_REFS = Key.defaulted(
            "parentRefs",
            new ListType<>(PARENT, 0, PARENTS_MAX),
            "[]",
            "The gateways or sets of listeners of the route.");

    private static final Section<RouteBackend> STREAM_BACKEND = Section.of(
                    "backendRefs",
                    fields -> backend(fields, List.of()),
                    CORE_GROUP,
                    SERVICE_KIND,
                    NAMESPACE,
                    NAME,
                    PORT,
                    WEIGHT)
            .tolerant();

    /** The backends of connections and datagrams. */
    static final Key<List<RouteBackend>> STREAM_BACKENDS = Key.required(
            "backendRefs", new ListType<>(STREAM_BACKEND, 1, BACKENDS_MAX), "Where connections or datagrams go.");

    private References() {}

    /** The backends of requests, with filters of their own. */
    static Key<List<RouteBackend>> backends(FilterKeys filters) {
        Section<RouteBackend> section = Section.of(
                        "backendRefs",
                        fields -> {
                            int before = fields.problems();
                            List<HttpFilter> own = fields.get(filters.key());
                            FilterKeys.judge(fields, own);
                            RouteBackend read = backend(fields, own);
                            return fields.problems() > before ? null : read;
                        },
                        CORE_GROUP,
                        SERVICE_KIND,
                        NAMESPACE,
                        NAME,
                        PORT,
                        WEIGHT,
                        filters.key())
                .tolerant();
        return Key.defaulted(
                "backendRefs", new ListType<>(section, 0, BACKENDS_MAX), "[]", "Where the requests of the rule go.");
    }

    private static Section<ObjectReference> object(Key<String> group, Key<String> kind, boolean anywhere) {
        return anywhere
                ? Section.of(
                                "reference",
                                fields -> new ObjectReference(
                                        fields.get(group), fields.get(kind), fields.find(NAMESPACE), fields.get(NAME)),
                                group,
                                kind,
                                NAMESPACE,
                                NAME)
                        .tolerant()
                : Section.of(
                                "reference",
                                fields -> new ObjectReference(
                                        fields.get(group), fields.get(kind), null, fields.get(NAME)),
                                group,
                                kind,
                                NAME)
                        .tolerant();
    }

    private static @Nullable RouteBackend backend(Fields fields, List<HttpFilter> filters) {
        BackendReference reference = backend(fields);
        return reference == null ? null : new RouteBackend(reference, fields.get(WEIGHT), filters);
    }

    private static @Nullable BackendReference backend(Fields fields) {
        BackendReference reference = new BackendReference(
                fields.get(CORE_GROUP),
                fields.get(SERVICE_KIND),
                fields.find(NAMESPACE),
                fields.get(NAME),
                fields.find(PORT));
        if (reference.isService() && reference.port() == null) {
            fields.refuse(PORT, null, "a port for a Service, from 1 to 65535", null);
            return null;
        }
        return reference;
    }

    /** Parents are distinct: those of one object all say which section or port they mean, each another. */
    static void judgeParents(Fields fields, List<ParentReference> parents) {
        for (int i = 1; i < parents.size(); i++) {
            for (int j = 0; j < i; j++) {
                judgePair(fields, parents.get(j), parents.get(i), i, j);
            }
        }
    }

    private static void judgePair(Fields fields, ParentReference first, ParentReference second, int at, int firstAt) {
        boolean same = first.group().equals(second.group())
                && first.kind().equals(second.kind())
                && first.name().equals(second.name())
                && Objects.equals(first.namespace(), second.namespace());
        if (!same) {
            return;
        }
        String below = "parentRefs[" + at + "]";
        String hint = "the first is parentRefs[" + firstAt + "]";
        boolean distinct = (first.sectionName() == null) == (second.sectionName() == null)
                && (first.port() == null) == (second.port() == null);
        if (!distinct) {
            fields.refuse(
                    below,
                    "'" + second.name() + "' twice",
                    "sectionName or port in every reference to the same parent",
                    hint);
        } else if (Objects.equals(first.sectionName(), second.sectionName())
                && Objects.equals(first.port(), second.port())) {
            fields.refuse(below, "'" + second.name() + "' twice", "each sectionName and port of a parent once", hint);
        }
    }
}

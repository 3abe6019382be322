package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.EndpointSlice;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ManifestMetadata;
import io.bridgehead.config.manifest.Namespace;
import io.bridgehead.config.manifest.ReferenceGrant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All manifests of a set, by what they are called and by what refers to them. */
final class Inventory {
    /** The older first, then by namespace and name; what does not say when it was made counts as new. */
    static final Comparator<Manifest> BY_AGE = Comparator.<Manifest, Instant>comparing(
                    manifest -> manifest.metadata().creationTimestamp(),
                    Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(manifest -> manifest.id().namespace())
            .thenComparing(manifest -> manifest.id().name())
            .thenComparing(manifest -> manifest.id().kind());

    private final Map<ManifestId, Manifest> byId = new HashMap<>();
    private final Map<String, Map<String, String>> namespaces = new HashMap<>();
    private final Map<String, List<ReferenceGrant>> grants = new HashMap<>();
    private final Map<String, List<EndpointSlice>> slices = new HashMap<>();

    Inventory(Collection<Manifest> manifests) {
        for (Manifest manifest : manifests) {
            byId.put(manifest.id(), manifest);
            switch (manifest) {
                case Namespace namespace ->
                    namespaces.put(namespace.id().name(), namespace.metadata().labels());
                case ReferenceGrant grant -> add(grants, grant.id().namespace(), grant);
                case EndpointSlice slice -> {
                    String service = slice.serviceName();
                    if (service != null) {
                        add(slices, slice.id().namespace() + "/" + service, slice);
                    }
                }
                default -> {}
            }
        }
    }

    private static <T> void add(Map<String, List<T>> lists, String key, T value) {
        lists.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
    }

    /** All of a kind, the oldest first. */
    <T extends Manifest> List<T> all(Class<T> kind) {
        return byId.values().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .sorted(BY_AGE)
                .toList();
    }

    /** The one of this name, or null. */
    <T extends Manifest> @Nullable T find(Class<T> kind, String group, String word, String namespace, String name) {
        Manifest found = byId.get(new ManifestId(group, word, namespace, name));
        return kind.isInstance(found) ? kind.cast(found) : null;
    }

    /** The endpoints of a service. */
    List<EndpointSlice> slices(String namespace, String service) {
        return slices.getOrDefault(namespace + "/" + service, List.of());
    }

    /** The labels of a namespace; one that no manifest describes has its name only, as every namespace does. */
    Map<String, String> labels(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of(Namespace.NAME_LABEL, namespace));
    }

    /** Whether something may refer to something: in its own namespace always, in another when a grant there says so. */
    boolean permits(ManifestMetadata from, ManifestId to) {
        ManifestId who = from.id();
        if (who.namespace().equals(to.namespace())) {
            return true;
        }
        return grants.getOrDefault(to.namespace(), List.of()).stream().anyMatch(grant -> permits(grant, who, to));
    }

    private static boolean permits(ReferenceGrant grant, ManifestId who, ManifestId to) {
        boolean from = grant.from().stream()
                .anyMatch(one -> one.group().equals(who.group())
                        && one.kind().equals(who.kind())
                        && one.namespace().equals(who.namespace()));
        return from
                && grant.to().stream()
                        .anyMatch(one -> one.group().equals(to.group())
                                && one.kind().equals(to.kind())
                                && (one.name() == null || one.name().equals(to.name())));
    }
}

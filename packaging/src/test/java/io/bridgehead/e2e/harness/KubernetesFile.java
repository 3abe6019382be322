package io.bridgehead.e2e.harness;

import static io.bridgehead.e2e.harness.YamlDocuments.find;
import static io.bridgehead.e2e.harness.YamlDocuments.part;
import static io.bridgehead.e2e.harness.YamlDocuments.parts;
import static io.bridgehead.e2e.harness.YamlDocuments.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A file of Kubernetes objects around one Deployment, and what in it does not fit together. */
public final class KubernetesFile {
    private static final String POD = "spec.template.spec";
    private static final Map<String, String> KINDS = Map.of(
            "Namespace",
            "v1",
            "ConfigMap",
            "v1",
            "PersistentVolumeClaim",
            "v1",
            "Service",
            "v1",
            "Deployment",
            "apps/v1");

    private final List<Map<String, Object>> objects;
    private final List<String> problems = new ArrayList<>();

    private KubernetesFile(List<Map<String, Object>> objects) {
        this.objects = objects;
    }

    /** Reads the objects. */
    public static KubernetesFile of(String text) {
        return new KubernetesFile(YamlDocuments.read(text));
    }

    /** The objects of a kind. */
    public Stream<Map<String, Object>> all(String kind) {
        return objects.stream().filter(object -> text(object, "kind").equals(kind));
    }

    /** The only one of a kind. */
    public Map<String, Object> one(String kind) {
        List<Map<String, Object>> found = all(kind).toList();
        if (found.size() != 1) {
            throw new AssertionError("found " + found.size() + " objects of kind " + kind + ", expected one");
        }
        return found.getFirst();
    }

    /** The containers of the Deployment's pods, those that come before the others first. */
    public List<Map<String, Object>> containers() {
        Map<String, Object> deployment = one("Deployment");
        return Stream.concat(parts(deployment, POD + ".initContainers"), parts(deployment, POD + ".containers"))
                .toList();
    }

    /** Ports of the Deployment's containers, by name. */
    public Map<String, Integer> ports() {
        return containers().stream()
                .flatMap(container -> parts(container, "ports"))
                .collect(Collectors.toMap(
                        port -> text(port, "name"), port -> Integer.parseInt(text(port, "containerPort"))));
    }

    /** What does not fit together, a line each. */
    public List<String> problems() {
        problems.clear();
        objects.forEach(this::kindAndNamespace);
        Map<String, Object> deployment = one("Deployment");
        Map<String, Object> labels = part(deployment, "spec.template.metadata.labels");
        selects("Deployment", part(deployment, "spec.selector.matchLabels"), labels);
        all("Service").forEach(service -> service(service, labels));
        Set<String> mounted = new HashSet<>();
        containers().forEach(container -> container(container, mounted));
        volumes(deployment, mounted);
        return List.copyOf(problems);
    }

    private void kindAndNamespace(Map<String, Object> object) {
        String kind = text(object, "kind");
        String name = kind + "/" + text(object, "metadata.name");
        expect(text(object, "apiVersion").equals(KINDS.get(kind)), name + ": apiVersion " + text(object, "apiVersion"));
        String namespace = text(one("Namespace"), "metadata.name");
        expect(
                kind.equals("Namespace") || text(object, "metadata.namespace").equals(namespace),
                name + ": namespace '" + text(object, "metadata.namespace") + "', expected '" + namespace + "'");
    }

    private void selects(String what, Map<String, Object> selector, Map<String, Object> labels) {
        expect(
                !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet()),
                what + ": selector " + selector + ", expected labels of the pods: " + labels);
    }

    private void service(Map<String, Object> service, Map<String, Object> labels) {
        String name = "Service/" + text(service, "metadata.name");
        selects(name, part(service, "spec.selector"), labels);
        parts(service, "spec.ports").forEach(port -> named(name, text(port, "targetPort"), ports().keySet()));
    }

    private void container(Map<String, Object> container, Set<String> mounted) {
        String name = "container " + text(container, "name");
        Set<String> own =
                parts(container, "ports").map(port -> text(port, "name")).collect(Collectors.toSet());
        for (String probe : List.of("readinessProbe", "livenessProbe", "startupProbe")) {
            if (find(container, probe + ".httpGet") != null) {
                named(name + " " + probe, text(container, probe + ".httpGet.port"), own);
            }
        }
        Set<String> volumes = names("volumes");
        parts(container, "volumeMounts").forEach(mount -> {
            mounted.add(text(mount, "name"));
            expect(
                    volumes.contains(text(mount, "name")),
                    name + ": volume '" + text(mount, "name") + "', expected one of " + volumes);
        });
        parts(container, "envFrom").forEach(from -> {
            String map = text(from, "configMapRef.name");
            expect(
                    all("ConfigMap").anyMatch(one -> text(one, "metadata.name").equals(map)),
                    name + ": ConfigMap '" + map + "' is not there");
        });
    }

    private Set<String> names(String list) {
        return parts(one("Deployment"), POD + "." + list)
                .map(one -> text(one, "name"))
                .collect(Collectors.toSet());
    }

    private void volumes(Map<String, Object> deployment, Set<String> mounted) {
        parts(deployment, POD + ".volumes").forEach(volume -> {
            String name = text(volume, "name");
            expect(mounted.contains(name), "volume '" + name + "' is mounted nowhere");
            String claim = text(volume, "persistentVolumeClaim.claimName");
            expect(
                    claim.isEmpty()
                            || all("PersistentVolumeClaim")
                                    .anyMatch(one -> text(one, "metadata.name").equals(claim)),
                    "volume '" + name + "': claim '" + claim + "' is not there");
        });
    }

    private void named(String what, String port, Set<String> there) {
        expect(there.contains(port), what + ": port '" + port + "', expected one of " + there);
    }

    private void expect(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }
}

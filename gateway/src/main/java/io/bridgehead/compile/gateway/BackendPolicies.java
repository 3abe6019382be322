package io.bridgehead.compile.gateway;

import io.bridgehead.compile.gateway.Material.Fault;
import io.bridgehead.compile.gateway.Material.Found;
import io.bridgehead.config.manifest.BackendTlsPolicy;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ObjectReference;
import io.bridgehead.config.manifest.ServiceManifest;
import io.bridgehead.model.EndpointTls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which services are spoken to by TLS, and how (Gateway API v1, BackendTLSPolicy). Of policies for one target that with a section name wins over
 * that without, then the older.
 */
final class BackendPolicies {
    private final Inventory inventory;
    private final Material material;
    private final Map<String, Judged> byTarget = new HashMap<>();
    private final Map<BackendTlsPolicy, List<Condition>> conditions = new LinkedHashMap<>();
    private final Map<String, String> authorities = new LinkedHashMap<>();

    /**
     * What holds for a port of a service.
     *
     * @param tls null for clear text
     * @param refusal why it cannot be reached at all, or null
     */
    record Choice(@Nullable EndpointTls tls, @Nullable String refusal) {
        static final Choice NONE = new Choice(null, null);
    }

    private record Judged(BackendTlsPolicy policy, Choice choice) {}

    BackendPolicies(Inventory inventory, Material material) {
        this.inventory = inventory;
        this.material = material;
        inventory.all(BackendTlsPolicy.class).forEach(this::judge);
    }

    /** What holds for a port of a service. */
    Choice of(ServiceManifest service, ServiceManifest.Port port) {
        String target = service.id().namespace() + "/" + service.id().name();
        Judged exact = port.name().isEmpty() ? null : byTarget.get(target + "/" + port.name());
        Judged judged = exact == null ? byTarget.get(target) : exact;
        return judged == null ? Choice.NONE : judged.choice();
    }

    /** Certificates of authorities by the names that the choices use. */
    Map<String, String> authorities() {
        return authorities;
    }

    /** How each policy stands, the older first. */
    Map<BackendTlsPolicy, List<Condition>> conditions() {
        return conditions;
    }

    private void judge(BackendTlsPolicy policy) {
        List<Condition> all = new ArrayList<>();
        Choice choice = choice(policy, all);
        List<String> lost = new ArrayList<>();
        for (BackendTlsPolicy.TargetReference target : policy.targetRefs()) {
            if (!target.group().equals(ManifestId.CORE_GROUP) || !target.kind().equals(ServiceManifest.KIND)) {
                continue;
            }
            String section = target.sectionName() == null ? "" : "/" + target.sectionName();
            String key = policy.id().namespace() + "/" + target.name() + section;
            Judged first = byTarget.putIfAbsent(key, new Judged(policy, choice));
            if (first != null) {
                lost.add("Service " + target.name() + section + " has "
                        + first.policy().id());
            }
        }
        if (!lost.isEmpty()) {
            all.add(0, Condition.no(Condition.ACCEPTED, "Conflicted", String.join("; ", lost)));
        } else if (choice.refusal() != null) {
            all.add(0, Condition.no(Condition.ACCEPTED, "NoValidCACertificate", choice.refusal()));
        } else {
            all.add(0, targets(policy));
        }
        conditions.put(policy, List.copyOf(all));
    }

    private Condition targets(BackendTlsPolicy policy) {
        List<String> missing = policy.targetRefs().stream()
                .filter(target -> inventory.find(
                                ServiceManifest.class,
                                target.group(),
                                target.kind(),
                                policy.id().namespace(),
                                target.name())
                        == null)
                .map(BackendTlsPolicy.TargetReference::name)
                .toList();
        return missing.size() == policy.targetRefs().size()
                ? Condition.no(Condition.ACCEPTED, "TargetNotFound", "no such service: " + String.join(", ", missing))
                : Condition.yes(Condition.ACCEPTED, "it is in force");
    }

    private Choice choice(BackendTlsPolicy policy, List<Condition> all) {
        BackendTlsPolicy.Validation validation = policy.validation();
        String known = validation.wellKnownCACertificates();
        if (known != null && !known.isEmpty()) {
            if (!known.equals("System")) {
                all.add(Condition.no(
                        Condition.RESOLVED_REFS, "InvalidCACertificateRef", "'" + known + "': expected System"));
                return new Choice(null, policy.id() + ": wellKnownCACertificates '" + known + "' is not known");
            }
            all.add(Condition.yes(Condition.RESOLVED_REFS, "the system's authorities"));
            return new Choice(tls(validation, EndpointTls.SYSTEM), null);
        }
        StringBuilder pem = new StringBuilder();
        @Nullable Condition bad = null;
        for (ObjectReference reference : validation.caCertificateRefs()) {
            switch (material.authorities(policy.metadata(), reference)) {
                case Found.Good<String>(String text) -> pem.append(text).append('\n');
                case Found.Bad<String>(Fault fault, String message) ->
                    bad = Condition.no(
                            Condition.RESOLVED_REFS,
                            fault == Fault.KIND ? "InvalidKind" : "InvalidCACertificateRef",
                            message);
            }
        }
        all.add(bad == null ? Condition.yes(Condition.RESOLVED_REFS, "all references are there") : bad);
        if (pem.isEmpty()) {
            return new Choice(
                    null, policy.id() + ": no authority is valid" + (bad == null ? "" : ": " + bad.message()));
        }
        String name = "policy:" + policy.id().namespace() + "/" + policy.id().name();
        authorities.put(name, pem.toString());
        return new Choice(tls(validation, name), null);
    }

    private static EndpointTls tls(BackendTlsPolicy.Validation validation, String authorities) {
        List<EndpointTls.SubjectName> names = new ArrayList<>();
        for (BackendTlsPolicy.SubjectAltName name : validation.subjectAltNames()) {
            names.add(
                    switch (name.type()) {
                        case HOSTNAME ->
                            new EndpointTls.SubjectName.Hostname(name.value().toLowerCase(Locale.ROOT));
                        case URI -> new EndpointTls.SubjectName.Uri(name.value());
                    });
        }
        return new EndpointTls(
                validation.hostname(), authorities, null, false, false, new EndpointTls.Manifest(names, null));
    }
}

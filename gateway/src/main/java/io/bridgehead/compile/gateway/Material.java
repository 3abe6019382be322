package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.Blob;
import io.bridgehead.config.manifest.ConfigMap;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ManifestMetadata;
import io.bridgehead.config.manifest.ObjectReference;
import io.bridgehead.config.manifest.SecretManifest;
import io.bridgehead.routing.GatewayPort;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Resolves references to certificates and authorities. */
final class Material {
    private final Inventory inventory;
    private final GatewayPort.MaterialCheck check;

    Material(Inventory inventory, GatewayPort.MaterialCheck check) {
        this.inventory = inventory;
        this.check = check;
    }

    /** What became of a reference: the value, or the standard reason and a message why not. */
    sealed interface Found<T> {
        /** It is there and right. */
        record Good<T>(T value) implements Found<T> {}

        /** It is not. */
        record Bad<T>(Fault fault, String message) implements Found<T> {}
    }

    /** What can be wrong with a reference. */
    enum Fault {
        /** It is not there, or not what it should be. */
        INVALID,
        /** It is of a kind that is not served. */
        KIND,
        /** It is in another namespace, and no grant there allows it. */
        NOT_PERMITTED
    }

    /** A certificate with its key, for clients to see. */
    Found<GatewayPort.Certificate> certificate(ManifestMetadata from, ObjectReference reference) {
        return pair(from, reference, check::problem);
    }

    /** A certificate with its key, for endpoints to see. */
    Found<GatewayPort.Certificate> clientCertificate(ManifestMetadata from, ObjectReference reference) {
        return pair(from, reference, check::clientProblem);
    }

    private Found<GatewayPort.Certificate> pair(
            ManifestMetadata from,
            ObjectReference reference,
            Function<GatewayPort.Certificate, @Nullable String> problemOf) {
        if (!isCore(reference, SecretManifest.KIND)) {
            return new Found.Bad<>(Fault.KIND, shown(reference) + ": expected a Secret");
        }
        ManifestId id = id(from, reference);
        if (!inventory.permits(from, id)) {
            return notPermitted(id);
        }
        SecretManifest secret = inventory.find(SecretManifest.class, id.group(), id.kind(), id.namespace(), id.name());
        if (secret == null) {
            return new Found.Bad<>(Fault.INVALID, id + ": there is none");
        }
        Blob certificate = secret.get("tls.crt");
        Blob key = secret.get("tls.key");
        if (certificate == null || key == null) {
            return new Found.Bad<>(Fault.INVALID, id + ": expected the keys tls.crt and tls.key");
        }
        GatewayPort.Certificate found = new GatewayPort.Certificate(id.toString(), certificate.text(), key.text());
        String problem = problemOf.apply(found);
        return problem == null ? new Found.Good<>(found) : new Found.Bad<>(Fault.INVALID, id + ": " + problem);
    }

    /** Certificates of authorities, as PEM. */
    Found<String> authorities(ManifestMetadata from, ObjectReference reference) {
        if (!isCore(reference, ConfigMap.KIND)) {
            return new Found.Bad<>(Fault.KIND, shown(reference) + ": expected a ConfigMap");
        }
        ManifestId id = id(from, reference);
        if (!inventory.permits(from, id)) {
            return notPermitted(id);
        }
        ConfigMap map = inventory.find(ConfigMap.class, id.group(), id.kind(), id.namespace(), id.name());
        String pem = map == null ? null : map.text("ca.crt");
        if (pem == null) {
            String what = map == null ? "there is none" : "expected the key ca.crt";
            return new Found.Bad<>(Fault.INVALID, id + ": " + what);
        }
        String problem = check.authorityProblem(id.toString(), pem);
        return problem == null ? new Found.Good<>(pem) : new Found.Bad<>(Fault.INVALID, id + ": " + problem);
    }

    private static <T> Found<T> notPermitted(ManifestId id) {
        return new Found.Bad<>(
                Fault.NOT_PERMITTED, id + ": no ReferenceGrant in namespace " + id.namespace() + " allows it");
    }

    private static boolean isCore(ObjectReference reference, String kind) {
        return reference.group().equals(ManifestId.CORE_GROUP)
                && reference.kind().equals(kind);
    }

    private static ManifestId id(ManifestMetadata from, ObjectReference reference) {
        String namespace = reference.namespace() == null ? from.namespace() : reference.namespace();
        return new ManifestId(reference.group(), reference.kind(), namespace, reference.name());
    }

    private static String shown(ObjectReference reference) {
        return (reference.group().isEmpty() ? "" : reference.group() + "/") + reference.kind() + " " + reference.name();
    }
}

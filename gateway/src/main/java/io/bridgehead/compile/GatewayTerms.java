package io.bridgehead.compile;

import io.bridgehead.config.manifest.SecretManifest;
import io.bridgehead.routing.GatewayPort;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a node makes of the Gateways of the documents.
 *
 * @param opened those whose listeners it opens, each {@code namespace/name}
 * @param secrets what they refer to
 * @param check judges certificates
 */
public record GatewayTerms(Set<String> opened, List<SecretManifest> secrets, GatewayPort.MaterialCheck check) {
    /** It opens none. */
    public static final GatewayTerms NONE = new GatewayTerms(Set.of(), List.of(), GatewayPort.MaterialCheck.NONE);

    /** It opens these, has no Secrets and takes every certificate: for questions about routes. */
    public static GatewayTerms opening(Collection<String> opened) {
        return new GatewayTerms(Set.copyOf(opened), List.of(), GatewayPort.MaterialCheck.NONE);
    }

    public GatewayTerms {
        opened = Set.copyOf(opened);
        secrets = List.copyOf(secrets);
    }
}

package io.bridgehead.config.manifest;

import org.jspecify.annotations.Nullable;

/**
 * A {@code GatewayClass}: which controller serves the gateways that name it.
 *
 * @param controllerName a path with a domain before it
 * @param parametersRef what configures the controller; null when not given
 */
public record GatewayClass(
        ManifestMetadata metadata,
        String controllerName,
        @Nullable ObjectReference parametersRef,
        ManifestSource source)
        implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "GatewayClass";
}

package io.bridgehead.config.manifest;

/** One Kubernetes manifest, read and with its defaults filled in. */
public sealed interface Manifest
        permits Gateway,
                GatewayClass,
                ListenerSet,
                Route,
                ReferenceGrant,
                BackendTlsPolicy,
                ServiceManifest,
                EndpointSlice,
                SecretManifest,
                ConfigMap,
                Namespace {
    /** What it says of itself. */
    ManifestMetadata metadata();

    /** Where it stands. */
    ManifestSource source();

    /** What it is called; unique in a set. */
    default ManifestId id() {
        return metadata().id();
    }
}

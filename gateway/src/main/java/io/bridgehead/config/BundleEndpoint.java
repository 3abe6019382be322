package io.bridgehead.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The port at which others fetch the bundle of this trust domain.
 *
 * @param web the certificate for {@code https_web}; null when the node shows its own identity ({@code https_spiffe})
 */
public record BundleEndpoint(
        InetAddress address, int port, String path, EdgeSettings.@Nullable CertificateFiles web, Duration refreshHint) {
    /** What logs and status call the port; no listener can have this name. */
    public static final String LISTENER = "identity.bundleEndpoint";

    /** The same with every path resolved against a folder. */
    public BundleEndpoint in(Path folder) {
        return new BundleEndpoint(address, port, path, web == null ? null : web.in(folder), refreshHint);
    }
}

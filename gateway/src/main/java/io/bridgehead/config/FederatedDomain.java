package io.bridgehead.config;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A trust domain whose identities a node knows, and where its bundle comes from.
 *
 * @param endpoint null when the bundle is a file alone
 * @param endpointSpiffeId who the endpoint is; null unless the profile is {@link Profile#HTTPS_SPIFFE}
 * @param authorities of the endpoint's web certificate; null for those of the platform
 * @param bundle the first bundle, or the only one without an endpoint
 * @param keepFor how long the last good bundle is used
 */
public record FederatedDomain(
        TrustDomain trustDomain,
        @Nullable URI endpoint,
        Profile profile,
        @Nullable SpiffeId endpointSpiffeId,
        @Nullable Path authorities,
        @Nullable Path bundle,
        Duration keepFor) {
    /** How a bundle endpoint proves itself. */
    public enum Profile {
        HTTPS_WEB("https_web"),
        HTTPS_SPIFFE("https_spiffe");

        private final String word;

        Profile(String word) {
            this.word = word;
        }

        /** As the file writes it. */
        public String word() {
            return word;
        }
    }

    /** The same with every path resolved against a folder. */
    public FederatedDomain in(Path folder) {
        return new FederatedDomain(
                trustDomain,
                endpoint,
                profile,
                endpointSpiffeId,
                authorities == null ? null : folder.resolve(authorities),
                bundle == null ? null : folder.resolve(bundle),
                keepFor);
    }
}

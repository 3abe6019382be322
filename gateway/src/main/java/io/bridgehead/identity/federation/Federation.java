package io.bridgehead.identity.federation;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A trust domain whose identities this one knows, and where its bundle comes from.
 *
 * @param endpoint null when the bundle is a file alone
 * @param profile how the endpoint is known
 * @param endpointId who the endpoint is, for {@link Profile#HTTPS_SPIFFE}, else null
 * @param authorities PEM file of authorities for {@link Profile#HTTPS_WEB}; null for those of the platform
 * @param bundle file with the bundle, PEM or a SPIFFE bundle document: the first one, or the only one without an endpoint; may be null otherwise
 * @param keepFor how long the last good bundle is used after it was fetched or found unchanged
 */
public record Federation(
        TrustDomain trustDomain,
        @Nullable URI endpoint,
        Profile profile,
        @Nullable SpiffeId endpointId,
        @Nullable Path authorities,
        @Nullable Path bundle,
        Duration keepFor) {
    /** How an endpoint proves itself (SPIFFE Federation specification, section 5.2). */
    public enum Profile {
        /** By the name in its URL and an authority of the web. */
        HTTPS_WEB,
        /** By an X.509-SVID. */
        HTTPS_SPIFFE
    }

    /** Where the bundle comes from, for people. */
    public String source() {
        return endpoint == null ? String.valueOf(bundle) : endpoint.toString();
    }
}

package io.bridgehead.config.read;

import io.bridgehead.config.BundleEndpoint;
import io.bridgehead.config.EdgeSettings.CertificateFiles;
import io.bridgehead.config.FederatedDomain;
import io.bridgehead.config.FederatedDomain.Profile;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The keys of {@code identity} that are about other trust domains. */
final class FederationKeys {
    private static final Key<TrustDomain> TRUST_DOMAIN = Key.required(
            "trustDomain",
            Scalars.trustDomain(),
            "The other trust domain; its members are judged by its own bundle alone.");
    private static final Key<URI> ENDPOINT = Key.optional(
            "endpoint",
            ScalarType.text("a URL, such as https://bundles.partner.example/bundle", FederationKeys::url),
            "Where its bundle is fetched, as often as the bundle says. Without it: `bundle` is a file that is watched.");
    private static final Key<Profile> PROFILE = Key.defaulted(
            "profile",
            Scalars.choice(Profile.class, Profile::word),
            "https_spiffe",
            "How the endpoint proves itself: by an X.509-SVID, or by an authority of the web and the name in its URL.");
    private static final Key<SpiffeId> ENDPOINT_ID = Key.optional(
            "endpointSpiffeId", Scalars.spiffeId(), "Who the endpoint is, for `https_spiffe`; required there.");
    private static final Key<Path> AUTHORITIES = Key.optional(
            "authorities",
            Scalars.path(),
            "Authorities of the endpoint's certificate for `https_web`, PEM. Without it: those of the platform.");
    private static final Key<Path> BUNDLE = Key.optional(
            "bundle",
            Scalars.path(),
            "The bundle, PEM or a SPIFFE bundle document: the first one, for an endpoint that shows an identity of the same trust domain, or the only one.");
    private static final Key<Duration> KEEP_FOR = Key.defaulted(
            "keepFor",
            Scalars.duration("1m", "8760h"),
            "168h",
            "How long the last good bundle of an endpoint is used when none comes any more; then nobody of it is trusted.");

    static final Section<FederatedDomain> DOMAIN = Section.of(
            "identity.federation[]",
            FederationKeys::domain,
            TRUST_DOMAIN,
            ENDPOINT,
            PROFILE,
            ENDPOINT_ID,
            AUTHORITIES,
            BUNDLE,
            KEEP_FOR);

    private static final Key<InetAddress> ADDRESS =
            Key.defaulted("address", ConfigTypes.address(), "0.0.0.0", "Where it listens.");
    private static final Key<Integer> PORT =
            Key.required("port", Scalars.integer(1, 65_535), "Served over TLS to everybody; a bundle is no secret.");
    private static final Key<String> PATH = Key.defaulted(
            "path", ScalarType.text("a path, such as /bundle", FederationKeys::path), "/", "Of the bundle in the URL.");
    private static final Key<Path> CERTIFICATE = Key.optional(
            "certificate",
            Scalars.path(),
            "A certificate with the host names of the URL, then each issuer, PEM, for `https_web`. Without it the node shows its own identity: `https_spiffe`.");
    private static final Key<Path> KEY = Key.optional("key", Scalars.path(), "Its private key, PEM, not encrypted.");
    private static final Key<Duration> REFRESH = Key.defaulted(
            "refreshHint",
            Scalars.duration("5s", "24h"),
            "5m",
            "How often others are asked to look: a root that is added should be there for three to five times that before it signs.");
    static final Section<BundleEndpoint> ENDPOINT_SECTION = Section.of(
            "identity.bundleEndpoint", FederationKeys::endpoint, ADDRESS, PORT, PATH, CERTIFICATE, KEY, REFRESH);

    private FederationKeys() {}

    private static @Nullable FederatedDomain domain(Fields fields) {
        int before = fields.problems();
        TrustDomain trustDomain = fields.get(TRUST_DOMAIN);
        URI endpoint = fields.find(ENDPOINT);
        Profile profile = fields.get(PROFILE);
        SpiffeId id = fields.find(ENDPOINT_ID);
        if (endpoint == null && !fields.isGiven(BUNDLE)) {
            fields.refuse(
                    ENDPOINT, null, "an endpoint, or a bundle in a file", "there is nothing to know its members by");
        }
        boolean spiffe = endpoint != null && profile == Profile.HTTPS_SPIFFE;
        if (spiffe && id == null) {
            fields.refuse(ENDPOINT_ID, null, "the SPIFFE ID of the endpoint", "profile https_spiffe knows it by that");
        }
        if (spiffe && id != null && id.trustDomain().equals(trustDomain) && !fields.isGiven(BUNDLE)) {
            fields.refuse(
                    BUNDLE,
                    null,
                    "the first bundle of '" + trustDomain + "', which its administrators hand over",
                    "nothing else says whether the endpoint is the right one");
        }
        if (!spiffe && id != null) {
            fields.refuse(
                    ENDPOINT_ID, fields.shown(ENDPOINT_ID), "an endpoint with profile: https_spiffe beside it", null);
        }
        if (fields.isGiven(AUTHORITIES) && (endpoint == null || spiffe)) {
            fields.refuse(
                    AUTHORITIES, fields.shown(AUTHORITIES), "an endpoint with profile: https_web beside it", null);
        }
        return fields.problems() > before
                ? null
                : new FederatedDomain(
                        trustDomain,
                        endpoint,
                        profile,
                        id,
                        fields.find(AUTHORITIES),
                        fields.find(BUNDLE),
                        fields.get(KEEP_FOR));
    }

    private static @Nullable BundleEndpoint endpoint(Fields fields) {
        Path certificate = fields.find(CERTIFICATE);
        Path key = fields.find(KEY);
        if ((certificate == null) != (key == null)) {
            fields.refuse(certificate == null ? CERTIFICATE : KEY, null, "both certificate and key, or none", null);
            return null;
        }
        return new BundleEndpoint(
                fields.get(ADDRESS),
                fields.get(PORT),
                fields.get(PATH),
                certificate == null || key == null ? null : new CertificateFiles(certificate, key, null),
                fields.get(REFRESH));
    }

    private static URI url(String text) {
        try {
            URI url = URI.create(text);
            if ("https".equals(url.getScheme()) && url.getHost() != null && url.getRawUserInfo() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected https:// and no spaces", e);
        }
        throw new IllegalArgumentException("expected https://, a host and a path, without user information");
    }

    private static String path(String text) {
        if (!text.startsWith("/") || text.chars().anyMatch(c -> c <= ' ' || c >= 0x7F || c == '?' || c == '#')) {
            throw new IllegalArgumentException("expected a path that begins with /, without ? and #");
        }
        return text;
    }
}

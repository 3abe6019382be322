package io.bridgehead.config.read;

import io.bridgehead.config.BundleEndpoint;
import io.bridgehead.config.FederatedDomain;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.Identity;
import io.bridgehead.config.NodeConfig.IssuingAuthority;
import io.bridgehead.config.NodeConfig.KeyFiles;
import io.bridgehead.config.NodeConfig.RemoteRenewal;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of {@code identity}: who the node is to other nodes, and who says so. */
final class IdentityKeys {
    private static final int SOCKET_CHARACTERS_MAX = 100;

    private static final Key<Path> CERTIFICATE = Key.defaulted(
            "certificate",
            Scalars.path(),
            "node.crt",
            "The node's certificate chain, PEM; its SPIFFE ID names site and node.");
    private static final Key<Path> KEY = Key.defaulted(
            "key",
            Scalars.path(),
            "node.key",
            "Its private key, PEM; may be the same file, and must be where the node renews its identity itself.");
    private static final Key<Path> BUNDLE =
            Key.defaulted("bundle", Scalars.path(), "ca.crt", "The authorities of the trust domain, PEM.");
    private static final Key<Path> CRL = Key.optional(
            "crl",
            Scalars.path(),
            "Lists of certificates that their issuers have revoked (RFC 5280), PEM or DER, at most 1 MiB and 64 lists. Whom they name is refused, and cut off where it is connected.");
    private static final Section<KeyFiles> FILES_SECTION = Section.of(
            "identity.files",
            fields -> new KeyFiles(fields.get(CERTIFICATE), fields.get(KEY), fields.get(BUNDLE), fields.find(CRL)),
            CERTIFICATE,
            KEY,
            BUNDLE,
            CRL);

    private static final Key<Path> AUTHORITY_FOLDER = Key.defaulted(
            "folder",
            Scalars.path(),
            "authority",
            "What `bridgehead init` made; tokens and what was given are kept there.");
    private static final Key<Duration> LIFETIME = Key.defaulted(
            "lifetime",
            Scalars.duration("5s", "2160h"),
            "24h",
            "How long identities of nodes are valid; they are renewed after half of it.");
    private static final Section<IssuingAuthority> AUTHORITY_SECTION = Section.of(
            "identity.authority",
            fields -> new IssuingAuthority(fields.get(AUTHORITY_FOLDER), fields.get(LIFETIME)),
            AUTHORITY_FOLDER,
            LIFETIME);

    private static final Key<List<HostPort>> FROM = Key.required(
            "from", new ListType<>(Scalars.hostPort(), 1, 100), "Tunnel ports of nodes with `identity.authority`.");
    private static final Key<List<SpiffeId>> ISSUERS = Key.required(
            "issuers",
            new ListType<>(Scalars.spiffeId(), 1, 100),
            "The nodes that may answer there: they decide on this node's identity and bundle.");
    private static final Section<RemoteRenewal> RENEWAL_SECTION = Section.of(
            "identity.renewal", fields -> new RemoteRenewal(fields.get(FROM), fields.get(ISSUERS)), FROM, ISSUERS);

    private static final Key<TrustDomain> TRUST_DOMAIN = Key.defaulted(
            "trustDomain",
            Scalars.trustDomain(),
            NodeConfig.TRUST_DOMAIN_DEFAULT.value(),
            "The SPIFFE trust domain of the fabric; the certificate must be of it.");
    private static final Key<KeyFiles> FILES = Key.defaulted(
            "files", FILES_SECTION, "{}", "Key material in files; watched, and taken up without a restart.");
    private static final Key<IssuingAuthority> AUTHORITY = Key.optional(
            "authority",
            AUTHORITY_SECTION,
            "This node gives nodes of the trust domain their identities, and renews its own. `bridgehead init` writes it.");
    private static final Key<RemoteRenewal> RENEWAL = Key.optional(
            "renewal",
            RENEWAL_SECTION,
            "Another node's authority renews this node's identity after half of its time. `bridgehead join` writes it.");

    private static final Key<Path> WORKLOAD_API = Key.optional(
            "workloadApi",
            ScalarType.text("a Unix socket, such as unix:///run/spire/agent.sock", IdentityKeys::socket),
            "The socket of a SPIFFE agent. Identity, bundle and revocations come from there, and not from `files`; the agent must give this process the node's SPIFFE ID.");

    private static final Key<List<FederatedDomain>> FEDERATION = Key.defaulted(
            "federation",
            new ListType<>(FederationKeys.DOMAIN, 0, 100),
            "[]",
            "Other trust domains whose members may show their identities at listeners that ask for certificates. What they may call, `allow` and policies say by name.");
    private static final Key<BundleEndpoint> BUNDLE_ENDPOINT = Key.optional(
            "bundleEndpoint",
            FederationKeys.ENDPOINT_SECTION,
            "A port at which other trust domains fetch the bundle of this one (SPIFFE Federation).");

    static final Section<Identity> SECTION = Section.of(
            "identity",
            IdentityKeys::build,
            TRUST_DOMAIN,
            FILES,
            AUTHORITY,
            RENEWAL,
            WORKLOAD_API,
            FEDERATION,
            BUNDLE_ENDPOINT);

    private IdentityKeys() {}

    private static @Nullable Identity build(Fields fields) {
        KeyFiles files = fields.get(FILES);
        IssuingAuthority authority = fields.find(AUTHORITY);
        RemoteRenewal renewal = fields.find(RENEWAL);
        int before = fields.problems();
        if (authority != null && renewal != null) {
            fields.refuse(
                    RENEWAL,
                    "beside 'authority'",
                    "one of them: a node with an authority renews its own identity",
                    null);
        }
        Path workloadApi = fields.find(WORKLOAD_API);
        if (workloadApi != null && (authority != null || renewal != null || fields.isGiven(FILES))) {
            fields.refuse(
                    WORKLOAD_API,
                    fields.shown(WORKLOAD_API),
                    "it alone, without 'files', 'authority' and 'renewal': one source says who the node is",
                    null);
        }
        if ((authority != null || renewal != null) && !files.certificate().equals(files.key())) {
            fields.refuse(
                    FILES,
                    "certificate '" + files.certificate() + "' and key '" + files.key() + "'",
                    "the same file for both, so that a renewal replaces both at once",
                    "put the key and the certificates into one file with permissions 0600");
        }
        judgeFederation(fields);
        return fields.problems() == before
                ? new Identity(
                        fields.get(TRUST_DOMAIN),
                        files,
                        authority,
                        renewal,
                        workloadApi,
                        fields.get(FEDERATION),
                        fields.find(BUNDLE_ENDPOINT))
                : null;
    }

    private static void judgeFederation(Fields fields) {
        Set<TrustDomain> seen = new HashSet<>(Set.of(fields.get(TRUST_DOMAIN)));
        for (FederatedDomain domain : fields.get(FEDERATION)) {
            if (!seen.add(domain.trustDomain())) {
                fields.refuse(
                        FEDERATION,
                        "trust domain '" + domain.trustDomain() + "' again",
                        "each other trust domain once, and not the fabric's own",
                        null);
            }
        }
    }

    private static Path socket(String text) {
        String prefix = "unix://";
        String path = text.startsWith(prefix) ? text.substring(prefix.length()) : "";
        if (!path.startsWith("/") || path.length() > SOCKET_CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "expected unix:// and an absolute path of at most " + SOCKET_CHARACTERS_MAX + " characters");
        }
        return Path.of(path);
    }

    /** The same with every path taken from a folder. */
    static Identity in(Path folder, Identity written) {
        KeyFiles files = written.files();
        IssuingAuthority authority = written.authority();
        return new Identity(
                written.trustDomain(),
                new KeyFiles(
                        folder.resolve(files.certificate()),
                        folder.resolve(files.key()),
                        folder.resolve(files.bundle()),
                        files.crl() == null ? null : folder.resolve(files.crl())),
                authority == null
                        ? null
                        : new IssuingAuthority(folder.resolve(authority.folder()), authority.lifetime()),
                written.renewal(),
                written.workloadApi(),
                written.federation().stream().map(domain -> domain.in(folder)).toList(),
                written.bundleEndpoint() == null
                        ? null
                        : written.bundleEndpoint().in(folder));
    }
}

package io.bridgehead.config.read;

import io.bridgehead.config.NodeConfig.EndpointAuthorities;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.SpiffeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of TLS to endpoints: in a {@code Service} document what is asked of them, in {@code gateway.yaml} whose word counts. */
final class EndpointTlsKeys {
    private static final int AUTHORITIES_MAX = 100;

    private static final Key<String> SERVER_NAME = Key.optional(
            "serverName",
            serverName(),
            "What is asked for (SNI) and what the certificate must name. Without it: the endpoint's own host.");
    private static final Key<String> AUTHORITIES = Key.optional(
            "authorities",
            Scalars.label("the name of authorities"),
            "Who must have certified the endpoint: `system`, those that the Java platform trusts; `bundle`, those of the fabric's trust domain;"
                    + " or a name under `endpointTls.authorities` of each node's `gateway.yaml`. Without it: `system`, or `bundle` with `spiffeId`.");
    private static final Key<SpiffeId> SPIFFE_ID = Key.optional(
            "spiffeId",
            Scalars.spiffeId(),
            "The certificate must be an SVID of this ID. Without it: it must name the server.");
    private static final Key<ClientCertificate> CLIENT_CERTIFICATE = Key.defaulted(
            "clientCertificate",
            Scalars.choice(ClientCertificate.class, choice -> choice.name().toLowerCase(Locale.ROOT)),
            "none",
            "Whether the node shows its own certificate, its SVID, to endpoints that ask for one.");
    private static final Key<Boolean> SKIP_VERIFY = Key.defaulted(
            "unsafeSkipVerify",
            Scalars.truth(),
            "false",
            "Takes any certificate: whoever is on the way to the endpoint reads and changes everything.");

    static final Section<EndpointTls> SERVICE = Section.of(
            "spec.tls", EndpointTlsKeys::build, SERVER_NAME, AUTHORITIES, SPIFFE_ID, CLIENT_CERTIFICATE, SKIP_VERIFY);

    private static final Key<Map<String, Path>> FILES = Key.defaulted(
            "authorities",
            new MapType<>("name", Scalars.label("the name of authorities"), Scalars.path(), 0, AUTHORITIES_MAX),
            "{}",
            "PEM files of authorities, by the names that documents use; watched, and taken up without a restart.");
    private static final Key<Duration> HANDSHAKE = Key.defaulted(
            "handshakeTimeout",
            Scalars.duration("10ms", "1m"),
            "5s",
            "For the TLS handshake with an endpoint, after the connection has opened.");
    static final Section<EndpointAuthorities> NODE =
            Section.of("endpointTls", EndpointTlsKeys::buildNode, FILES, HANDSHAKE);

    private EndpointTlsKeys() {}

    /** Which certificate is shown to endpoints. */
    private enum ClientCertificate {
        NONE,
        NODE
    }

    private static @Nullable EndpointTls build(Fields fields) {
        int before = fields.problems();
        SpiffeId id = fields.find(SPIFFE_ID);
        String authorities = fields.find(AUTHORITIES);
        boolean skip = fields.get(SKIP_VERIFY);
        if (skip && (id != null || authorities != null)) {
            fields.refuse(
                    SKIP_VERIFY,
                    fields.shown(SKIP_VERIFY) + " beside " + (id != null ? "spiffeId" : "authorities"),
                    "one of them",
                    "nothing is checked with unsafeSkipVerify");
        }
        if (authorities == null) {
            authorities = id == null ? EndpointTls.SYSTEM : EndpointTls.BUNDLE;
        }
        boolean own = fields.get(CLIENT_CERTIFICATE) == ClientCertificate.NODE;
        return fields.problems() > before
                ? null
                : new EndpointTls(fields.find(SERVER_NAME), authorities, id, own, skip);
    }

    private static @Nullable EndpointAuthorities buildNode(Fields fields) {
        int before = fields.problems();
        for (String name : fields.get(FILES).keySet()) {
            if (name.equals(EndpointTls.SYSTEM) || name.equals(EndpointTls.BUNDLE)) {
                fields.refuse(
                        "authorities." + name,
                        "'" + name + "'",
                        "another name",
                        "'" + name + "' has a meaning of its own in documents");
            }
        }
        return fields.problems() > before ? null : new EndpointAuthorities(fields.get(FILES), fields.get(HANDSHAKE));
    }

    private static ScalarType<String> serverName() {
        ScalarType<String> hostname = Scalars.hostname();
        String expected = "a host name without a wildcard, such as orders.example.internal";
        return ScalarType.text(expected, text -> {
            if (text.startsWith("*")) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return hostname.parser().apply(text);
        });
    }
}

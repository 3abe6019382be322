package io.bridgehead.config.read;

import io.bridgehead.config.EdgeSettings;
import io.bridgehead.config.EdgeSettings.CertificateFiles;
import io.bridgehead.config.EdgeSettings.ClientCertificates;
import io.bridgehead.config.EdgeSettings.ForwardClientCertificate;
import io.bridgehead.config.EdgeSettings.Tls;
import io.bridgehead.config.EdgeSettings.TlsVersion;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of a listener that say how HTTP is served there. */
final class EdgeKeys {
    private static final Key<Path> CERTIFICATE = Key.required(
            "certificate",
            Scalars.path(),
            "The certificate, then each issuer, PEM; it must bear the host names that clients use. Watched, like the other files.");
    private static final Key<Path> KEY = Key.required("key", Scalars.path(), "Its private key, PEM, not encrypted.");
    private static final Key<Path> STAPLE = Key.optional(
            "ocspStaple",
            Scalars.path(),
            "An OCSP response for the certificate, DER; sent to clients until it expires.");
    private static final Section<CertificateFiles> CERTIFICATE_SECTION = Section.of(
            "certificates",
            fields -> new CertificateFiles(fields.get(CERTIFICATE), fields.get(KEY), fields.find(STAPLE)),
            CERTIFICATE,
            KEY,
            STAPLE);

    private static final Key<List<CertificateFiles>> CERTIFICATES = Key.required(
            "certificates",
            new ListType<>(CERTIFICATE_SECTION, 1, 1000),
            "Chosen by the server name that the client asks for: the exact name, then a wildcard, then the first in the list.");
    private static final Key<TlsVersion> MIN_VERSION = Key.defaulted(
            "minVersion",
            version(),
            "1.2",
            "The oldest version of TLS: 1.2 or 1.3. Suites are AEAD with forward secrecy.");
    private static final Key<ClientCertificates> CLIENTS = Key.defaulted(
            "clientCertificates",
            Scalars.choice(ClientCertificates.class, ClientCertificates::word),
            "none",
            "Whether clients show a certificate. A valid X.509-SVID of the trust domain is the caller's identity.");
    private static final Key<Path> AUTHORITIES = Key.optional(
            "clientAuthorities",
            Scalars.path(),
            "Authorities of client certificates without SPIFFE ID, PEM. Without it: the trust bundle of the node.");
    private static final Key<Path> CLIENT_CRL = Key.optional(
            "clientCrl",
            Scalars.path(),
            "Lists of client certificates that their issuers have revoked (RFC 5280), PEM or DER; beside those of `identity`.");
    private static final Key<Boolean> HYBRID = Key.defaulted(
            "requireHybrid",
            Scalars.truth(),
            "false",
            "Refuses clients, and TLS libraries, without X25519MLKEM768; needs minVersion 1.3.");
    private static final Section<Tls> TLS_SECTION = Section.of(
            "listeners[].tls", EdgeKeys::tls, CERTIFICATES, MIN_VERSION, CLIENTS, AUTHORITIES, CLIENT_CRL, HYBRID);

    static final Key<Tls> TLS =
            Key.optional("tls", TLS_SECTION, "TLS of a listener with protocol HTTPS; required there.");
    static final Key<Boolean> HTTP2 = Key.optional(
            "http2",
            Scalars.truth(),
            "Whether clients may speak HTTP/2: by ALPN on HTTPS (default true), by prior knowledge on HTTP (default false).");
    static final Key<ForwardClientCertificate> FORWARD = Key.defaulted(
            "forwardClientCertificate",
            Scalars.choice(ForwardClientCertificate.class, ForwardClientCertificate::word),
            "sanitizeSet",
            "What endpoints see in `X-Forwarded-Client-Cert`, by the rules of Envoy.");
    static final Key<Boolean> UNSAFE_FORWARD = Key.defaulted(
            "unsafeForwardedCertificates",
            Scalars.truth(),
            "false",
            "Allows `forwardClientCertificate: alwaysForwardOnly`: everybody who reaches the port can claim any certificate.");

    private EdgeKeys() {}

    private static ScalarType<TlsVersion> version() {
        String expected = "1.2 or 1.3";
        return new ScalarType<>(ScalarType.Form.NUMBER, expected, null, List.of(), false, text -> switch (text) {
            case "1.2" -> TlsVersion.V1_2;
            case "1.3" -> TlsVersion.V1_3;
            default -> throw new IllegalArgumentException("expected " + expected);
        });
    }

    private static @Nullable Tls tls(Fields fields) {
        if (fields.get(HYBRID) && fields.get(MIN_VERSION) == TlsVersion.V1_2) {
            fields.refuse(
                    MIN_VERSION,
                    fields.shown(MIN_VERSION),
                    "1.3 beside requireHybrid: true",
                    "TLS 1.2 has no hybrid key exchange");
            return null;
        }
        for (Key<Path> about : List.of(AUTHORITIES, CLIENT_CRL)) {
            if (fields.isGiven(about) && fields.get(CLIENTS) == ClientCertificates.NONE) {
                fields.refuse(
                        about,
                        fields.shown(about),
                        "clientCertificates: optional or required beside it",
                        "clients are not asked for a certificate");
                return null;
            }
        }
        return new Tls(
                fields.get(CERTIFICATES),
                fields.get(MIN_VERSION),
                fields.get(CLIENTS),
                fields.find(AUTHORITIES),
                fields.find(CLIENT_CRL),
                fields.get(HYBRID));
    }

    /** The settings as written; paths are not resolved yet. */
    static EdgeSettings read(Fields fields, ListenerProtocol protocol) {
        Boolean http2 = fields.find(HTTP2);
        boolean secured = protocol == ListenerProtocol.HTTPS;
        boolean http = secured || protocol == ListenerProtocol.HTTP;
        if (secured && !fields.isGiven(TLS)) {
            fields.refuse(
                    TLS, null, "tls: { certificates: [ { certificate: ..., key: ... } ] }", "protocol HTTPS needs it");
        } else if (!secured && fields.isGiven(TLS)) {
            fields.refuse(TLS, "a mapping", "protocol: HTTPS beside it", "found protocol " + protocol);
        }
        if (!http && http2 != null) {
            fields.refuse(HTTP2, fields.shown(HTTP2), "protocol HTTP or HTTPS beside it", "found protocol " + protocol);
        }
        if (!http && fields.isGiven(FORWARD)) {
            fields.refuse(
                    FORWARD, fields.shown(FORWARD), "protocol HTTP or HTTPS beside it", "found protocol " + protocol);
        }
        ForwardClientCertificate forward = fields.get(FORWARD);
        if (forward == ForwardClientCertificate.ALWAYS_FORWARD_ONLY && !fields.get(UNSAFE_FORWARD)) {
            fields.refuse(
                    FORWARD,
                    fields.shown(FORWARD),
                    "forwardOnly, which passes on what clients with a certificate say",
                    "or set unsafeForwardedCertificates: true");
        }
        return new EdgeSettings(
                fields.find(TLS), http2 == null ? secured : http2, forward, JwtKeys.taken(fields, protocol));
    }
}

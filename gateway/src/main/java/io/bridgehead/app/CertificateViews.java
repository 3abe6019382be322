package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.identity.Renewal;
import io.bridgehead.listen.EdgeListener;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.Revocations;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.PkiException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every certificate that a node shows or trusts, as JSON with stable names. Where it may wait for the disk. */
final class CertificateViews {
    private static final int URI_NAME = 6;

    private final NodeParts parts;

    CertificateViews(NodeParts parts) {
        this.parts = parts;
    }

    JsonObject all() {
        JsonArray rows = new JsonArray();
        own(rows);
        federated(rows);
        authority(rows);
        new TreeMap<>(parts.path().listeners().open()).forEach((name, listener) -> listener(rows, name, listener));
        new TreeMap<>(parts.path().authorities().current())
                .forEach((name, certificates) -> certificates.forEach(certificate ->
                        rows.add(row("endpoint authority " + name, certificate, "endpointTls.authorities." + name))));
        return new JsonObject().put("certificates", rows);
    }

    private void own(JsonArray rows) {
        KeyMaterial material = parts.tls().current().material();
        NodeConfig.Identity from = parts.config().identity();
        boolean agent = from.workloadApi() != null;
        String source = agent
                ? "unix://" + from.workloadApi()
                : String.valueOf(from.files().certificate());
        String bundle = agent ? source : String.valueOf(from.files().bundle());
        Renewal renewal = parts.identity().renewal();
        List<X509Certificate> chain = material.chain();
        rows.add(row("identity", chain.getFirst(), source)
                .put("renewal", renewal == null ? "" : renewal.state().next().toString())
                .put("renewedBy", renewal == null ? "" : renewal.source())
                .put("problem", renewal == null ? "" : renewal.state().problem()));
        chain.stream().skip(1).forEach(above -> rows.add(row("identity issuer", above, source)));
        material.bundle()
                .forEach(anchor -> rows.add(row("bundle of " + material.id().trustDomain(), anchor, bundle)));
        material.revocations()
                .forEach(list -> rows.add(revocations(
                        list,
                        material,
                        agent ? source : String.valueOf(from.files().crl()))));
    }

    private void federated(JsonArray rows) {
        NodeFederation federation = parts.identity().federation();
        parts.tls().current().federated().entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().value(), Map.Entry::getValue, (a, b) -> a, TreeMap::new))
                .forEach((trustDomain, judge) -> judge.anchors()
                        .forEach(anchor -> rows.add(
                                row("federated bundle of " + trustDomain, anchor, federation.sourceOf(trustDomain)))));
    }

    private JsonObject revocations(X509CRL list, KeyMaterial material, String source) {
        int count = list.getRevokedCertificates() == null
                ? 0
                : list.getRevokedCertificates().size();
        String remark = Revocations.remark(list, parts.clock().instant());
        boolean signed = Revocations.isSignedByOneOf(list, material.bundle());
        return new JsonObject()
                .put("use", "revocation list")
                .put("subject", count + " revoked")
                .put("id", "")
                .put("issuer", list.getIssuerX500Principal().getName())
                .put("notBefore", list.getThisUpdate().toInstant().toString())
                .put(
                        "notAfter",
                        list.getNextUpdate() == null
                                ? ""
                                : list.getNextUpdate().toInstant().toString())
                .put("source", source)
                .put("renewal", "")
                .put(
                        "problem",
                        !remark.isEmpty()
                                ? "late"
                                : signed
                                        ? ""
                                        : "not signed by the bundle: counts for chains that bring its issuer along");
    }

    private void authority(JsonArray rows) {
        NodeConfig.IssuingAuthority here = parts.config().identity().authority();
        if (here == null) {
            return;
        }
        String source = String.valueOf(here.folder());
        try {
            Authority authority = Authority.open(here.folder(), parts.clock(), new SecureRandom());
            rows.add(row("authority", authority.certificate(), source));
        } catch (PkiException e) {
            rows.add(new JsonObject()
                    .put("use", "authority")
                    .put("source", source)
                    .put("problem", String.valueOf(e.getMessage())));
        }
    }

    private static void listener(JsonArray rows, String name, EdgeListener listener) {
        EdgeTls tls = listener.spec().edge().tls();
        if (tls != null) {
            EdgeTls.Status status = tls.status();
            rows.add(new JsonObject()
                    .put("use", "listener " + name)
                    .put("subject", String.join(",", status.certificates()))
                    .put("id", "")
                    .put("issuer", "")
                    .put("notBefore", status.notBefore().toString())
                    .put("notAfter", status.notAfter().toString())
                    .put("source", "listeners." + name + ".tls")
                    .put("renewal", ""));
        }
    }

    private static JsonObject row(String use, X509Certificate certificate, String source) {
        return new JsonObject()
                .put("use", use)
                .put("subject", certificate.getSubjectX500Principal().getName())
                .put("id", uri(certificate))
                .put("issuer", certificate.getIssuerX500Principal().getName())
                .put("serial", certificate.getSerialNumber().toString(16))
                .put("notBefore", certificate.getNotBefore().toInstant().toString())
                .put("notAfter", certificate.getNotAfter().toInstant().toString())
                .put("source", source)
                .put("renewal", "");
    }

    private static String uri(X509Certificate certificate) {
        Collection<List<?>> names = namesOf(certificate);
        return names == null
                ? ""
                : names.stream()
                        .filter(name -> name.getFirst().equals(URI_NAME))
                        .map(name -> String.valueOf(name.get(1)))
                        .findFirst()
                        .orElse("");
    }

    private static @Nullable Collection<List<?>> namesOf(X509Certificate certificate) {
        try {
            return certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return null;
        }
    }
}

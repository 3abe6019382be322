package io.bridgehead.demo;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** The demonstration's trust domain: what {@code bridgehead pki} makes, without its processes. */
record Keys(Path operatorCertificate, Path operatorKey) {
    /** A node and the folder that its files go to, as {@code node.crt}, {@code node.key} and {@code ca.crt}. */
    record Holder(SiteName site, NodeName node, Path folder) {}

    static Keys make(TrustDomain trustDomain, Path folder, List<Holder> holders) throws IOException {
        try {
            Authority authority = Authority.create(
                    folder.resolve("pki"), trustDomain, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
            for (Holder holder : holders) {
                authority.issue(
                        IssueRequest.gateway(trustDomain, holder.site(), holder.node()),
                        holder.folder(),
                        "node",
                        Authority.Existing.KEEP);
            }
            MaterialFiles.Paths operator = authority.issue(
                    IssueRequest.operator(trustDomain, "demo"),
                    folder.resolve("pki"),
                    "operator",
                    Authority.Existing.KEEP);
            return new Keys(operator.certificate(), operator.key());
        } catch (PkiException e) {
            throw new IOException(e);
        }
    }
}

package io.bridgehead.load.setting;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** One trust domain for every program of a comparison: certificates for hops {@code a} and {@code b}, a caller {@code c}, and an operator. */
public record Material(Path folder) {
    static final String TRUST_DOMAIN = "compare.example";
    /** The host of the service. */
    public static final String HOST = "small.compare.example";

    /** Makes it; the folder must exist. */
    public static Material make(Path folder) throws IOException {
        TrustDomain trustDomain = new TrustDomain(TRUST_DOMAIN);
        Path keys = folder.resolve("pki");
        try {
            Authority authority =
                    Authority.create(keys, trustDomain, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
            for (String site : List.of("a", "b", "c")) {
                IssueRequest request = IssueRequest.gateway(trustDomain, new SiteName(site), new NodeName(site + "-1"));
                MaterialFiles.Paths paths = authority.issue(request, keys, site, Authority.Existing.KEEP);
                Files.writeString(
                        keys.resolve(site + ".pem"),
                        Files.readString(paths.certificate()) + Files.readString(paths.key()));
            }
            authority.issue(IssueRequest.operator(trustDomain, "compare"), keys, "operator", Authority.Existing.KEEP);
        } catch (PkiException e) {
            throw new IOException(e);
        }
        return new Material(keys);
    }

    /** PEM of a hop. */
    public Path certificate(String site) {
        return folder.resolve(site + ".crt");
    }

    /** PEM of a hop. */
    public Path key(String site) {
        return folder.resolve(site + ".key");
    }

    /** Certificate and key in one file, as HAProxy reads them. */
    Path pem(String site) {
        return folder.resolve(site + ".pem");
    }

    /** PEM of what all trust. */
    public Path bundle() {
        return folder.resolve("ca.crt");
    }

    Path operatorCertificate() {
        return folder.resolve("operator.crt");
    }

    Path operatorKey() {
        return folder.resolve("operator.key");
    }
}

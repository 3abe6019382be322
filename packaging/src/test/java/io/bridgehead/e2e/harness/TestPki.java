package io.bridgehead.e2e.harness;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** One trust domain in a folder, with whatever identities a test needs. */
public final class TestPki {
    private final Path folder;
    private final Authority authority;

    private TestPki(Path folder, Authority authority) {
        this.folder = folder;
        this.authority = authority;
    }

    /** Makes a trust domain. */
    public static TestPki create(Path folder, String trustDomain) {
        try {
            return new TestPki(
                    folder,
                    Authority.create(
                            folder,
                            new TrustDomain(trustDomain),
                            Authority.Existing.KEEP,
                            Clock.systemUTC(),
                            new SecureRandom()));
        } catch (PkiException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Issues a certificate for servers with these host names into a folder, in place of one that may be there. */
    public MaterialFiles.Paths web(Path target, String name, String... hosts) {
        IssueRequest request = IssueRequest.of(new SpiffeId(authority.trustDomain(), "/web/" + name));
        return issue(request.withDnsNames(List.of(hosts)), target, name);
    }

    /** Where the authority's files are. */
    public Path folder() {
        return folder;
    }

    /** Issues the identity of a server that has these host names, too. */
    public MaterialFiles.Paths server(String path, String name, String... hosts) {
        SpiffeId id = new SpiffeId(authority.trustDomain(), path);
        return issue(IssueRequest.of(id).withDnsNames(List.of(hosts)), folder, name);
    }

    /** Issues node.crt, node.key and ca.crt, in place of those that may be there. */
    public MaterialFiles.Paths node(Path target, String site, String node) {
        return issue(
                IssueRequest.gateway(authority.trustDomain(), new SiteName(site), new NodeName(node)), target, "node");
    }

    /** Issues an operator's identity. */
    public MaterialFiles.Paths operator(String name) {
        return issue(IssueRequest.operator(authority.trustDomain(), name), folder, "operator-" + name);
    }

    /** Issues an operator's identity that ends soon, in place of one that may be there. */
    public MaterialFiles.Paths operator(String name, Duration lifetime) {
        IssueRequest request = IssueRequest.operator(authority.trustDomain(), name);
        return issue(request.withLifetime(lifetime), folder, "operator-" + name);
    }

    /** Issues any other identity, such as one with path {@code /team/shop}. */
    public MaterialFiles.Paths workload(String path, String name) {
        return issue(IssueRequest.of(new SpiffeId(authority.trustDomain(), path)), folder, name);
    }

    private MaterialFiles.Paths issue(IssueRequest request, Path target, String name) {
        try {
            return authority.issue(request, target, name, Authority.Existing.REPLACE);
        } catch (PkiException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.bridgehead.cli;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pki}: the development authority. */
@Command(
        name = "pki",
        description = "Makes a trust domain and its identities as files, for development and small installations.",
        mixinStandardHelpOptions = true,
        subcommands = PkiRootCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead pki init --trust-domain corp.example --folder pki",
            "  bridgehead pki node --authority pki --site aws-use1 --node aws-use1-a --folder /etc/bridgehead",
            "  bridgehead pki operator --authority pki --name ada --folder ~/.bridgehead"
        })
final class PkiCommand implements Runnable {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    /** Where an identity goes. */
    @OwnedBy(Owner.CONFINED)
    static final class Target {
        @Option(
                names = "--authority",
                required = true,
                paramLabel = "FOLDER",
                description = "the folder that 'pki init' filled")
        private Path authority = Path.of(".");

        @Option(names = "--folder", required = true, paramLabel = "FOLDER", description = "where the files go")
        private Path folder = Path.of(".");

        @Option(names = "--days", defaultValue = "90", description = "valid for (default: ${DEFAULT-VALUE})")
        private int days = 90;

        @Option(names = "--replace", description = "replace files that exist")
        private boolean replace;

        String issue(IssueRequest request, String name) {
            try {
                Authority issuer = Authority.open(authority, Clock.systemUTC(), new SecureRandom());
                MaterialFiles.Paths paths = issuer.issue(
                        request.withLifetime(Duration.ofDays(days)),
                        folder,
                        name,
                        replace ? Authority.Existing.REPLACE : Authority.Existing.KEEP);
                return request.id() + "\n  certificate " + paths.certificate() + "\n  key         " + paths.key()
                        + "\n  bundle      " + paths.bundle();
            } catch (PkiException e) {
                throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
            }
        }

        TrustDomain trustDomain() {
            try {
                return Authority.open(authority, Clock.systemUTC(), new SecureRandom())
                        .trustDomain();
            } catch (PkiException e) {
                throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
            }
        }
    }

    @Command(
            name = "init",
            description = "Makes a trust domain: a root certificate and its key.",
            mixinStandardHelpOptions = true)
    void init(
            @Option(
                            names = "--trust-domain",
                            required = true,
                            paramLabel = "NAME",
                            description = "such as corp.example")
                    String trustDomain,
            @Option(
                            names = "--folder",
                            required = true,
                            paramLabel = "FOLDER",
                            description = "where ca.crt and ca.key go")
                    Path folder) {
        try {
            Authority made = Authority.create(
                    folder,
                    new TrustDomain(trustDomain),
                    Authority.Existing.KEEP,
                    Clock.systemUTC(),
                    new SecureRandom());
            out("trust domain " + made.trustDomain() + "\n  root " + folder.resolve("ca.crt") + "\n  key  "
                    + folder.resolve("ca.key") + "  (whoever holds it can be anyone: keep it offline)");
        } catch (PkiException | IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Command(
            name = "node",
            description = "Issues the identity of a gateway node: node.crt, node.key, ca.crt.",
            mixinStandardHelpOptions = true)
    void node(
            @Mixin Target target,
            @Option(names = "--site", required = true, paramLabel = "NAME", description = "the node's site")
                    String site,
            @Option(names = "--node", required = true, paramLabel = "NAME", description = "the node's name")
                    String node,
            @Option(names = "--dns", paramLabel = "NAME", description = "host names in the certificate")
                    List<String> dnsNames) {
        try {
            IssueRequest request = IssueRequest.gateway(target.trustDomain(), new SiteName(site), new NodeName(node));
            out(target.issue(dnsNames == null ? request : request.withDnsNames(dnsNames), "node"));
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Command(
            name = "operator",
            description = "Issues the identity of a person or pipeline that applies documents.",
            mixinStandardHelpOptions = true)
    void operator(
            @Mixin Target target,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "who it is") String name) {
        try {
            out(target.issue(IssueRequest.operator(target.trustDomain(), name), "operator"));
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Command(
            name = "workload",
            description = "Issues any other identity of the trust domain.",
            mixinStandardHelpOptions = true)
    void workload(
            @Mixin Target target,
            @Option(names = "--path", required = true, paramLabel = "PATH", description = "such as /team/shop")
                    String path,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "name of the files")
                    String name) {
        try {
            out(target.issue(IssueRequest.of(new SpiffeId(target.trustDomain(), path)), name));
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Command(
            name = "intermediate",
            description =
                    "Makes an intermediate that signs in the root's place, for 'identity.authority' of a node; a running node picks it up.",
            mixinStandardHelpOptions = true)
    void intermediate(
            @Option(
                            names = "--authority",
                            required = true,
                            paramLabel = "FOLDER",
                            description = "the folder with the root's key")
                    Path authority,
            @Option(
                            names = "--folder",
                            required = true,
                            paramLabel = "FOLDER",
                            description = "where issuer.crt and issuer.key go, beside ca.crt")
                    Path folder,
            @Option(names = "--days", defaultValue = "365", description = "valid for (default: ${DEFAULT-VALUE})")
                    int days,
            @Option(names = "--replace", description = "replace files that exist") boolean replace) {
        try {
            Authority made = Authority.open(authority, Clock.systemUTC(), new SecureRandom())
                    .delegate(
                            folder,
                            Duration.ofDays(days),
                            replace ? Authority.Existing.REPLACE : Authority.Existing.KEEP);
            out("intermediate of " + made.trustDomain() + " in " + folder + " until "
                    + made.certificate().getNotAfter().toInstant());
        } catch (PkiException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Command(
            name = "renew",
            description = "Issues an identity again, with a new key; a running node picks it up.",
            mixinStandardHelpOptions = true)
    void renew(
            @Option(
                            names = "--authority",
                            required = true,
                            paramLabel = "FOLDER",
                            description = "the folder that 'pki init' filled")
                    Path authority,
            @Option(names = "--folder", required = true, paramLabel = "FOLDER", description = "where the files are")
                    Path folder,
            @Option(
                            names = "--name",
                            defaultValue = "node",
                            paramLabel = "NAME",
                            description = "name of the files (default: ${DEFAULT-VALUE})")
                    String name,
            @Option(names = "--days", defaultValue = "90", description = "valid for (default: ${DEFAULT-VALUE})")
                    int days) {
        MaterialFiles.Paths paths = new MaterialFiles.Paths(
                folder.resolve(name + ".crt"), folder.resolve(name + ".key"), folder.resolve("ca.crt"));
        try {
            Authority.open(authority, Clock.systemUTC(), new SecureRandom()).renew(paths, Duration.ofDays(days));
            out("renewed " + paths.certificate());
        } catch (PkiException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Command(
            name = "revoke",
            description =
                    "Revokes a certificate: adds it to the authority's list, for 'identity.files.crl' of every node; running nodes pick it up.",
            mixinStandardHelpOptions = true)
    void revoke(
            @Option(
                            names = "--authority",
                            required = true,
                            paramLabel = "FOLDER",
                            description = "the folder of the authority that issued it")
                    Path authority,
            @Option(
                            names = "--certificate",
                            paramLabel = "FILE",
                            description =
                                    "the certificate, PEM; may be given several times; without any the list is dated anew")
                    List<Path> certificates,
            @Option(
                            names = "--crl",
                            paramLabel = "FILE",
                            description = "the list (default: ca.crl in the authority's folder)")
                    @Nullable
                    Path list,
            @Option(
                            names = "--days",
                            defaultValue = "90",
                            description = "when the list is to be dated anew (default: ${DEFAULT-VALUE})")
                    int days) {
        Path target = list == null ? authority.resolve("ca.crl") : list;
        try {
            List<X509Certificate> revoked = new ArrayList<>();
            for (Path file : certificates == null ? List.<Path>of() : certificates) {
                revoked.add(PemFile.read(file).certificates().getFirst());
            }
            Instant now = Instant.now();
            List<Instant> ahead =
                    Files.exists(target) ? datedAfter(now, PemFile.read(target).revocationLists()) : List.of();
            List<X509CRL> made = Authority.open(authority, Clock.systemUTC(), new SecureRandom())
                    .revoke(revoked, target, Duration.ofDays(days));
            int count = made.stream()
                    .map(X509CRL::getRevokedCertificates)
                    .mapToInt(entries -> entries == null ? 0 : entries.size())
                    .sum();
            out("revoked " + revoked.size() + "; " + target + " names " + count + " certificates, date it anew before "
                    + made.getFirst().getNextUpdate().toInstant());
            ahead.forEach(date -> out("a list there was dated " + date + ", ahead of this machine's clock (" + now
                    + "): the new one has a higher number, so that nodes take it; correct the clock that is wrong"));
        } catch (PkiException | MaterialException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    private static List<Instant> datedAfter(Instant now, List<X509CRL> lists) {
        return lists.stream()
                .map(list -> list.getThisUpdate().toInstant())
                .filter(now::isBefore)
                .toList();
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing: init, node, operator, workload, intermediate, renew, revoke or root");
    }

    private void out(String text) {
        spec.commandLine().getOut().println(text);
    }
}

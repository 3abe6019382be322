package io.bridgehead.cli;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.identity.EnrolmentException;
import io.bridgehead.identity.IssuedBook;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.Authority.Existing;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code init}: the first node of a fabric. */
@Command(
        name = "init",
        description = {
            "Makes the first node of a fabric: a trust domain with its authority, the node's identity and gateway.yaml, and an"
                    + " operator's identity for you. Nothing that exists is overwritten."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead init --site aws-use1 --advertise gw.aws.example:15008",
            "  bridgehead init --site aws-use1 --advertise gw.aws.example:15008 --root offline --root-folder /media/safe"
        })
@OwnedBy(Owner.CONFINED)
final class InitCommand implements Callable<Integer> {
    /** Where the root's key is kept. */
    enum Root {
        /** Beside the node. */
        HERE,
        /** Elsewhere, with an intermediate beside the node. */
        OFFLINE
    }

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Option(names = "--site", required = true, paramLabel = "NAME", description = "the node's site")
    private String site = "";

    @Option(names = "--node", paramLabel = "NAME", description = "the node's name (default: the site's and '-a')")
    private @Nullable String node;

    @Option(
            names = "--trust-domain",
            paramLabel = "NAME",
            description = "such as corp.example; every identity of the fabric is of it (default: bridgehead.internal)")
    private @Nullable String trustDomain;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "where the node's files go (default: the site's name)")
    private @Nullable Path folder;

    @Option(
            names = "--root",
            paramLabel = "WHERE",
            defaultValue = "here",
            description =
                    "here: the root's key lies in the node's folder; offline: in a folder of its own, to be carried away, and an intermediate works in its place for a year (default: ${DEFAULT-VALUE})")
    private Root root = Root.HERE;

    @Option(
            names = "--root-folder",
            paramLabel = "FOLDER",
            description = "with --root offline: where the root goes (default: the node's folder and '-root')")
    private @Nullable Path rootFolder;

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = Lasting.Reader.class,
            description =
                    "how long identities of nodes are valid; they are renewed after half of it (default: ${DEFAULT-VALUE})")
    private Lasting lifetime = new Lasting(Duration.ofHours(24));

    @Option(names = "--operator", paramLabel = "NAME", description = "who you are (default: your user name)")
    private @Nullable String operator;

    @Option(
            names = "--operator-folder",
            paramLabel = "FOLDER",
            defaultValue = "${env:HOME:-${sys:user.home}}/.bridgehead",
            description = "where your identity goes (default: ~/.bridgehead)")
    private Path operatorFolder = Path.of(".");

    @Option(names = "--run", description = "then run the node, as 'bridgehead run' does")
    private boolean run;

    @Mixin
    private final NodePorts ports = new NodePorts();

    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();

    @Override
    public Integer call() throws InterruptedException {
        ports.require();
        Names names = names();
        NewFolder target = new NewFolder(folder == null ? Path.of(names.site().value()) : folder);
        Path rootTarget = rootFolder == null ? Path.of(target.path() + "-root") : rootFolder;
        requireFree(target, rootTarget);
        try {
            Path config;
            try (Progress _ = Progress.of("making keys and certificates")) {
                config = make(names, target, rootTarget);
            }
            say(names, target, rootTarget, config);
            return run ? Serving.serve(config) : 0;
        } catch (PkiException | EnrolmentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    private record Names(TrustDomain trustDomain, SiteName site, NodeName node, String operator) {}

    private Names names() {
        try {
            TrustDomain domain = trustDomain == null ? NodeConfig.TRUST_DOMAIN_DEFAULT : new TrustDomain(trustDomain);
            SiteName siteName = new SiteName(site);
            NodeName nodeName = new NodeName(node == null ? site + "-a" : node);
            String person = operator == null ? userName() : operator;
            SpiffeId.operator(domain, person);
            return new Names(domain, siteName, nodeName, person);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    private static String userName() {
        String name =
                System.getProperty("user.name", "").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
        return name.isEmpty() || name.chars().allMatch(c -> c == '.') ? "operator" : name;
    }

    private void requireFree(NewFolder target, Path rootTarget) {
        target.require(List.of(GatewayFile.NAME, GatewayFile.PAIR, GatewayFile.BUNDLE, GatewayFile.AUTHORITY));
        new NewFolder(operatorFolder).require(List.of("operator.crt", "operator.key", GatewayFile.BUNDLE));
        if (root == Root.OFFLINE) {
            new NewFolder(rootTarget).require(List.of("ca.crt", "ca.key"));
        }
    }

    private Path make(Names names, NewFolder target, Path rootTarget) throws PkiException, EnrolmentException {
        Path authorityFolder = target.path().resolve(GatewayFile.AUTHORITY);
        Authority made = Authority.create(
                root == Root.HERE ? authorityFolder : rootTarget, names.trustDomain(), Existing.KEEP, clock, random);
        Authority authority = root == Root.HERE
                ? made
                : made.delegate(authorityFolder, Authority.INTERMEDIATE_LIFETIME, Existing.KEEP);
        SpiffeId id = SpiffeId.gateway(names.trustDomain(), names.site(), names.node());
        List<X509Certificate> chain = authority.issuePair(
                IssueRequest.of(id).withLifetime(time()), target.path().resolve(GatewayFile.PAIR), Existing.KEEP);
        PemWriter.certificates(target.path().resolve(GatewayFile.BUNDLE), authority.bundle());
        new IssuedBook(authorityFolder).note(id, chain.getFirst(), "the fabric's beginning");
        authority.issue(
                IssueRequest.operator(names.trustDomain(), names.operator()),
                operatorFolder,
                "operator",
                Existing.KEEP);
        return target.write(new GatewayFile(
                names.trustDomain(), names.site(), names.node(), ports, time().toSeconds() + "s", null, List.of()));
    }

    private Duration time() {
        if (lifetime.time() == null) {
            throw new Failure(Failure.PROBLEM, "bridgehead: --lifetime ever: expected a time such as 24h");
        }
        return lifetime.time();
    }

    private void say(Names names, NewFolder target, Path rootTarget, Path config) {
        var out = spec.commandLine().getOut();
        Path authority = target.path().resolve(GatewayFile.AUTHORITY);
        out.println("trust domain   " + names.trustDomain());
        out.println("node           " + SpiffeId.gateway(names.trustDomain(), names.site(), names.node()) + " in "
                + target.path());
        out.println("you            " + SpiffeId.operator(names.trustDomain(), names.operator()) + " in "
                + operatorFolder + ", for 90 days");
        out.println("authority      " + authority
                + (root == Root.HERE
                        ? " (whoever reads ca.key there can be anyone)"
                        : " (an intermediate, for a year); its root is in " + rootTarget
                                + ": carry that folder away and keep it safe"));
        if (!run) {
            out.println();
            out.println("next:");
            out.println("  bridgehead run --config " + config);
            out.println("  export BRIDGEHEAD_SOCKET=" + target.path().resolve("admin.sock"));
            out.println(
                    ports.advertise() == null
                            ? "  (other sites can join once tunnel.advertise in " + config + " says where they dial)"
                            : "  bridgehead token create --site SITE --file join.tok      # for a node of another site");
        }
        out.flush();
    }
}

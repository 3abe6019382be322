package io.bridgehead.cli;

import io.bridgehead.identity.EnrolmentClient;
import io.bridgehead.identity.EnrolmentException;
import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.identity.EnrolmentRefusal;
import io.bridgehead.identity.IdentityFiles;
import io.bridgehead.identity.JoinToken;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.pki.PkiException;
import io.bridgehead.tls.pki.SigningRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code join}: another node of a fabric. */
@Command(
        name = "join",
        description = {
            "Makes another node of a fabric with a token of 'bridgehead token create': asks the authority for the node's identity, whose"
                    + " key never leaves this machine, and writes it and gateway.yaml. Nothing that exists is overwritten."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead join --site azure-weu --token join.tok",
            "  bridgehead join --site azure-weu --token join.tok --advertise gw.azure.example:15008 --run"
        })
@OwnedBy(Owner.CONFINED)
final class JoinCommand implements Callable<Integer> {
    private static final int TOKEN_FILE_BYTES_MAX = 64 << 10;

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Option(names = "--site", required = true, paramLabel = "NAME", description = "the node's site")
    private String site = "";

    @Option(
            names = "--token",
            required = true,
            paramLabel = "FILE",
            description = "what 'bridgehead token create' printed; - for standard input")
    private String token = "";

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "the node's name (default: that of the token, else the site's and '-a')")
    private @Nullable String node;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "where the node's files go (default: the site's name)")
    private @Nullable Path folder;

    @Option(
            names = "--again",
            description =
                    "only the identity, in place of one that has ended: gateway.yaml stays; the token must be one for this node's name")
    private boolean again;

    @Option(names = "--run", description = "then run the node, as 'bridgehead run' does")
    private boolean run;

    @Mixin
    private final NodePorts ports = new NodePorts();

    @Override
    public Integer call() throws InterruptedException {
        ports.require();
        JoinToken read = read();
        SpiffeId id = id(read);
        NewFolder target = new NewFolder(folder == null ? Path.of(site) : folder);
        target.require(again ? List.of() : List.of(GatewayFile.NAME, GatewayFile.PAIR, GatewayFile.BUNDLE));
        Path config;
        try (Progress _ = Progress.of("asking " + read.issuer() + " for an identity")) {
            config = join(read, id, target);
        } catch (EnrolmentException e) {
            int exit = e.refusal() == EnrolmentRefusal.UNAVAILABLE ? Failure.UNREACHABLE : Failure.REFUSED;
            throw new Failure(
                    exit,
                    "bridgehead: " + read.issuer() + " gave no identity ("
                            + e.refusal().text() + "): " + Output.plain(e.detail()) + "; "
                            + (e.refusal() == EnrolmentRefusal.UNAVAILABLE
                                    ? "the log of that node says more; the token: " + perhapsUsed(id)
                                    : e.refusal().remedy()));
        } catch (EnrolmentClient.AfterAsking e) {
            throw new Failure(
                    Failure.UNREACHABLE,
                    "bridgehead: " + Output.plain(String.valueOf(e.getMessage())) + "; the token: " + perhapsUsed(id));
        } catch (IOException e) {
            throw new Failure(
                    Failure.UNREACHABLE,
                    "bridgehead: " + Output.plain(String.valueOf(e.getMessage())) + "; the token was not used");
        } catch (PkiException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage() + "; the token: " + perhapsUsed(id));
        }
        say(id, target, config);
        return run ? Serving.serve(config) : 0;
    }

    private static String perhapsUsed(SpiffeId id) {
        return "it may have been used: see 'bridgehead token list'; another one: 'bridgehead token create --site "
                + id.site() + " --node " + id.gatewayNode() + "'";
    }

    private JoinToken read() {
        try {
            byte[] bytes =
                    token.equals("-") ? System.in.readNBytes(TOKEN_FILE_BYTES_MAX) : Files.readAllBytes(Path.of(token));
            return JoinToken.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Failure(
                    Failure.PROBLEM,
                    "bridgehead: --token " + token + ": cannot be read (" + e + "); expected the file with a token");
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: --token " + token + ": " + e.getMessage());
        }
    }

    private SpiffeId id(JoinToken read) {
        try {
            SiteName wanted = new SiteName(site);
            NodeName named = read.node();
            NodeName name = node != null ? new NodeName(node) : named != null ? named : new NodeName(site + "-a");
            if (!read.site().equals(wanted) || (named != null && !named.equals(name))) {
                throw new Failure(
                        Failure.PROBLEM,
                        "bridgehead: --token " + token + ": found one for site '" + read.site() + "'"
                                + (named == null ? "" : ", node '" + named + "'") + "; expected one for site '" + wanted
                                + "', node '" + name + "'");
            }
            return SpiffeId.gateway(read.issuer().trustDomain(), wanted, name);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    private Path join(JoinToken read, SpiffeId id, NewFolder target)
            throws EnrolmentException, IOException, PkiException {
        KeyPair keys = SigningRequest.newKeys(new SecureRandom());
        Granted granted = new EnrolmentClient(Clock.systemUTC()).join(read, SigningRequest.make(id, keys));
        Path pair = target.path().resolve(GatewayFile.PAIR);
        IdentityFiles.write(
                new MaterialFiles.Paths(pair, pair, target.path().resolve(GatewayFile.BUNDLE)),
                keys.getPrivate(),
                granted);
        if (again) {
            return target.path().resolve(GatewayFile.NAME);
        }
        boolean sameSite = read.issuer().site() != null && read.issuer().site().equals(id.site());
        return target.write(new GatewayFile(
                id.trustDomain(),
                read.site(),
                java.util.Objects.requireNonNull(id.gatewayNode()),
                ports,
                null,
                new GatewayFile.Renewer(
                        granted.renewAt().isEmpty() ? read.dial() : granted.renewAt(), granted.issuer()),
                granted.peers().stream()
                        .filter(peer -> !peer.equals(ports.advertise()))
                        .filter(peer -> !(sameSite && read.dial().contains(peer)))
                        .toList()));
    }

    private void say(SpiffeId id, NewFolder target, Path config) {
        var out = spec.commandLine().getOut();
        out.println("node           " + id + " in " + target.path());
        if (!run) {
            out.println();
            out.println("next:");
            out.println("  bridgehead run --config " + config);
        }
        out.flush();
    }
}

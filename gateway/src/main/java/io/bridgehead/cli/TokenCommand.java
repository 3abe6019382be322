package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.identity.TokenOrder;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code token}: what lets another node join. */
@Command(
        name = "token",
        description = "Makes, shows and takes back the tokens with which nodes join; at a node with the authority.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead token create --site azure-weu --ttl 15m --file join.tok",
            "  bridgehead token list",
            "  bridgehead token revoke q3kZb0aVh2Xo"
        })
final class TokenCommand implements Runnable {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Command(
            name = "create",
            description = {
                "Makes a token with which one node of a site joins, once. It is printed alone, so that it can be written to a file; keep it"
                        + " secret until it is used."
            },
            mixinStandardHelpOptions = true)
    void create(
            @Mixin NodeAccess access,
            @Option(names = "--site", required = true, paramLabel = "NAME", description = "whose node may join")
                    String site,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            description =
                                    "the only name that it may have, even if another machine of the site had it (default: any that is free)")
                    @Nullable
                    String node,
            @Option(
                            names = "--ttl",
                            paramLabel = "TIME",
                            defaultValue = "15m",
                            converter = Lasting.Reader.class,
                            description = "how long it can be used, from 10s to 7d (default: ${DEFAULT-VALUE})")
                    Lasting ttl,
            @Option(names = "--file", paramLabel = "FILE", description = "write it there, readable by you alone")
                    @Nullable
                    Path file)
            throws NodeUnreachableException {
        if (file != null && Files.exists(file)) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + file + ": found an existing file; expected none");
        }
        TokenOrder order = order(site, node, ttl.time());
        JsonObject made;
        if (file == null) {
            made = send(access, order);
            spec.commandLine().getOut().println(made.getString("token"));
        } else {
            made = sendInto(file, access, order);
        }
        spec.commandLine()
                .getErr()
                .println("token " + made.getString("id") + " for one node of site " + site + ", until "
                        + made.getString("expires"));
    }

    /** Makes the file before there is a token that could be lost. */
    private static JsonObject sendInto(Path file, NodeAccess access, TokenOrder order) throws NodeUnreachableException {
        write(file, "");
        boolean written = false;
        try {
            JsonObject made = send(access, order);
            write(file, made.getString("token") + "\n");
            written = true;
            return made;
        } finally {
            if (!written) {
                remove(file);
            }
        }
    }

    private static void write(Path file, String text) {
        try {
            PemWriter.secret(file, text);
        } catch (PkiException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: --file: " + e.getMessage());
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + file + ": cannot be removed (" + e + ")");
        }
    }

    private static TokenOrder order(String site, @Nullable String node, @Nullable Duration time) {
        if (time == null
                || time.compareTo(TokenOrder.LIFETIME_MIN) < 0
                || time.compareTo(TokenOrder.LIFETIME_MAX) > 0) {
            throw new Failure(Failure.PROBLEM, "bridgehead: --ttl: expected a time from 10s to 7d");
        }
        try {
            return TokenOrder.create(new SiteName(site), node == null ? null : new NodeName(node), time);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Command(
            name = "list",
            description = "Shows the tokens of the authority and what became of them.",
            mixinStandardHelpOptions = true)
    void list(@Mixin NodeAccess access, @Mixin Output output) throws NodeUnreachableException {
        output.rows(
                spec.commandLine().getOut(),
                access.get("/v1/tokens"),
                "tokens",
                "token=token",
                "site=site",
                "node=node",
                "state=state",
                "expires=expires",
                "author=author",
                "note=note");
    }

    @Command(name = "revoke", description = "Takes a token back.", mixinStandardHelpOptions = true)
    void revoke(
            @Mixin NodeAccess access,
            @Parameters(paramLabel = "TOKEN", description = "its id, as 'token list' shows it") String id)
            throws NodeUnreachableException {
        send(access, TokenOrder.revoke(id));
        spec.commandLine().getOut().println("token " + id + " is taken back");
    }

    private static JsonObject send(NodeAccess access, TokenOrder order) throws NodeUnreachableException {
        RecordSigner signer = access.operator().signer();
        String node = access.get("/v1/status").getJsonObject("tls").getString("identity");
        try {
            byte[] body = order.signed(node, signer, Clock.systemUTC().instant(), new SecureRandom());
            return access.post("/v1/tokens", Map.of(), body);
        } catch (SignatureException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: create, list or revoke");
    }
}

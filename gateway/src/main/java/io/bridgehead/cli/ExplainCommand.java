package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code explain}: what a node would do with a request, and why. */
@Command(
        name = "explain",
        description =
                "Says what the node would do with a request, and why: the service, the policy, the sites, the endpoints.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead explain GET http://orders.example.internal/",
            "  bridgehead explain POST http://orders.example.internal/ --from spiffe://corp.example/team/shop",
            "  bridgehead explain GET http://shop.example:8080/v2 -H 'Version: two'",
            "  bridgehead explain GET http://shop.example/ --jwt '{\"iss\":\"https://login.corp.example\",\"sub\":\"ada\"}'",
            "  bridgehead explain CONNECT tls://vault.example.internal --listener sni"
        })
@OwnedBy(Owner.CONFINED)
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "METHOD", description = "such as GET")
    private String method = "GET";

    @Parameters(index = "1", paramLabel = "URL", description = "such as http://orders.example.internal/")
    private String url = "";

    @Option(
            names = "--from",
            paramLabel = "SPIFFE-ID",
            description = "the caller (default: what the listener calls its callers)")
    private @Nullable String from;

    @Option(
            names = "--jwt",
            paramLabel = "CLAIMS",
            description =
                    "the request's JSON Web Token: its claims as JSON, taken for signed, or a real one, which the node judges")
    private @Nullable String jwt;

    @Option(
            names = "-H",
            paramLabel = "HEADER",
            description = "a header field, such as 'Version: two'; may be given several times")
    private List<String> headers = List.of();

    @Option(
            names = "--listener",
            paramLabel = "NAME",
            description = "where it arrives (default: the Gateway port of the URL, else the first HTTP listener)")
    private @Nullable String listener;

    @Override
    public Integer call() throws NodeUnreachableException {
        JsonObject question = new JsonObject().put("method", method).put("url", url);
        if (!headers.isEmpty()) {
            question.put("headers", new JsonArray(headers));
        }
        if (from != null) {
            question.put("from", from);
        }
        if (jwt != null) {
            question.put("jwt", jwt);
        }
        if (listener != null) {
            question.put("listener", listener);
        }
        JsonObject answer = node.post("/v1/explain", Map.of(), question.encode().getBytes(StandardCharsets.UTF_8));
        if (!output.document(spec.commandLine().getOut(), answer)) {
            for (Object line : answer.getJsonArray("lines", new JsonArray())) {
                spec.commandLine().getOut().println(line);
            }
        }
        return 0;
    }
}

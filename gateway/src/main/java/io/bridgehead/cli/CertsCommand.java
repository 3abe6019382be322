package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code certs}: every certificate of a node. */
@Command(
        name = "certs",
        description =
                "Shows every certificate that the node shows or trusts: whose it is, who issued it, when it ends and when it is renewed.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  bridgehead certs", "  bridgehead certs -o json"})
final class CertsCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws NodeUnreachableException {
        output.rows(
                spec.commandLine().getOut(),
                node.get("/v1/certs"),
                "certificates",
                "use=use",
                "spiffe id=id",
                "subject=subject",
                "issuer=issuer",
                "ends=notAfter",
                "renewal=renewal",
                "source=source",
                "problem=problem");
        return 0;
    }
}

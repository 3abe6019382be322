package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import java.io.PrintWriter;
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
        footer = {"  bridgehead certs", "  bridgehead certs -o json", "  bridgehead certs --watch"})
final class CertsCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final NodeAccess node = new NodeAccess();

    @Mixin
    private final Watched output = new Watched();

    @Override
    public Integer call() throws NodeUnreachableException {
        show(spec.commandLine().getOut(), node, output);
        return 0;
    }

    /** The same for {@code get certs}. */
    static void show(PrintWriter out, NodeAccess node, Watched output) throws NodeUnreachableException {
        output.show(
                out,
                () -> node.get("/v1/certs"),
                "certificates",
                "use=use",
                "spiffe id=id",
                "subject=subject",
                "issuer=issuer",
                "ends=notAfter",
                "renewal=renewal",
                "source=source",
                "problem=problem");
    }
}

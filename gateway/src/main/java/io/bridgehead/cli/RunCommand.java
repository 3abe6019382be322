package io.bridgehead.cli;

import io.bridgehead.app.StandaloneNode;
import io.bridgehead.app.StartException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code run}: one node, until it is told to stop. */
@Command(
        name = "run",
        description = {
            "Runs a gateway node until SIGTERM; then it drains and stops. At SIGHUP it reads its configuration again, as with reload.",
            "With --standalone it needs no configuration: it serves the Kubernetes Gateway API manifests and the documents of a"
                    + " folder, opens the listeners that the Gateways there describe, prints 'ready' when all are open, and follows"
                    + " changes of the files."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead run --config /etc/bridgehead/gateway.yaml",
            "  bridgehead run --standalone manifests/ --socket /tmp/gateway.sock"
        })
@OwnedBy(Owner.CONFINED)
final class RunCommand implements Callable<Integer> {
    static final Path CONFIG = Path.of(NodeFile.USUAL);

    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the node's configuration (default: /etc/bridgehead/gateway.yaml)")
    private @Nullable Path config;

    @Option(
            names = "--standalone",
            paramLabel = "DIR",
            description =
                    "serves the manifests and documents of this folder alone: no cluster, no tunnels, no configuration")
    private @Nullable Path standalone;

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description = "with --standalone: the node's admin socket"
                    + " (default: $BRIDGEHEAD_SOCKET, else /run/bridgehead/admin.sock)")
    private @Nullable Path socket;

    @Override
    public Integer call() throws InterruptedException {
        if (standalone != null && config != null) {
            throw new ParameterException(spec.commandLine(), "--config and --standalone: expected one of them");
        }
        if (standalone == null && socket != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--socket: expected with --standalone only; else admin.socket in the configuration");
        }
        if (standalone == null) {
            return Serving.serve(config == null ? CONFIG : config);
        }
        try {
            return Serving.untilStopped(alone(standalone));
        } catch (StartException e) {
            throw Serving.failed(e);
        }
    }

    /** Starts a node; what is returned stops it. */
    private Runnable alone(Path folder) throws StartException {
        Hangup hangup = Hangup.taken();
        StandaloneNode node = StandaloneNode.start(
                folder,
                socket == null ? AdminSocket.here().withoutConfiguration() : socket,
                Version.text(),
                () -> spec.commandLine().getOut().println("ready"));
        hangup.does(node::reload);
        return node::stop;
    }
}
